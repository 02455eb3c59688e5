import { describe, expect, it } from "vitest";
import type { Dataset, EncodedText, Example } from "../../../src/core/dataset.js";
import { joinFeatures } from "../../../src/core/join-chunks.js";
import { encodeClassPairs } from "../../../src/engine/autodiff/contrastive-targets.js";
import type { ContrastiveLossName } from "../../../src/engine/autodiff/losses.js";
import { TextClassifier } from "../../../src/models/text/text-classifier.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import { classMates } from "../../../src/training/contrastive/class-mates.js";
import { type ContrastiveTrainOptions, trainContrastively } from "../../../src/training/contrastive/train-contrastive.js";
import type { TrainerProgress } from "../../../src/training/trainer-callback.js";
import { asDataset, tinyConfig } from "../../models/tiny.js";
import { temporaryFolder } from "../../temporary-folder.js";

const labels = ["a", "b", "c"];
/** Texts of which every other token tells the class, and the rest is noise. */
function texts(count: number, { first = 0 } = {}): Dataset<EncodedText> {
  const examples = Array.from({ length: count }, (_, n): Example<EncodedText> => {
    const [index, target] = [first + n, n % 3];
    const inputIds = Int32Array.from({ length: 4 + (index % 5) }, (_, i) =>
      i % 2 === 0 ? 1 + target + 3 * ((index + i) % 2) : 10 + ((index * 31 + i * 17) % 39),
    );
    return { index, input: { inputIds }, target };
  });
  return asDataset(examples);
}

const tiny = (dropout = 0) =>
  TextClassifier.fromConfig({ ...tinyConfig, dropout, attentionDropout: dropout, classifierDropout: 0.5 }, { labels, seed: 4 });

const weightsOf = (model: TextClassifier) => new Map([...model.stateDict()].map(([name, { data }]) => [name, data.slice()]));

/** The loss of a batch, computed by hand of the features that the model gives. */
async function lossOf(model: TextClassifier, batch: readonly Example<EncodedText>[], loss: ContrastiveLossName): Promise<number> {
  const { data, shape } = await joinFeatures(model.features(asDataset(batch)), { total: batch.length });
  const [n, width] = shape;
  const row = (i: number) => {
    const values = data.subarray(i * width, (i + 1) * width);
    const length = Math.hypot(...values);
    return values.map((x) => x / length);
  };
  const cosine = (i: number, j: number) => row(i).reduce((sum, x, d) => sum + x * row(j)[d]!, 0);
  const fed = encodeClassPairs(
    batch.map(({ target }) => target as number),
    { loss, temperature: 0.2 },
  );
  const [targets, weights] = [fed.get("loss.targets")!, fed.get("loss.weights")!];
  let total = 0;
  for (let i = 0; i < n; i++) {
    const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    const logSum = Math.log(others.reduce((sum, j) => sum + Math.exp(cosine(i, j) / 0.2), 0));
    for (const j of others) {
      const k = i * n + j;
      if (loss === "cosinePairs") total += weights[k]! * (cosine(i, j) - targets[k]!) ** 2;
      else total -= targets[k]! * (cosine(i, j) / 0.2 - logSum);
    }
  }
  return total;
}

