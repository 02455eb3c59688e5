import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import type { Learner, SoftBatch } from "../../../src/core/bayesian-model.js";
import type { Dataset, Example } from "../../../src/core/dataset.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import type { SemiSupervisedMethod, SemiSupervision } from "../../../src/training/semi-supervised/methods.js";
import type { TrainerProgress } from "../../../src/training/trainer-callback.js";
import type { TrainingArguments } from "../../../src/training/training-arguments.js";
import { asDataset, tinyConfig, tinyTexts } from "../../models/tiny.js";
import { blobs, linearModel } from "../linear-model.js";
import { Mlp, type Point, twoMoons, unlabelled } from "./mlp.js";

const ARGS: TrainingArguments = { learningRate: 0.01, batchSize: 4, maxSteps: 12, seed: 2 };
const labelled = twoMoons(10, { seed: 3 });
const pool = unlabelled(twoMoons(30, { seed: 4, offset: 50 }));
const same = (point: Point): Point => point;

async function trained(semiSupervised: SemiSupervision<Point> | undefined, args: TrainingArguments = {}) {
  const model = new Mlp();
  const events: Extract<TrainerProgress, { type: "train" }>[] = [];
  await new BaalTrainer({ model, args: { ...ARGS, ...args } }).train(labelled, {
    semiSupervised,
    onProgress: (event) => event.type === "train" && events.push(event),
  });
  return { weights: model.weights(), events };
}

/** An Mlp that writes down the soft batches of each step. */
function recorded() {
  const model = new Mlp();
  const steps: { readonly labelled: number[]; readonly soft: readonly SoftBatch<Point>[] }[] = [];
  const create = model.createLearner.bind(model);
  model.createLearner = async (options): Promise<Learner<Point>> => {
    const learner = await create(options);
    const soft = learner.soft!;
    const step: typeof soft.step = (batches, softBatches, stepOptions) => {
      steps.push({ labelled: batches.flat().map(({ index }) => index), soft: softBatches });
      return soft.step(batches, softBatches, stepOptions);
    };
    return { ...learner, soft: { ...soft, step } };
  };
  return { model, steps };
}

