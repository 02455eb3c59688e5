import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Target } from "../../src/core/dataset.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { TrainerProgress } from "../../src/training/trainer-callback.js";
import { blobs, LinearModel, linearModel, rowsDataset } from "./linear-model.js";
import { FAST, withCode } from "./trainer-fixtures.js";

describe("evaluate", () => {
  it("averages probabilities over draws and is deterministic by default", async () => {
    const model = linearModel();
    model.isStochastic = true;
    const data = blobs(12);
    const trainer = new BaalTrainer({ model, evalDataset: data });
    const { kind, shape, data: logits } = await trainer.predictOnDataset(data, { mode: "deterministic", iterations: 1 });
    expect([kind, ...shape]).toEqual(["logits", 12, 3, 1]);
    const nll = (item: number, columns: readonly (readonly number[])[]) => {
      const probs = columns.map((column) => {
        const exps = column.map(Math.exp);
        return exps[data.at(item).target as number]! / exps.reduce((a, b) => a + b);
      });
      return -Math.log(probs.reduce((a, b) => a + b) / probs.length) / 12;
    };
    let expected = 0;
    for (let i = 0; i < 12; i++) expected += nll(i, [[...logits.slice(i * 3, i * 3 + 3)]]);
    const metrics = await trainer.evaluate();
    expect(metrics["loss"]).toBeCloseTo(expected, 6);
    expect(metrics["negativeLogLikelihood"]).toBeCloseTo(expected, 6);
    expect(metrics).toMatchObject({
      accuracy: expect.any(Number),
      macroF1: expect.any(Number),
      expectedCalibrationError: expect.any(Number),
    });

    const draws = await trainer.predictOnDataset(data, { iterations: 5, seed: 9 });
    let averaged = 0;
    for (let i = 0; i < 12; i++) {
      averaged += nll(
        i,
        [0, 1, 2, 3, 4].map((k) => [0, 1, 2].map((c) => draws.data[(i * 3 + c) * 5 + k]!)),
      );
    }
    expect((await trainer.evaluate(data, { iterations: 5, seed: 9 }))["loss"]).toBeCloseTo(averaged, 6);
    expect(averaged).not.toBeCloseTo(expected, 6);
  });

  it("draws the same for the same seed, and not what predictions draw", async () => {
    const evaluate = async (seed: number, options: { readonly seed?: number } = {}) => {
      const model = linearModel();
      model.isStochastic = true;
      return (await new BaalTrainer({ model, args: { seed } }).evaluate(blobs(12), { iterations: 3, ...options }))["loss"];
    };
    expect(await evaluate(1)).toBe(await evaluate(1));
    expect(await evaluate(1)).not.toBe(await evaluate(2));
    expect(await evaluate(1)).not.toBe(await evaluate(1, { seed: 1 }));
    expect(await evaluate(1, { seed: 5 })).toBe(await evaluate(2, { seed: 5 }));
  });

  it("hands probabilities, targets and dataset indices to computeMetrics", async () => {
    const trainer = new BaalTrainer({
      model: linearModel(),
      computeMetrics: ({ means, targets, indices, labels }) => ({
        rowSum: means.slice(0, 3).reduce((a, b) => a + b),
        target: targets[1] as number,
        index: indices[1]!,
        classes: labels.length,
      }),
    });
    expect(await trainer.evaluate(blobs(6, 7, 40))).toEqual({
      loss: expect.any(Number),
      rowSum: expect.closeTo(1, 12),
      target: 1,
      index: 41,
      classes: 3,
    });
  });

  it("leaves out ignored classes and unknown labels", async () => {
    const rows = [
      { input: [1, 0, 0, 0], target: 1 },
      { input: [5, 5, 5, 5], target: -100 },
    ];
    const trainer = new BaalTrainer({ model: linearModel() });
    expect(await trainer.evaluate(rowsDataset(rows))).toEqual(await trainer.evaluate(rowsDataset(rows.slice(0, 1))));
    await expect(trainer.evaluate(rowsDataset(rows.slice(1)))).rejects.toThrow(withCode("E_DATA", /No target .* counts/));

    const model = new LinearModel({ features: 1, labels: ["a", "b"] });
    model.loadStateDict(
      new Map([
        ["weight", { dims: [2, 1], data: Float32Array.of(0, 0) }],
        ["bias", { dims: [2], data: Float32Array.of(Math.log(3), 0) }],
      ]),
    );
    const multi = new BaalTrainer({ model, args: { loss: "binaryCrossEntropy" } });
    const metrics = await multi.evaluate(
      rowsDataset([
        { input: [0], target: [1, null] },
        { input: [0], target: [0, 1] },
      ]),
    );
    expect(metrics["loss"]).toBeCloseTo((-Math.log(0.75) - Math.log(0.25) - Math.log(0.5)) / 3, 6);
    expect(metrics["accuracy"]).toBeCloseTo(2 / 3, 12);
    const regression = new BaalTrainer({ model, args: { loss: "meanSquaredError" } });
    const errors = await regression.evaluate(rowsDataset([{ input: [0], target: [0, 2] }]));
    expect(errors).toMatchObject({ loss: expect.closeTo((Math.log(3) ** 2 + 4) / 2, 6) });
  });

  it("takes a plain number where the model has one output", async () => {
    const model = new LinearModel({ features: 1, labels: ["value"] });
    const trainer = new BaalTrainer({ model, args: { loss: "meanSquaredError" } });
    const rows = (target: Target) => rowsDataset([{ input: [0], target }]);
    expect(await trainer.evaluate(rows(3))).toMatchObject({ loss: 9, meanAbsoluteError: 3 });
    expect(await trainer.evaluate(rows([3]))).toMatchObject({ loss: 9, rootMeanSquaredError: 3 });
  });

  it("needs labelled items and a data set", async () => {
    const trainer = new BaalTrainer({ model: linearModel() });
    await expect(trainer.evaluate()).rejects.toThrow(withCode("E_ARGUMENT", /evalDataset/));
    const unlabelled = rowsDataset([{ input: [1, 1, 1, 1], target: undefined }]);
    await expect(trainer.evaluate(unlabelled)).rejects.toThrow(withCode("E_DATA", /Item 0 of the evaluation data/));
    await expect(trainer.evaluate(blobs(3), { iterations: 4 })).rejects.toThrow(withCode("E_MODEL_DETERMINISTIC", /patchModule/));
  });
});