describe("the contrastive learner", () => {
  it.each(["cosinePairs", "supervisedContrastive"] as const)(
    "goes down the slope of its loss, in front of the last layer alone: %s",
    async (loss) => {
      const model = tiny();
      const examples = Array.from({ length: 9 }, (_, i) => texts(9).at(i));
      const group = { index: 0, input: examples, target: 0 };
      const gradients = new Map<string, Float32Array>();
      const learner = await model.createContrastiveLearner({
        ...{ loss, temperature: 0.2, maxGradNorm: Number.POSITIVE_INFINITY, seed: 1 },
        optimizer: {
          step(updates) {
            for (const { name, gradient, dims } of updates) {
              const dense = new Float32Array(dims.reduce((a, b) => a * b, 1));
              if (gradient.kind === "dense") dense.set(gradient.data);
              else
                for (const [i, r] of gradient.rows.entries())
                  dense.set(gradient.data.subarray(i * dims[1]!, (i + 1) * dims[1]!), r * dims[1]!);
              gradients.set(name, dense);
            }
          },
          stateDict: () => new Map(),
          loadStateDict: () => undefined,
        },
      });
      // The same items once more add nothing; the dropout in front of the last layer takes no part.
      const result = await learner.step([[group, group]], { step: 0, learningRate: 0 });
      expect(result.loss).toBeCloseTo(await lossOf(model, examples, loss), 4);
      expect([...gradients.keys()].some((name) => name.startsWith("classifier"))).toBe(false);
      expect(gradients.size).toBe(model.stateDict().size - 2);
      const found = new Map([...gradients].map(([name, data]) => [name, data.slice()]));
      for (const [name, slope] of found) {
        const { data } = model.stateDict().get(name)!;
        const norm = Math.hypot(...slope);
        if (norm < 1e-3) continue;
        const [before, step] = [data.slice(), 2e-3 / norm];
        const moved = async (sign: number) => {
          for (let i = 0; i < data.length; i++) data[i] = before[i]! + sign * step * slope[i]!;
          return lossOf(model, examples, loss);
        };
        const difference = ((await moved(1)) - (await moved(-1))) / (2 * step);
        data.set(before);
        expect(Math.abs(difference - norm ** 2)).toBeLessThan(0.03 * norm ** 2 + 2e-4 * norm);
      }
      await learner.release?.();
    },
  );

  it("averages micro-batches, each with negatives of its own, and refuses an item without a class", async () => {
    const model = tiny();
    const examples = Array.from({ length: 12 }, (_, i) => texts(12).at(i));
    const groups = [examples.slice(0, 6), examples.slice(6)].map((input, index) => [{ index, input, target: 0 }]);
    const optimizer = { step: () => undefined, stateDict: () => new Map(), loadStateDict: () => undefined };
    const settings = { loss: "supervisedContrastive", temperature: 0.2, optimizer, maxGradNorm: 1, seed: 1 } as const;
    const learner = await model.createContrastiveLearner(settings);
    const lossesOf = async (batches: typeof groups) => (await learner.step(batches, { step: 0, learningRate: 0 })).loss;
    const [both, one, two] = [await lossesOf(groups), await lossesOf([groups[0]!]), await lossesOf([groups[1]!])];
    expect(both).toBeCloseTo((one + two) / 2, 5);
    const open = [{ index: 0, input: [{ ...examples[0]!, target: undefined }], target: 0 }];
    await expect(lossesOf([open])).rejects.toMatchObject({ code: "E_DATA" });
    await learner.release?.();
  });
});

describe("classMates", () => {
  it("gives each item others of its class, others in each epoch, the same for the same seed", () => {
    const dataset = asDataset([
      ...Array.from({ length: 30 }, (_, i) => texts(30).at(i)),
      { ...texts(40).at(39), index: 99, target: 7 },
    ]);
    const pairs = classMates(dataset, { mates: 2, seed: 1 });
    const indicesIn = (epoch: number) =>
      Array.from({ length: pairs.length }, (_, n) =>
        pairs.inEpoch!(epoch)
          .at(n)
          .input.map(({ index }) => index),
      );
    for (const [n, indices] of indicesIn(0).entries()) {
      const { index, target } = dataset.at(n);
      expect(indices[0]).toBe(index);
      expect(indices).toHaveLength(target === 7 ? 1 : 3);
      expect(new Set(indices).size).toBe(indices.length);
      for (const { target: other } of pairs.at(n).input) expect(other).toBe(target);
    }
    expect(indicesIn(3)).toEqual(indicesIn(3));
    expect(indicesIn(3)).not.toEqual(indicesIn(4));
    const other = classMates(dataset, { mates: 2, seed: 2 });
    expect(indicesIn(0)).not.toEqual(Array.from({ length: 31 }, (_, n) => other.at(n).input.map(({ index }) => index)));
  });
});