describe("semi-supervised training", () => {
  it.each<SemiSupervisedMethod>(["pseudoLabel", "piModel", "fixMatch"])(
    "of weight 0 with %s is supervised training, bit for bit",
    async (method) => {
      const supervised = await trained(undefined);
      const zero = await trained({ method, unlabelled: pool, weight: 0, augment: { strong: same } });
      expect(zero.weights).toEqual(supervised.weights);
      expect(zero.events.map(({ loss }) => loss)).toEqual(supervised.events.map(({ loss }) => loss));
    },
  );

  it("with no unlabelled items is supervised training", async () => {
    const empty = unlabelled(twoMoons(0));
    expect((await trained({ method: "pseudoLabel", unlabelled: empty, labelledShare: 0.5 })).weights).toEqual(
      (await trained(undefined)).weights,
    );
  });

  it.each<SemiSupervisedMethod>(["pseudoLabel", "piModel", "fixMatch"])(
    "with %s changes the weights, the same way each time",
    async (method) => {
      const semi = { method, unlabelled: pool, rampUp: 0, threshold: 0, augment: { strong: same } };
      const first = await trained(semi);
      expect(first.weights).not.toEqual((await trained(undefined)).weights);
      expect((await trained(semi)).weights).toEqual(first.weights);
      for (const { unlabelled: part, loss } of first.events) {
        expect(part!.used).toBe(part!.seen);
        expect(part!.loss).toBeGreaterThan(0);
        expect(loss).toBeGreaterThan(part!.loss);
      }
    },
  );

  it("ignores the targets of the unlabelled items", async () => {
    const semi = { method: "pseudoLabel", unlabelled: pool, rampUp: 0 } as const;
    const lied: Dataset<Point> = { length: pool.length, at: (i) => ({ ...pool.at(i), target: 77 }) };
    expect((await trained({ ...semi, unlabelled: lied })).weights).toEqual((await trained(semi)).weights);
  });

  it("takes pseudo-labels from a pass without dropout and shares the weight among all items of the batch", async () => {
    const { model, steps } = recorded();
    const trainer = new BaalTrainer({ model, args: { ...ARGS, maxSteps: 1 } });
    const before = await trainer.predictOnDataset(pool);
    const threshold = 0.6;
    await trainer.train(labelled, {
      semiSupervised: { method: "pseudoLabel", unlabelled: pool, rampUp: 0, weight: 3, threshold, unlabelledBatchSize: 30 },
    });
    const probs = (i: number) => {
      const odds = Math.exp(before.data[2 * i + 1]! - before.data[2 * i]!);
      return [1 / (1 + odds), odds / (1 + odds)];
    };
    const sure = Array.from({ length: 30 }, (_, i) => i).filter((i) => Math.max(...probs(i)) >= threshold);
    expect(sure.length).toBeGreaterThan(0);
    expect(sure.length).toBeLessThan(30);
    const batches = steps[0]!.soft;
    const items = batches.flatMap(({ examples }) => examples.map(({ index }) => index - 50));
    expect([...items].sort((a, b) => a - b)).toEqual(sure);
    for (const { examples, targets, weights, loss } of batches) {
      expect(examples.length).toBeLessThanOrEqual(4);
      expect(loss).toBe("crossEntropy");
      expect([...weights]).toEqual(examples.map(() => Math.fround(3 / 30)));
      examples.forEach(({ index }, row) => {
        const [first, second] = probs(index - 50);
        expect([...targets.subarray(2 * row, 2 * row + 2)]).toEqual(first! >= second! ? [1, 0] : [0, 1]);
      });
    }
  });

  it("compares two passes with other dropout in the Pi-model: without dropout there is nothing to learn", async () => {
    const losses = async (dropout: number) => {
      const model = new Mlp({ dropout });
      const seen: number[] = [];
      await new BaalTrainer({ model, args: ARGS }).train(labelled, {
        semiSupervised: { method: "piModel", unlabelled: pool, rampUp: 0 },
        onProgress: (event) => event.type === "train" && seen.push(event.unlabelled!.loss),
      });
      return seen;
    };
    for (const loss of await losses(0.3)) expect(loss).toBeGreaterThan(1e-6);
    for (const loss of await losses(0)) expect(loss).toBeLessThan(1e-10);
  });

  it("gives FixMatch the class of the weak copy and the input of the strong one", async () => {
    const { model, steps } = recorded();
    const weak: Point[] = [];
    const augment = {
      weak: ([x, y]: Point): Point => {
        weak.push([x, y]);
        return [100 * x, 100 * y];
      },
      strong: ([x, y]: Point): Point => [x + 1000, y],
    };
    await new BaalTrainer({ model, args: { ...ARGS, maxSteps: 1 } }).train(labelled, {
      semiSupervised: { method: "fixMatch", unlabelled: pool, augment },
    });
    expect(weak).toHaveLength(28);
    const inputs = steps[0]!.soft.flatMap(({ examples }) => examples.map(({ input }) => input));
    expect(inputs.length).toBeGreaterThan(0);
    for (const [x] of inputs) expect(x).toBeGreaterThan(900);
  });

  it("ramps the weight up linearly for pseudo-labels, as a bell for the Pi-model", async () => {
    const weightsOf = async (method: SemiSupervisedMethod) => {
      const { model, steps } = recorded();
      const semiSupervised = { method, unlabelled: pool, rampUp: 0.5, weight: 8, unlabelledBatchSize: 4 };
      await new BaalTrainer({ model, args: { ...ARGS, maxSteps: 8 } }).train(labelled, { semiSupervised });
      return steps.map(({ soft }) => soft[0]?.weights[0] ?? 0);
    };
    expect(await weightsOf("pseudoLabel")).toEqual([0, 0.5, 1, 1.5, 2, 2, 2, 2]);
    const bell = [0, 1, 2, 3, 4, 4, 4, 4].map((step) => Math.fround(Math.exp(-5 * (1 - step / 4) ** 2)));
    expect(await weightsOf("piModel")).toEqual(bell);
  });

  it("alternates the kinds of steps where asked, one pass over the labelled items per epoch", async () => {
    const { model, steps } = recorded();
    const semiSupervised = { method: "pseudoLabel", unlabelled: pool, rampUp: 0, labelledShare: 0.25 } as const;
    const args = { ...ARGS, maxSteps: -1, numTrainEpochs: 2 };
    const { globalStep, metrics } = await new BaalTrainer({ model, args }).train(labelled, { semiSupervised });
    expect([globalStep, metrics["epoch"]]).toEqual([24, 2]);
    for (const { labelled: items, soft } of steps) expect(items.length > 0).toBe(soft.length === 0);
    for (const epoch of [steps.slice(0, 12), steps.slice(12)]) {
      const seen = epoch.flatMap(({ labelled: items }) => items).sort((a, b) => a - b);
      expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => i));
    }
    const others = steps.flatMap(({ soft }) => soft.flatMap(({ examples }) => examples.map(({ index }) => index)));
    expect(others).toHaveLength(18 * 4);
    expect(new Set(others.slice(0, 30)).size).toBe(30);
  });

  it("takes no step where the model is sure of nothing and no labelled item is in it", async () => {
    const { model, steps } = recorded();
    const before = model.weights();
    const semiSupervised = {
      method: "fixMatch",
      unlabelled: pool,
      threshold: 1,
      labelledShare: 0.5,
      augment: { strong: same },
    } as const;
    const weights: number[][] = [];
    const callbacks = [{ onStepEnd: () => void weights.push(model.weights()) }];
    await new BaalTrainer({ model, args: { ...ARGS, maxSteps: 6 }, callbacks }).train(labelled, { semiSupervised });
    steps.forEach(({ labelled: items }, i) => {
      if (items.length === 0) expect(weights[i]).toEqual(weights[i - 1] ?? before);
      else expect(weights[i]).not.toEqual(weights[i - 1] ?? before);
    });
  });

  it("trains a text classifier on an active data set and its pool, with deletion of tokens as FixMatch's strong copy", async () => {
    const active = new ActiveLearningDataset(asDataset(tinyTexts(30, (i) => i % 3)), { seed: 1 });
    active.labelRandomly(8);
    const model = TextClassifier.fromConfig(tinyConfig, { labels: ["a", "b", "c"], seed: 1 });
    const trainer = new BaalTrainer({ model, args: { batchSize: 4, maxSteps: 3, learningRate: 1e-3 } });
    const used: number[] = [];
    await trainer.train(active, {
      semiSupervised: { method: "fixMatch", unlabelled: active.pool, threshold: 0.4 },
      onProgress: (event) => event.type === "train" && used.push(event.unlabelled!.used),
    });
    expect(Math.max(...used)).toBeGreaterThan(0);
  });

  it("works with a model that predicts probabilities", async () => {
    const model = new Mlp();
    const teacher = recorded();
    const predict = teacher.model.predict.bind(teacher.model);
    teacher.model.predict = async function* (dataset: Dataset<Point>, options) {
      for await (const chunk of predict(dataset, options)) {
        const data = chunk.data.map((logit, i) => 1 / (1 + Math.exp(chunk.data[i ^ 1]! - logit)));
        yield { ...chunk, kind: "probabilities", data };
      }
    };
    const semiSupervised = { method: "pseudoLabel", unlabelled: pool, rampUp: 0 } as const;
    await new BaalTrainer({ model, args: ARGS }).train(labelled, { semiSupervised });
    await new BaalTrainer({ model: teacher.model, args: ARGS }).train(labelled, { semiSupervised });
    expect(teacher.model.weights()).toEqual(model.weights());
  });
});

