import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import { TextDataset } from "../../src/data/text/text-dataset.js";
import { loadRecipe, modelFromRecipe } from "../../src/models/text/recipe.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { averageDraws } from "../../src/training/evaluation-metrics.js";
import type { Measurement } from "../measurement.js";
import { DRAWS } from "./base-model.js";

const RECIPE = "distilbert-small";
const OUT_OF_SCOPE = "oos";

/** CLINC-OOS full, from random weights: out of scope is one class more, learned from the 100 texts of `oos_train`. */
export const clincFromScratch: Measurement = {
  name: "clinc",
  about: `CLINC-OOS full with models/${RECIPE}.json from random weights: accuracy, out-of-scope recall, minutes`,
  async run(context) {
    const { clinc, quick, threads } = context;
    const recipe = await loadRecipe(RECIPE);
    const [train, val, test] = await Promise.all((["train", "val", "test"] as const).map((split) => readClinc(clinc, { split })));
    const labels = [...new Set(train!.map(({ intent }) => intent))];
    const model = modelFromRecipe(recipe, { texts: train!.map(({ text }) => text), labels, seed: 42, threads });
    const encoding = { tokenizer: model.tokenizer, labels, targetKey: "intent", maxSeqLen: recipe.maxSeqLen };
    const datasets = { val: new TextDataset(val!, encoding), test: new TextDataset(test!, encoding) };
    const trainer = new BaalTrainer({ model, args: { ...recipe.training, ...(quick ? { numTrainEpochs: 1 } : {}) } });
    const begin = performance.now();
    await trainer.train(new TextDataset(train!, encoding), {
      onProgress(event) {
        if (event.type === "train" && event.step % 200 === 0)
          context.progress(`clinc: step ${event.step} of ${event.totalSteps}, loss ${event.loss.toFixed(3)}`);
      },
    });
    const minutes = (performance.now() - begin) / 60_000;

    patchModule(model);
    const outOfScope = labels.indexOf(OUT_OF_SCOPE);
    const probabilities = async (dataset: Dataset<{ readonly inputIds: Int32Array }>) => {
      const draws = await trainer.predictOnDataset(dataset, { iterations: quick ? 2 : DRAWS });
      return averageDraws(draws, "crossEntropy");
    };
    context.progress("clinc: validation and test texts");
    const outcomes = {
      val: { means_N_C: await probabilities(datasets.val), targets: targetsOf(datasets.val), outOfScope },
      test: { means_N_C: await probabilities(datasets.test), targets: targetsOf(datasets.test), outOfScope },
    };
    const threshold = chooseThreshold(outcomes.val);
    const plain = inAndOutOfScope(outcomes.test, 0);
    const rejecting = inAndOutOfScope(outcomes.test, threshold);
    const show = ({ accuracy, recall }: InAndOutOfScope) => `${percent(accuracy)} / ${percent(recall)}`;
    const row = {
      comparedWith: "published: MLP 93.5 % / 47.4 %, FastText 89.0 % / 9.7 %",
      target: "-",
      notes: [
        "In-scope accuracy and out-of-scope recall on the test texts. Published: Larson et al. 2019 (arXiv:1909.02027), out of scope as a class of its own.",
      ],
    };
    return [
      {
        ...row,
        what: "CLINC-OOS full from random weights: class 151",
        ours: `${show(plain)} in ${minutes.toFixed(1)} min of training`,
        samples: { ...plain, minutes },
      },
      {
        ...row,
        what: "... and rejecting below a probability",
        ours: `${show(rejecting)} below ${threshold.toFixed(2)}`,
        notes: [
          ...row.notes,
          "The probability is the mean over the draws; its limit is the one with the best overall accuracy on the validation texts.",
        ],
        samples: { ...rejecting, threshold },
      },
    ];
  },
};

interface Outcome {
  readonly means_N_C: Float64Array;
  readonly targets: readonly number[];
  readonly outOfScope: number;
}

interface InAndOutOfScope {
  /** Share of in-scope texts whose intent is found. */
  readonly accuracy: number;
  /** Share of out-of-scope texts that are recognised as such. */
  readonly recall: number;
  readonly inScope: number;
}

/** Texts whose most probable class stays below `threshold` count as out of scope. */
function inAndOutOfScope({ means_N_C, targets, outOfScope }: Outcome, threshold: number): InAndOutOfScope {
  const classes = means_N_C.length / targets.length;
  let right = 0;
  let recognised = 0;
  targets.forEach((target, item) => {
    const means_C = means_N_C.subarray(item * classes, (item + 1) * classes);
    const highest = Math.max(...means_C);
    const predicted = highest < threshold ? outOfScope : means_C.indexOf(highest);
    if (predicted !== target) return;
    if (target === outOfScope) recognised++;
    else right++;
  });
  const inScope = targets.filter((target) => target !== outOfScope).length;
  return { accuracy: right / inScope, recall: recognised / (targets.length - inScope), inScope };
}

function chooseThreshold(outcome: Outcome): number {
  const candidates = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
  const total = outcome.targets.length;
  const overall = (threshold: number) => {
    const { accuracy, recall, inScope } = inAndOutOfScope(outcome, threshold);
    return (accuracy * inScope + recall * (total - inScope)) / total;
  };
  return candidates.reduce((best, candidate) => (overall(candidate) > overall(best) ? candidate : best));
}

function targetsOf(dataset: TextDataset): number[] {
  return Array.from({ length: dataset.length }, (_, i) => Number(dataset.at(i).target));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
