import { beforeAll, describe, expect, it } from "vitest";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { StateDict } from "../../src/core/bayesian-model.js";
import type { Dataset } from "../../src/core/dataset.js";
import { itemsAt } from "../../src/core/dataset-view.js";
import type { Predictions } from "../../src/core/predictions.js";
import { loadEmbeddedIntents } from "../../src/data/embedded.js";
import { bald } from "../../src/heuristics/bald.js";
import { entropy } from "../../src/heuristics/confidence.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import { spearman } from "../../src/metrics/regression-metrics.js";
import { loadRecipe, modelFromRecipe } from "../../src/models/text/recipe.js";
import type { TextClassifier } from "../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";

const ITERATIONS = 20;

describe("predictions in int8 of the demo's model", () => {
  let exact: TextClassifier;
  let rounded: TextClassifier;
  let test: Dataset<never>;

  beforeAll(async () => {
    const corpus = await loadEmbeddedIntents();
    const recipe = await loadRecipe("distilbert-mini");
    const made = { texts: corpus.train.map(({ text }) => text), labels: corpus.labels, seed: 3, threads: 1 };
    exact = modelFromRecipe(recipe, made);
    rounded = modelFromRecipe(recipe, { ...made, precision: "int8" });
    const rows = (all: typeof corpus.train) => all.map(({ text, intent }) => ({ text, label: intent }));
    const read = (all: typeof corpus.train) => exact.datasetOf(rows(all), { loss: "crossEntropy" });
    const args = { ...recipe.training, maxSteps: 300, seed: 1 };
    await new BaalTrainer({ model: exact, args }).train(read(corpus.train));
    rounded.loadStateDict(exact.stateDict());
    for (const model of [exact, rounded]) patchModule(model);
    test = read(corpus.test) as unknown as Dataset<never>;
  });

  const predicted = (model: TextClassifier, items: Dataset<never> = test): Promise<Predictions> =>
    new BaalTrainer({ model }).predictOnDataset(items as never, { iterations: ITERATIONS, seed: 5 });

  const accuracy = (predictions: Predictions) => {
    const classes = predictions.shape[1]!;
    const probs_N_C = meanProbabilities(predictions);
    let right = 0;
    for (let item = 0; item < test.length; item++) {
      const probs_C = probs_N_C.subarray(item * classes, (item + 1) * classes);
      if (probs_C.indexOf(Math.max(...probs_C)) === test.at(item).target) right++;
    }
    return right / test.length;
  };

  it("rank and answer as those in float32 do", async () => {
    const [floats, bytes] = [await predicted(exact), await predicted(rounded)];
    expect(bytes.data).not.toEqual(floats.data);
    expect(spearman(entropy().score(bytes), entropy().score(floats))).toBeGreaterThan(0.995);
    expect(spearman(bald().score(bytes), bald().score(floats))).toBeGreaterThan(0.995);
    expect(accuracy(floats)).toBeGreaterThan(0.5);
    expect(Math.abs(accuracy(bytes) - accuracy(floats))).toBeLessThanOrEqual(0.003);
  });

  it("do not depend on the items beside", async () => {
    const [some, order] = [
      [7, 30, 411],
      [411, 7, 30],
    ];
    const whole = await predicted(rounded, itemsAt(test, [...Array(60).keys(), 411]));
    const size = whole.data.length / 61;
    const at = (predictions: Predictions, place: number) => predictions.data.subarray(place * size, (place + 1) * size);
    const few = await predicted(rounded, itemsAt(test, order));
    for (const item of some) {
      const [a, b] = [at(whole, Math.min(item, 60)), at(few, order.indexOf(item))];
      // A float that is rounded otherwise may turn a byte over, so nearly all of them agree closely, and none is far off.
      const far = a.filter((value, i) => Math.abs(value - b[i]!) > 1e-3).length;
      expect(far / size).toBeLessThan(0.1);
    }
  });

  it("are of the weights as they are: loaded, trained, reset", async () => {
    const items = itemsAt(test, [0, 1, 2, 3]);
    const before = await predicted(rounded, items);
    const weights: StateDict = new Map(
      [...exact.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.map((value) => value * 0.7) }]),
    );
    rounded.loadStateDict(weights);
    const loaded = await predicted(rounded, items);
    expect(loaded.data).not.toEqual(before.data);
    const args = { maxSteps: 2, batchSize: 4, learningRate: 1e-2, seed: 1 };
    await new BaalTrainer({ model: rounded, args }).train(items as never);
    const trained = await predicted(rounded, items);
    expect(trained.data).not.toEqual(loaded.data);
    rounded.loadStateDict(exact.stateDict());
    expect((await predicted(rounded, items)).data).toEqual(before.data);
  });

  it("leave features in float32", async () => {
    const features = async (model: TextClassifier) =>
      new BaalTrainer({ model }).featuresOnDataset(itemsAt(test, [0, 1]) as never);
    expect((await features(rounded)).data).toEqual((await features(exact)).data);
  });
});
