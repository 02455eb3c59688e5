import { installMasks } from "../../bayesian/dropout-sites.js";
import type { Learner, LearnerOptions, LossOptions, SoftBatch, SoftStepResult } from "../../core/bayesian-model.js";
import { clipGradients } from "../../core/clip-gradients.js";
import type { Example, Target } from "../../core/dataset.js";
import { encodeSoftTargets, encodeTargets, lossNormalizer } from "../../engine/autodiff/targets.js";
import { createPredictor, type GraphPredictor } from "./graph-predictor.js";
import { unpaddedParts } from "./input-adapter.js";
import { createTrainingPasses, type TrainingPasses, type TrainingPassesOptions } from "./training-passes.js";

export interface GraphLearnerOptions<Input> extends TrainingPassesOptions<Input> {
  readonly loss: LossOptions;
  readonly classes: number;
  /** The targets of the rows of an item's output; by default an item has one row, and its target is that row's. */
  readonly targetsOf?: ((example: Example<Input>) => readonly Target[]) | undefined;
}

/** One factor of an item, or one for each of its classes. */
function weightsOf({ examples, weights }: SoftBatch<unknown>, place: number): Float32Array {
  const width = weights.length / examples.length;
  return weights.subarray(place * width, (place + 1) * width);
}

/** Most tokens that {@link SoftLearner.draw} puts through the model at once. */
const TOKENS_PER_DRAW = 2048;

/** Trains a graph's parameters in place: the training graph gives loss and gradients, the optimizer updates the arrays. */
export async function createGraphLearner<Input>(options: GraphLearnerOptions<Input>): Promise<Learner<Input>> {
  const { loss, classes, targetsOf = ({ target }) => [target] } = options;
  const passes = await createTrainingPasses(options);
  const { gradients, statistics, prepare, supervised, passOf, release } = passes;
  let drawer: Promise<GraphPredictor<Input>> | undefined;
  /** By identity: what was prepared is found again when it is stepped on. */
  const parts = new WeakMap<readonly Example<Input>[], readonly (readonly Example<Input>[])[]>();

  function unpadded(batch: readonly Example<Input>[]): readonly (readonly Example<Input>[])[] {
    let found = parts.get(batch);
    if (!found) {
      const places = unpaddedParts(options.adapter, batch);
      found = places.length === 1 ? [batch] : places.map((part) => part.map((place) => batch[place]!));
      parts.set(batch, found);
    }
    return found;
  }

  function unpaddedSoft(batch: SoftBatch<Input>): SoftBatch<Input>[] {
    const places = unpaddedParts(options.adapter, batch.examples);
    if (places.length === 1) return [batch];
    return places.map((part) => ({
      loss: batch.loss,
      examples: part.map((place) => batch.examples[place]!),
      targets: Float32Array.from(part.flatMap((place) => [...batch.targets.subarray(place * classes, (place + 1) * classes)])),
      weights: Float32Array.from(part.flatMap((place) => [...weightsOf(batch, place)])),
    }));
  }

  async function takeStep(
    hardBatches: readonly (readonly Example<Input>[])[],
    givenSoftBatches: readonly SoftBatch<Input>[],
    { step, learningRate }: { readonly step: number; readonly learningRate: number },
  ): Promise<SoftStepResult> {
    const microBatches = hardBatches.flatMap(unpadded);
    const softBatches = givenSoftBatches.flatMap(unpaddedSoft);
    if (microBatches.length + softBatches.length === 0) return { loss: 0, softLoss: 0, gradientNorm: 0 };
    const normalizer = lossNormalizer(
      microBatches.flatMap((batch) => batch.flatMap(targetsOf)),
      loss,
    );
    gradients.reset(microBatches.length + softBatches.length);
    statistics.reset();
    let total = 0;
    for (const batch of microBatches) {
      const targets = encodeTargets(batch.flatMap(targetsOf), loss, classes, normalizer);
      total += await supervised(batch, { step, targets });
    }
    let softLoss = 0;
    for (const { examples, loss: name, targets, weights } of softBatches) {
      const pass = await passOf(name);
      softLoss += await pass(examples, { step, targets: encodeSoftTargets(targets, weights, { name, classes }) });
    }
    total += softLoss;
    const gradientNorm = applyGradients(passes, options, { loss: total, step, learningRate });
    return { loss: total, softLoss, gradientNorm };
  }

  return {
    prepare(microBatches) {
      for (const batch of microBatches.flatMap(unpadded)) prepare(batch);
    },
    async step(microBatches, stepOptions) {
      const { loss, gradientNorm } = await takeStep(microBatches, [], stepOptions);
      return { loss, gradientNorm };
    },
    soft: {
      step: takeStep,
      async draw(examples, { seed }) {
        drawer ??= createDrawer(options);
        return (await drawer).run(examples, { draws: 1, seed, tokensPerBatch: TOKENS_PER_DRAW });
      },
    },
    async release() {
      await Promise.all([release(), drawer?.then((predictor) => predictor.release())]);
    },
  };
}

/**
 * Clips what the passes of a step gave and lets the optimizer change the weights; the global norm before clipping is returned.
 * Throws `E_NOT_FINITE`, weights untouched.
 */
export function applyGradients<Input>(
  { gradients, statistics }: TrainingPasses<Input>,
  { optimizer, maxGradNorm }: Pick<LearnerOptions, "optimizer" | "maxGradNorm">,
  { loss, step, learningRate }: { readonly loss: number; readonly step: number; readonly learningRate: number },
): number {
  const updates = gradients.updates();
  const { gradientNorm, gradientScale } = clipGradients(
    updates.map(({ gradient }) => gradient),
    { loss, maxGradNorm, step, learningRate },
  );
  optimizer.step(updates, { learningRate, gradientScale });
  statistics.commit();
  return gradientNorm;
}

/** A forward pass with the dropout that training has. */
function createDrawer<Input>(options: GraphLearnerOptions<Input>): Promise<GraphPredictor<Input>> {
  const { graph, adapter, device, parameters } = options;
  const { masks } = installMasks(graph, (site) => options.dropout !== false && site.rate > 0);
  const rates = new Map(masks.map(({ site }) => [site.name, site.rate]));
  return createPredictor({ graph, adapter, device, parameters, patch: { kind: "dropout", rates, isConsistent: false } });
}