describe("predictOnDataset", () => {
  const stochastic = () => {
    const model = linearModel();
    model.isStochastic = true;
    return model;
  };

  it("gives [N, C, K] logits with dataset indices, 20 draws by default, the same for the same seed and any chunk size", async () => {
    const trainer = new BaalTrainer({ model: stochastic() });
    const events: TrainerProgress[] = [];
    const data = blobs(10, 7, 30);
    const first = await trainer.predictOnDataset(data, { chunkSize: 4, onProgress: (event) => events.push(event) });
    expect(first).toMatchObject({
      kind: "logits",
      shape: [10, 3, 20],
      indices: Array.from({ length: 10 }, (_, i) => 30 + i),
    });
    expect(events).toEqual([4, 8, 10].map((done) => ({ type: "predict", done, total: 10 })));
    expect(await trainer.predictOnDataset(data)).toEqual(first);
    expect((await trainer.predictOnDataset(data, { seed: 1 })).data).not.toEqual(first.data);
    const other = new BaalTrainer({ model: stochastic(), args: { seed: 43 } });
    expect((await other.predictOnDataset(data)).data).not.toEqual(first.data);
  });

  it("gives chunks by generator", async () => {
    const trainer = new BaalTrainer({ model: stochastic() });
    const chunks: Predictions[] = [];
    for await (const chunk of trainer.predictOnDatasetGenerator(blobs(10), { iterations: 2, chunkSize: 4 })) chunks.push(chunk);
    expect(chunks.map(({ shape }) => shape)).toEqual([
      [4, 3, 2],
      [4, 3, 2],
      [2, 3, 2],
    ]);
    const whole = await trainer.predictOnDataset(blobs(10), { iterations: 2 });
    expect(chunks.flatMap(({ data }) => [...data])).toEqual([...whole.data]);
  });

  it("gives one deterministic draw of a model without randomness, refuses more, and an empty pool is empty", async () => {
    const trainer = new BaalTrainer({ model: linearModel() });
    expect((await trainer.predictOnDataset(blobs(4))).shape).toEqual([4, 3, 1]);
    expect((await trainer.predictOnDataset(rowsDataset([]))).shape).toEqual([0, 3, 1]);
    await expect(trainer.predictOnDataset(blobs(4), { iterations: 20 })).rejects.toThrow(
      withCode("E_MODEL_DETERMINISTIC", /patchModule/),
    );
    await expect(trainer.predictOnDataset(blobs(4), { iterations: 0 })).rejects.toThrow(withCode("E_ARGUMENT", /0 came/));
    const both = new BaalTrainer({ model: stochastic() }).predictOnDataset(blobs(4), { iterations: 2, mode: "deterministic" });
    await expect(both).rejects.toThrow(withCode("E_ARGUMENT", /deterministic/));
  });

  it("refuses a model whose chunks differ, or that predicts too few items or draws", async () => {
    const shapes = [
      [1, 3, 2],
      [1, 2, 2],
    ];
    const predict = async function* () {
      for (const shape of shapes) yield predictions("logits", shape, new Float32Array(shape[1]! * 2));
    };
    const trainer = new BaalTrainer({ model: Object.assign(stochastic(), { predict }) });
    const ask = (n: number, iterations: number) => trainer.predictOnDataset(blobs(n), { iterations });
    await expect(ask(2, 2)).rejects.toThrow(withCode("E_SHAPE", /logits \[N, 3, 2\], then logits \[N, 2, 2\]/));
    await expect(ask(2, 3)).rejects.toThrow(withCode("E_SHAPE", /3 draws .* \[1,3,2\] came/));
    shapes.pop();
    await expect(ask(2, 2)).rejects.toThrow(withCode("E_SHAPE", /1 of 2 items/));
  });

  it("names the item with a score that is not finite", async () => {
    const rows = [0, Number.POSITIVE_INFINITY].map((x) => ({ input: [x, 0, 0, 0], target: undefined }));
    const attempt = new BaalTrainer({ model: linearModel() }).predictOnDataset(rowsDataset(rows, 70));
    await expect(attempt).rejects.toThrow(withCode("E_NOT_FINITE", /item 71 has the prediction Infinity for class 0/));
  });

  it("stops when aborted", async () => {
    const trainer = new BaalTrainer({ model: stochastic() });
    await expect(trainer.predictOnDataset(blobs(4), { signal: AbortSignal.abort() })).rejects.toThrow(
      withCode("E_ABORTED", /cancelled/),
    );
  });
});

describe("weights", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "baal-trainer-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("are saved, read, loaded and reset through the model", async () => {
    const model = linearModel();
    const fresh = model.weights();
    const trainer = new BaalTrainer({ model, args: FAST });
    await trainer.train(blobs(30));
    const trained = model.weights();
    const state = new Map([...trainer.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
    await trainer.saveModel(folder);
    expect(await readdir(folder)).toEqual(["model.safetensors"]);
    trainer.resetWeights();
    expect(model.weights()).toEqual(fresh);
    trainer.loadStateDict(state);
    expect(model.weights()).toEqual(trained);
  });
});