describe("trainContrastively", () => {
  const ARGS = { maxSteps: 60, batchSize: 12, learningRate: 5e-3, seed: 3 } as const;

  it.each(["cosinePairs", "supervisedContrastive"] as const)(
    "makes features that a solved head tells apart: %s",
    async (loss) => {
      const [model, alone] = [tiny(0.1), tiny(0.1)];
      const held = texts(90, { first: 1000 });
      const before = await trainContrastively(alone, texts(48), { args: { ...ARGS, maxSteps: 1, learningRate: 0 }, loss });
      const { globalStep, solved, trainingLoss } = await trainContrastively(model, texts(48), { args: ARGS, loss });
      expect(globalStep).toBe(60);
      expect(solved).toMatchObject({ items: 48, classesWithItems: 3 });
      expect(trainingLoss).toBeLessThan(before.trainingLoss);
      const accuracy = async (of: TextClassifier) => (await new BaalTrainer({ model: of }).evaluate(held))["accuracy"]!;
      expect(await accuracy(model)).toBeGreaterThan(0.9);
      expect(await accuracy(model)).toBeGreaterThan(await accuracy(alone));
    },
  );

  it("goes on from a checkpoint to the same weights, bit by bit, and only with the same settings", async () => {
    const outputDir = temporaryFolder();
    const args = { ...ARGS, maxSteps: 9, gradientAccumulationSteps: 2, batchSize: 6 };
    const whole = tiny(0.1);
    await trainContrastively(whole, texts(30), { args });
    const saving = { ...args, outputDir, saveStrategy: "steps", saveSteps: 2 } as const;
    const abort = new AbortController();
    const stop = { onStepEnd: ({ globalStep }: { readonly globalStep: number }) => void (globalStep === 5 && abort.abort()) };
    const cut = trainContrastively(tiny(0.1), texts(30), { args: saving, callbacks: [stop], signal: abort.signal });
    await expect(cut).rejects.toMatchObject({ code: "E_ABORTED" });
    const resuming = { ...saving, resumeFromCheckpoint: true };
    const other = trainContrastively(tiny(0.1), texts(30), { args: resuming, temperature: 0.3 });
    await expect(other).rejects.toMatchObject({ code: "E_CHECKPOINT" });
    const resumed = tiny(0.1);
    expect((await trainContrastively(resumed, texts(30), { args: resuming })).globalStep).toBe(9);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
  });

  it("trains the layers that it is told to, and leaves items without a class out", async () => {
    const model = tiny();
    const before = weightsOf(model);
    const [layers, open] = [model.parameterLayers, [{ ...texts(1).at(0), index: 77, target: undefined }]];
    const items = asDataset([...Array.from({ length: 12 }, (_, i) => texts(12).at(i)), ...open]);
    const { solved } = await trainContrastively(model, items, { args: { ...ARGS, maxSteps: 2, fineTune: 3 } });
    expect(solved.items).toBe(12);
    const trained = new Set(layers.slice(-3).flat());
    for (const [name, data] of weightsOf(model)) {
      if (trained.has(name)) expect(data, name).not.toEqual(before.get(name));
      else expect(data, name).toEqual(before.get(name));
    }
  });

  it("measures the solved head on other items, ends with the best weights and stops early", async () => {
    const events: TrainerProgress[] = [];
    const options = {
      args: {
        ...ARGS,
        evalStrategy: "steps",
        evalSteps: 2,
        earlyStoppingPatience: 2,
        loadBestModelAtEnd: true,
        earlyStoppingThreshold: 10,
      },
      evalItems: texts(15, { first: 500 }),
      onProgress: (event) => void events.push(event),
    } satisfies ContrastiveTrainOptions<EncodedText>;
    const model = tiny();
    const { globalStep, state } = await trainContrastively(model, texts(24), options);
    expect(globalStep).toBeLessThan(ARGS.maxSteps);
    expect(state.logHistory.filter(({ kind }) => kind === "evaluate").every(({ values }) => "accuracy" in values)).toBe(true);
    expect(events.filter(({ type }) => type === "train")).toHaveLength(globalStep);
    const { loss } = await new BaalTrainer({ model }).evaluate(options.evalItems);
    expect(loss).toBeCloseTo(state.bestMetric!, 5);
  });

  const one = asDataset(Array.from({ length: 4 }, (_, i) => ({ ...texts(4).at(i), target: 0 })));
  const lonely = asDataset(Array.from({ length: 3 }, (_, i) => texts(3).at(i)));
  it.each<[string, string, Dataset<EncodedText>, ContrastiveTrainOptions<EncodedText>]>([
    ["items of one class", "E_DATA", one, {}],
    ["items each of its own class", "E_DATA", lonely, {}],
    ["no items", "E_DATA", asDataset([]), {}],
    ["a temperature of 0", "E_ARGUMENT", texts(9), { temperature: 0 }],
    ["no mates", "E_ARGUMENT", texts(9), { mates: 0 }],
    ["an argument without a meaning", "E_ARGUMENT", texts(9), { args: { classWeights: [1, 1, 1] } as object }],
    ["an evaluation without items", "E_ARGUMENT", texts(9), { args: { evalStrategy: "epoch" } }],
  ])("refuses %s", async (_, code, items, options) => {
    const model = tiny();
    const before = weightsOf(model);
    await expect(trainContrastively(model, items, options)).rejects.toMatchObject({ code });
    expect(weightsOf(model)).toEqual(before);
  });
});