describe("it refuses", () => {
  const point: Example<Point>["input"] = [0, 0];

  it.each<[string, Partial<SemiSupervision<Point>>, TrainingArguments, RegExp]>([
    ["an unknown method", { method: "meanTeacher" as "piModel" }, {}, /"pseudoLabel", "piModel", "fixMatch"; "meanTeacher" came/],
    ["a negative weight", { weight: -1 }, {}, /weight .* -1 came/],
    ["a ramp longer than the run", { rampUp: 2 }, {}, /rampUp .* 2 came/],
    ["a threshold above 1", { threshold: 1.5 }, {}, /threshold .* 1\.5 came/],
    ["a share of 1", { labelledShare: 1 }, {}, /labelledShare .* 1 came/],
    ["an empty batch", { unlabelledBatchSize: 0 }, {}, /unlabelledBatchSize .* 0 came/],
    ["a regression", {}, { loss: "meanSquaredError" }, /the loss "meanSquaredError" is of numbers/],
    ["a Pi-model without any randomness", { method: "piModel" }, { dropout: false }, /augment\.weak/],
    ["FixMatch on points without a strong augmentation", { method: "fixMatch" }, {}, /augment\.strong/],
  ])("%s", async (_, semi, args, message) => {
    const data: Dataset<Point> = {
      length: 4,
      at: (index) => ({ index, input: point, target: args.loss === undefined ? 0 : [0, 0] }),
    };
    const attempt = new BaalTrainer({ model: new Mlp(), args: { ...ARGS, ...args } }).train(data, {
      semiSupervised: { method: "pseudoLabel", unlabelled: pool, ...semi },
    });
    await expect(attempt).rejects.toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(message) }),
    );
  });

  it("a model whose learner learns from labels alone", async () => {
    const attempt = new BaalTrainer({ model: linearModel(), args: ARGS }).train(blobs(9), {
      semiSupervised: { method: "pseudoLabel", unlabelled: blobs(9) },
    });
    await expect(attempt).rejects.toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(/learns from labels alone/) }),
    );
  });
});
