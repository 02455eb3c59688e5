import { fitLastLayerLaplace } from "../bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule, unpatchModule } from "../bayesian/patch-module.js";
import type { Dataset } from "../core/dataset.js";
import { toLengthOne } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import { FeatureDataset } from "../data/features/feature-dataset.js";
import { textsOfLabels } from "../models/checkpoint/model-labels.js";
import { HeadClassifier } from "../models/head/head-classifier.js";
import { solveLastLayer } from "../training/solve-last-layer.js";
import type { ImageSetup, SetupOf, SolvedSetup, TextSetup } from "./cell-setup.js";
import type { PreparedExperiment } from "./prepare-experiment.js";
import { strategyOf } from "./strategy-spec.js";

/** Items without a label that take part in the solution; more of them change little and take their time. */
const MOST_UNLABELLED = 2000;

/**
 * `head: solved`: the encoder's vectors are computed once, and each step's head is the solution on the labelled items, the labels' names where
 * these are words, and the pool. With strategies that compare draws these come from its Laplace posterior.
 */
export async function solvedSetup(encoded: TextSetup | ImageSetup, experiment: PreparedExperiment): Promise<SolvedSetup> {
  return encoded.kind === "text"
    ? setupOver(encoded, experiment, encoded.model.datasetOf(textsOfLabels(experiment.labels) ?? [], { loss: "crossEntropy" }))
    : setupOver(encoded, experiment, undefined);
}

async function setupOver<Input>(
  { model: encoder, train, validation, test, preview }: SetupOf<Input>,
  { labels, config }: PreparedExperiment,
  namesOf: Dataset<Input> | undefined,
): Promise<SolvedSetup> {
  const embed = async (items: Dataset<Input>) =>
    new FeatureDataset(items, toLengthOne(await joinFeatures(encoder.features(items), { total: items.length })));
  const vectors = { train: await embed(train), test: await embed(test) };
  const measured = validation.length > 0 ? await embed(validation) : emptyLike(validation);
  const names = namesOf && namesOf.length > 0 ? await embed(namesOf) : undefined;
  await encoder.dispose();
  const model = HeadClassifier.fromConfig({ inputDim: vectors.train.width, dropout: 0 }, { labels });
  const comparesDraws = config.strategies.some((spec) =>
    strategyOf(spec).needs.some((need) => need === "draws" || need === "consistentDraws"),
  );
  const needsDraws = config.model.patch !== false && (comparesDraws || config.evaluation.iterations > 1);
  return {
    ...{ kind: "features", model, ...vectors, validation: measured, preview },
    recipeArgs: { maxSteps: 1 },
    async learn({ labelled, pool, signal }) {
      unpatchModule(model);
      const { length } = pool;
      const step = Math.max(1, length / MOST_UNLABELLED);
      const unlabelled: Dataset<Float32Array> = {
        length: Math.min(length, MOST_UNLABELLED),
        at: (n) => ({ ...pool.at(Math.floor(n * step)), target: undefined }),
      };
      await solveLastLayer(model, labelled, { names, unlabelled, signal });
      if (needsDraws) patchModule(model, { posterior: await fitLastLayerLaplace(model, labelled) });
    },
  };
}

function emptyLike(none: Dataset<unknown>): Dataset<Float32Array> {
  return { length: 0, at: (position) => ({ ...none.at(position), input: new Float32Array(0) }) };
}
