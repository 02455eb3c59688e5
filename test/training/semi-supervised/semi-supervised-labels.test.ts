import { describe, expect, it } from "vitest";
import type { SoftBatch } from "../../../src/core/bayesian-model.js";
import type { Dataset } from "../../../src/core/dataset.js";
import { sigmoid } from "../../../src/core/softmax.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import type { SemiSupervision } from "../../../src/training/semi-supervised/methods.js";
import type { TrainingArguments } from "../../../src/training/training-arguments.js";
import { Mlp, type Point, twoMoons, unlabelled } from "./mlp.js";

const ARGS: TrainingArguments = { learningRate: 0.01, batchSize: 4, maxSteps: 1, seed: 2, loss: "binaryCrossEntropy" };
/** Which of two labels an item has: of the moon, and of the right half. */
const moons = twoMoons(10, { seed: 3 });
const labelled: Dataset<Point> = {
  length: moons.length,
  at: (position) => {
    const example = moons.at(position);
    return { ...example, target: [example.target as number, position % 3 === 0 ? null : Number(example.input[0] > 0)] };
  },
};
const pool = unlabelled(twoMoons(30, { seed: 4, offset: 50 }));

/** The soft batches of the first step, and the probabilities of the labels before it. */
async function firstStep(semi: Omit<SemiSupervision<Point>, "unlabelled">) {
  const model = new Mlp();
  model.task = "multi";
  const { data } = await new BaalTrainer({ model, args: ARGS }).predictOnDataset(pool);
  const batches: SoftBatch<Point>[] = [];
  const create = model.createLearner.bind(model);
  model.createLearner = async (options) => {
    const learner = await create(options);
    const soft = learner.soft!;
    const step: typeof soft.step = (hard, softBatches, stepOptions) => {
      batches.push(...softBatches);
      return soft.step(hard, softBatches, stepOptions);
    };
    return { ...learner, soft: { ...soft, step } };
  };
  let softLoss = 0;
  await new BaalTrainer({ model, args: ARGS }).train(labelled, {
    semiSupervised: { unlabelled: pool, ...semi },
    onProgress: (event) => {
      if (event.type === "train") softLoss = event.unlabelled!.loss;
    },
  });
  return { batches, softLoss, probs: Array.from(data, sigmoid) };
}

describe("items without labels teach labels by themselves", () => {
  it.each(["pseudoLabel", "fixMatch"] as const)(
    "%s: entries that are sure, yes or no, each with its share of the weight",
    async (method) => {
      const threshold = 0.6;
      const same = (point: Point): Point => point;
      const { batches, softLoss, probs } = await firstStep({
        ...{ method, threshold, rampUp: 0, weight: 3, unlabelledBatchSize: 30 },
        augment: { strong: same },
      });
      const isSure = (prob: number) => prob >= threshold || prob <= 1 - threshold;
      const sure = probs.filter(isSure).length;
      expect(sure).toBeGreaterThan(0);
      expect(sure).toBeLessThan(probs.length);
      let expected = 0;
      let counted = 0;
      for (const { examples, loss, targets, weights } of batches) {
        expect(loss).toBe("binaryCrossEntropy");
        examples.forEach(({ index }, row) => {
          for (const c of [0, 1]) {
            const prob = probs[2 * (index - 50) + c]!;
            expect(targets[2 * row + c]).toBe(Number(prob > 0.5));
            expect(weights[2 * row + c]).toBe(isSure(prob) ? Math.fround(3 / (30 * 2)) : 0);
            counted += Number(isSure(prob));
            if (isSure(prob)) expected -= (3 / 60) * Math.log(Math.max(prob, 1 - prob));
          }
        });
      }
      expect(counted).toBe(sure);
      // Dropout of the pass that learns is all that differs.
      expect(softLoss).toBeGreaterThan(0);
      expect(Math.abs(softLoss - expected)).toBeLessThan(0.5 * expected);
    },
  );

  it("items of which nothing is sure cost no pass", async () => {
    const { batches } = await firstStep({ method: "pseudoLabel", threshold: 1 });
    expect(batches).toEqual([]);
  });

  it("the Pi-model compares sigmoids", async () => {
    const { batches } = await firstStep({ method: "piModel", rampUp: 0, weight: 5, unlabelledBatchSize: 10 });
    expect(batches.map(({ loss }) => loss)).toEqual(batches.map(() => "sigmoidSquaredError"));
    for (const { weights, targets } of batches) {
      expect([...weights]).toEqual([...weights].map(() => Math.fround(5 / 20)));
      expect([...targets].every((target) => target > 0 && target < 1)).toBe(true);
    }
  });
});
