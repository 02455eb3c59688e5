import { describe, expect, it } from "vitest";
import { fitLastLayerLaplace } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import type { Features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { logSumExp } from "../../src/core/softmax.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { solveSoftmaxRegression } from "../../src/models/head/softmax-regression.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";

const [WIDTH, CLASSES] = [8, 3];
const labels = ["a", "b", "c"];

/** Clouds of vectors; class n % `classes`. */
function clouds(items: number, { classes = CLASSES, seed = 1 } = {}) {
  const random = createRandom(seed);
  const targets = Array.from({ length: items }, (_, n) => n % classes);
  const data = Float32Array.from({ length: items * WIDTH }, (_, i) => {
    const [n, d] = [Math.floor(i / WIDTH), i % WIDTH];
    return 0.4 * random.normal() + (d === targets[n] ? 1 : 0);
  });
  const features = { shape: [items, WIDTH] as const, data, indices: targets.map((_, n) => n) };
  return { features, targets, dataset: datasetOf(features, targets) };
}

function datasetOf(features: Features, targets: readonly number[]): FeatureDataset {
  const examples = targets.map((target, index) => ({ index, input: undefined, target }));
  return new FeatureDataset({ length: examples.length, at: (position) => examples[position]! }, features);
}

const linearHead = (seed = 1) => HeadClassifier.fromConfig({ inputDim: WIDTH, dropout: 0.1 }, { labels, seed });

async function logitsOf(model: HeadClassifier, dataset: FeatureDataset): Promise<Float32Array> {
  for await (const { data } of model.predict(dataset)) return data;
  throw new Error("no chunk came");
}

function crossEntropy(logits_N_C: Float32Array, targets: readonly number[]): number {
  const losses = targets.map((target, n) => {
    const row = logits_N_C.subarray(n * CLASSES, (n + 1) * CLASSES);
    return logSumExp(row) - row[target]!;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / targets.length;
}

describe("solveLastLayer", () => {
  it("puts the solution of the regression on the model's features into its last layer", async () => {
    const { features, targets, dataset } = clouds(60);
    const model = linearHead();
    const result = await solveLastLayer(model, dataset);
    const { weights_C_P } = await solveSoftmaxRegression(features, targets, { classes: CLASSES });
    const logits = await logitsOf(model, dataset);
    for (let n = 0; n < 60; n++) {
      for (let c = 0; c < CLASSES; c++) {
        const row = weights_C_P.subarray(c * (WIDTH + 1), (c + 1) * (WIDTH + 1));
        const expected = row.reduce((sum, w, d) => sum + w * (d === WIDTH ? 1 : features.data[n * WIDTH + d]!), 0);
        expect(logits[n * CLASSES + c]).toBeCloseTo(expected, 4);
      }
    }
    expect(result).toMatchObject({ items: 60, classesWithItems: 3, areClassesBalanced: false, hasConverged: true });
  });

  it("gives the same head whatever it began with, and less work from a warm start", async () => {
    const { dataset } = clouds(60);
    const [one, two] = [linearHead(1), linearHead(2)];
    const cold = await solveLastLayer(one, dataset);
    await solveLastLayer(two, dataset);
    expect(await logitsOf(two, dataset)).toEqual(await logitsOf(one, dataset));
    expect((await solveLastLayer(one, dataset, { warmStart: true })).iterations).toBeLessThan(cold.iterations / 2);
  });

  it("tells features apart that hardly differ beside what they have in common", async () => {
    const { features, targets } = clouds(60);
    const alike = { ...features, data: features.data.map((value) => 1 + 1e-4 * value) };
    const [head, other] = [linearHead(), linearHead()];
    await solveLastLayer(head, datasetOf(alike, targets));
    await solveLastLayer(other, datasetOf(features, targets), { inverseRegularisation: 1e-7 });
    // A pull that is larger by the square of the difference gives the same answers.
    const classOf = (logits: Float32Array, n: number) => {
      const row = logits.subarray(n * CLASSES, (n + 1) * CLASSES);
      return row.indexOf(Math.max(...row));
    };
    const [own, expected] = [
      await logitsOf(head, datasetOf(alike, targets)),
      await logitsOf(other, datasetOf(features, targets)),
    ];
    const equal = targets.filter((_, n) => classOf(own, n) === classOf(expected, n)).length;
    expect(equal / targets.length).toBeGreaterThan(0.9);
    expect(targets.filter((target, n) => classOf(own, n) === target).length / targets.length).toBeGreaterThan(0.8);
  });

  it("balances the classes as long as one has no item", async () => {
    const { dataset } = clouds(40, { classes: 2 });
    expect(await solveLastLayer(linearHead(), dataset)).toMatchObject({ classesWithItems: 2, areClassesBalanced: true });
    expect(await solveLastLayer(linearHead(), dataset, { balanceClasses: false })).toMatchObject({ areClassesBalanced: false });
  });

  it("leaves items out that do not count, and goes back with resetWeights", async () => {
    const { features, targets, dataset } = clouds(30);
    const some = datasetOf(
      features,
      targets.map((target, n) => (n % 2 === 0 ? target : -100)),
    );
    const model = linearHead();
    const fresh = await logitsOf(model, dataset);
    expect(await solveLastLayer(model, some)).toMatchObject({ items: 15 });
    expect(await logitsOf(model, dataset)).not.toEqual(fresh);
    model.resetWeights();
    expect(await logitsOf(model, dataset)).toEqual(fresh);
  });

  it("draws from the Laplace posterior around the solution", async () => {
    const { dataset } = clouds(60);
    const model = linearHead();
    await solveLastLayer(model, dataset);
    patchModule(model, { posterior: await fitLastLayerLaplace(model, dataset) });
    const draws: Float32Array[] = [];
    for await (const { data } of model.predict(dataset, { iterations: 20 })) draws.push(data);
    const [first] = draws;
    expect(first).toHaveLength(60 * CLASSES * 20);
    expect(new Set(first!.subarray(0, 20)).size).toBe(20);
  });

  /** The centres of the classes, as the vectors of their names. */
  const nameVectors = () =>
    datasetOf(
      {
        shape: [CLASSES, WIDTH],
        data: Float32Array.from({ length: CLASSES * WIDTH }, (_, i) => (i % WIDTH === Math.floor(i / WIDTH) ? 1 : 0.05)),
        indices: labels.map((_, c) => c),
      },
      labels.map(() => -100),
    );

  async function accuracy(model: HeadClassifier, { dataset, targets }: ReturnType<typeof clouds>): Promise<number> {
    const logits = await logitsOf(model, dataset);
    const right = targets.filter((target, n) => {
      const row = logits.subarray(n * CLASSES, (n + 1) * CLASSES);
      return row.indexOf(Math.max(...row)) === target;
    });
    return right.length / targets.length;
  }

  it("needs no label where it has names, and learns more from unlabelled items beside them", async () => {
    const test = clouds(300, { seed: 7 });
    const none = { length: 0, at: () => test.dataset.at(0) };
    const [named, pooled] = [linearHead(), linearHead()];
    const alone = await solveLastLayer(named, none, { names: nameVectors() });
    const both = await solveLastLayer(pooled, none, { names: nameVectors(), unlabelled: clouds(200, { seed: 8 }).dataset });
    expect(alone).toMatchObject({ items: 0, classesWithItems: 0, pseudoWeight: 0 });
    expect(both).toMatchObject({ items: 0, pseudoWeight: 0.2 });
    expect(await accuracy(named, test)).toBeGreaterThan(0.8);
    expect(await accuracy(pooled, test)).toBeGreaterThanOrEqual(await accuracy(named, test));
  });

  it("ends the part of a pool that contradicts the labels", async () => {
    const { features, targets } = clouds(60);
    // Labels that have nothing to do with what the texts look like.
    const dataset = datasetOf(features, createRandom(3).shuffled(targets));
    const options = { names: nameVectors(), unlabelled: clouds(200, { seed: 9 }).dataset };
    expect(await solveLastLayer(linearHead(), dataset, options)).toMatchObject({ pseudoWeight: 0 });
    const clear = clouds(60).dataset;
    expect((await solveLastLayer(linearHead(), clear, options)).pseudoWeight).toBeGreaterThan(0);
    expect(await solveLastLayer(linearHead(), clear, { ...options, pseudoWeight: 0.1 })).toMatchObject({ pseudoWeight: 0.1 });
  });

  it("lets the pool help without names, once there are two labels per class", async () => {
    const [test, unlabelled] = [clouds(300, { seed: 7 }), clouds(200, { seed: 8 }).dataset];
    const [plain, pooled] = [linearHead(), linearHead()];
    expect(await solveLastLayer(plain, clouds(6).dataset, { unlabelled })).toMatchObject({ pseudoWeight: 0, withNames: false });
    const few = clouds(12).dataset;
    await solveLastLayer(plain, few);
    const solved = await solveLastLayer(pooled, few, { unlabelled });
    expect(solved.withNames).toBe(false);
    expect(solved.pseudoWeight).toBeGreaterThan(0);
    expect(await accuracy(pooled, test)).toBeGreaterThan(await accuracy(plain, test));
  });

  it.each([6, 12, 45])("is not misled by names that say nothing, at %d labels", async (items) => {
    const [test, unlabelled] = [clouds(300, { seed: 7 }), clouds(200, { seed: 8 }).dataset];
    const { features, targets } = clouds(items);
    const { dataset } = { dataset: datasetOf(features, targets) };
    // The name of each class looks like the next class.
    const wrong = nameVectors();
    const misleading = { ...wrong, length: CLASSES, at: (c: number) => ({ ...wrong.at((c + 1) % CLASSES), index: c }) };
    const [plain, named] = [linearHead(), linearHead()];
    await solveLastLayer(plain, dataset, { unlabelled });
    expect(await solveLastLayer(named, dataset, { names: misleading, unlabelled })).toMatchObject({ withNames: false });
    expect(await accuracy(named, test)).toBe(await accuracy(plain, test));
  });

  it("leaves a pool out whose clusters are something else than the classes", async () => {
    const random = createRandom(5);
    // What an item is about shows little, how it is written much; the names tell what it is about.
    const written = (items: number) => {
      const { features, targets } = clouds(items, { seed: 6 });
      const data = features.data.map(
        (value, i) => 0.3 * value + (i % WIDTH === CLASSES + ((Math.floor(i / WIDTH) % 7) % 2) ? 3 : 0),
      );
      return { features: { ...features, data }, targets, dataset: datasetOf({ ...features, data }, targets) };
    };
    const [test, pool] = [written(300), written(200)];
    const unlabelled = datasetOf(pool.features, random.shuffled(pool.targets));
    const none = datasetOf({ shape: [0, WIDTH], data: new Float32Array(0), indices: [] }, []);
    const [own, other] = [linearHead(), linearHead()];
    const names = nameVectors();
    expect(await solveLastLayer(own, none, { names, unlabelled })).toMatchObject({
      withNames: true,
      pseudoWeight: 0,
    });
    await solveLastLayer(other, none, { names });
    expect(await accuracy(own, test)).toBe(await accuracy(other, test));
  });

  it("is as sure as it is right where that is asked for, the classes as they were", async () => {
    // So small that the solution, which is held near 0, is far too unsure.
    const small = ({ features, targets }: ReturnType<typeof clouds>) =>
      datasetOf({ ...features, data: features.data.map((value) => 0.1 * value) }, targets);
    const test = { dataset: small(clouds(300, { seed: 7 })), targets: clouds(300, { seed: 7 }).targets };
    for (const items of [9, 30, 60]) {
      const dataset = small(clouds(items));
      const [own, calibrated] = [linearHead(), linearHead()];
      expect(await solveLastLayer(own, dataset)).toMatchObject({ sharpness: 1 });
      const { sharpness } = await solveLastLayer(calibrated, dataset, { isCalibrated: true });
      const [before, after] = [await logitsOf(own, test.dataset), await logitsOf(calibrated, test.dataset)];
      after.forEach((logit, i) => {
        expect(logit).toBeCloseTo(before[i]!, 2);
      });
      const shown = after.map((logit) => sharpness * logit);
      const figures = await new BaalTrainer({ model: calibrated }).evaluate(test.dataset);
      const [loss, calibratedLoss] = [crossEntropy(before, test.targets), crossEntropy(shown, test.targets)];
      expect(figures["loss"]).toBeCloseTo(calibratedLoss, 4);
      // Under ten labels none are held out.
      expect(calibrated.calibrator === undefined).toBe(items < 10);
      if (items < 10) expect(calibratedLoss).toBe(loss);
      else expect(calibratedLoss).toBeLessThan(loss);
    }
  });

  it("takes several texts of a class as one name", async () => {
    const test = clouds(300, { seed: 7 });
    const none = { length: 0, at: () => test.dataset.at(0) };
    // Each class by noisy examples in place of a name, in no order.
    const { features } = clouds(60, { seed: 11 });
    const described = datasetOf(
      features,
      Array.from({ length: 60 }, (_, n) => n % CLASSES),
    );
    const model = linearHead();
    await solveLastLayer(model, none, { names: described });
    expect(await accuracy(model, test)).toBeGreaterThan(0.9);
    const lacking = datasetOf(
      features,
      Array.from({ length: 60 }, () => 0),
    );
    await expect(solveLastLayer(model, none, { names: lacking })).rejects.toMatchObject({ code: "E_SHAPE" });
  });

  it("says what it lacks", async () => {
    const { features, targets, dataset } = clouds(6);
    const unlabelled = datasetOf(
      features,
      targets.map(() => -100),
    );
    await expect(solveLastLayer(linearHead(), unlabelled)).rejects.toMatchObject({ code: "E_DATA" });
    await expect(solveLastLayer(linearHead(), dataset, { inverseRegularisation: 0 })).rejects.toMatchObject({
      code: "E_ARGUMENT",
    });
    const none = { ...linearHead(), lastLayer: undefined } as never;
    await expect(solveLastLayer(none, dataset)).rejects.toMatchObject({ code: "E_MODEL_FORMAT" });
  });
});
