import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../../src/active/active-learning-dataset.js";
import { ActiveLearningLoop } from "../../../src/active/active-learning-loop.js";
import type { PredictPoolOptions } from "../../../src/active/gather-evidence.js";
import { DeepEnsemble } from "../../../src/bayesian/deep-ensemble.js";
import { fitLastLayerLaplace } from "../../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import type { LearnerOptions, LossOptions, Optimizer } from "../../../src/core/bayesian-model.js";
import type { Dataset, Example, Target } from "../../../src/core/dataset.js";
import { predictions } from "../../../src/core/predictions.js";
import { AdamW } from "../../../src/engine/optimizers/adamw.js";
import { bald } from "../../../src/heuristics/bald.js";
import { topK } from "../../../src/strategies/ranked.js";
import { BaalTrainer } from "../../../src/training/baal-trainer.js";
import { averageDraws } from "../../../src/training/evaluation-metrics.js";
import { withCode } from "../../training/trainer-fixtures.js";
import { asDataset, maxDifference } from "../tiny.js";
import { convolutionModel, denseModel, draws, randomRows, tf, wrap } from "./keras-models.js";

/** Keeps what it is given and changes nothing. */
function recorder() {
  const gradients = new Map<string, Float32Array>();
  const optimizer: Optimizer = {
    step(updates) {
      for (const { name, gradient } of updates) gradients.set(name, gradient.data.slice());
    },
    stateDict: () => new Map(),
    loadStateDict: () => {},
  };
  return { gradients, optimizer };
}

function options(optimizer: Optimizer, more: Partial<LearnerOptions> = {}): LearnerOptions {
  return { loss: { name: "crossEntropy" }, optimizer, maxGradNorm: Infinity, seed: 6, ...more };
}

const classes = (i: number) => i % 3;
const flags = (i: number): Target => [i % 2, (i + 1) % 2, i % 3 === 0 ? null : 1];

/** The loss by its definition, from the deterministic logits. */
function lossByHand(logits: Float32Array, examples: readonly Example<unknown>[], loss: LossOptions): number {
  const { labelSmoothing = 0, classWeights = [1, 1, 1] } = loss;
  let [sum, weight] = [0, 0];
  examples.forEach(({ target }, n) => {
    const z = Array.from(logits.subarray(n * 3, n * 3 + 3));
    const total = Math.log(z.reduce((a, b) => a + Math.exp(b), 0));
    z.forEach((logit, c) => {
      if (loss.name === "crossEntropy") {
        const share = (c === target ? 1 - labelSmoothing : 0) + labelSmoothing / 3;
        sum -= share * classWeights[c]! * (logit - total);
        weight += c === target ? classWeights[c]! : 0;
        return;
      }
      const t = (target as (number | null)[])[c];
      if (t === null || t === undefined) return;
      weight += 1;
      const [e, p] = [Math.abs(logit - t), 1 / (1 + Math.exp(-logit))];
      const { huberDelta = 1, focalGamma = 2 } = loss;
      if (loss.name === "meanSquaredError") sum += classWeights[c]! * (logit - t) ** 2;
      else if (loss.name === "huber")
        sum += classWeights[c]! * (e <= huberDelta ? e ** 2 / 2 : huberDelta * (e - huberDelta / 2));
      else if (loss.name === "sigmoidFocal")
        sum += classWeights[c]! * (p * (1 - t) + (1 - p) * t) ** focalGamma * (Math.log1p(Math.exp(logit)) - t * logit);
      else sum += classWeights[c]! * (Math.log1p(Math.exp(logit)) - t * logit);
    });
  });
  return sum / weight;
}

describe("a learner", () => {
  it.each<LossOptions>([
    { name: "crossEntropy" },
    { name: "crossEntropy", labelSmoothing: 0.2, classWeights: [1, 3, 0.5] },
    { name: "binaryCrossEntropy", classWeights: [1, 2, 4] },
    { name: "sigmoidFocal", classWeights: [1, 2, 4] },
    { name: "sigmoidFocal", focalGamma: 0.5 },
    { name: "meanSquaredError" },
    { name: "huber", huberDelta: 0.3 },
  ])("gives the loss %o and its gradient (central differences)", async (loss) => {
    const model = wrap<Float32Array>(denseModel());
    const examples = randomRows(7, 4, loss.name === "crossEntropy" ? classes : flags);
    const { gradients, optimizer } = recorder();
    const learner = await model.createLearner(options(optimizer, { loss, dropout: false }));
    const byHand = async () => lossByHand((await draws(model, examples)).data, examples, loss);
    const result = await learner.step([examples.slice(0, 3), examples.slice(3)], { step: 0, learningRate: 1 });
    expect(result.loss).toBeCloseTo(await byHand(), 5);
    let norm = 0;
    for (const [name, { data }] of model.stateDict()) {
      const numeric = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) {
        const value = data[i]!;
        data[i] = value + 1e-2;
        const above = await byHand();
        data[i] = value - 1e-2;
        numeric[i] = (above - (await byHand())) / 2e-2;
        data[i] = value;
      }
      expect(maxDifference(numeric, gradients.get(name)!)).toBeLessThan(2e-3);
      norm += gradients.get(name)!.reduce((sum, g) => sum + g * g, 0);
    }
    expect(result.gradientNorm).toBeCloseTo(Math.sqrt(norm), 4);
  });

  it("refuses a loss that needs a variance", async () => {
    const attempt = wrap<Float32Array>(denseModel())
      .createLearner(options(recorder().optimizer, { loss: { name: "gaussianNll" } }))
      .then((learner) => learner.step([randomRows(2, 4, flags)], { step: 0, learningRate: 1 }));
    await expect(attempt).rejects.toThrow(withCode("E_ARGUMENT", /variance/));
  });

  it("drops with masks keyed by seed, step and item: the same for any batch, others in another step", async () => {
    const examples = randomRows(6, 4, classes);
    const gradientOf = async (batches: Example<Float32Array>[][], step: number, more: Partial<LearnerOptions> = {}) => {
      const { gradients, optimizer } = recorder();
      const learner = await wrap<Float32Array>(denseModel()).createLearner(options(optimizer, more));
      await learner.step(batches, { step, learningRate: 1 });
      return gradients.get("hidden.kernel")!;
    };
    const whole = await gradientOf([examples], 3);
    const parts = await gradientOf([examples.slice(4).reverse(), examples.slice(0, 4)], 3);
    expect(maxDifference(whole, parts)).toBeLessThan(1e-6);
    expect(maxDifference(whole, await gradientOf([examples], 4))).toBeGreaterThan(1e-3);
    expect(maxDifference(whole, await gradientOf([examples], 3, { seed: 7 }))).toBeGreaterThan(1e-3);
    expect(maxDifference(whole, await gradientOf([examples], 3, { dropout: false }))).toBeGreaterThan(1e-3);
  });

  it("trains what is neither frozen by name nor in Keras, and refuses when nothing is left", async () => {
    const keras = denseModel();
    keras.getLayer("head").trainable = false;
    const model = wrap<Float32Array>(keras);
    const { gradients, optimizer } = recorder();
    const learner = await model.createLearner(options(optimizer, { isTrainable: (name) => name !== "hidden.bias" }));
    await learner.step([randomRows(3, 4, classes)], { step: 0, learningRate: 1 });
    expect([...gradients.keys()]).toEqual(["hidden.kernel"]);
    await expect(model.createLearner(options(optimizer, { isTrainable: (name) => name.startsWith("head") }))).rejects.toThrow(
      withCode("E_ARGUMENT", /frozen/),
    );
  });

  it("adds Keras' regularizers once per step", async () => {
    const make = (kernelRegularizer: ReturnType<typeof tf.regularizers.l2> | null) =>
      tf.sequential({
        layers: [
          tf.layers.dense({
            ...{ name: "d", units: 3, inputShape: [4], kernelInitializer: "ones" },
            ...(kernelRegularizer ? { kernelRegularizer } : {}),
          }),
        ],
      });
    const examples = randomRows(4, 4, classes);
    const run = async (keras: tf.Sequential) => {
      const { gradients, optimizer } = recorder();
      const learner = await wrap<Float32Array>(keras).createLearner(options(optimizer));
      const { loss } = await learner.step([examples.slice(0, 2), examples.slice(2)], { step: 0, learningRate: 1 });
      return { loss, gradient: gradients.get("d.kernel")! };
    };
    const plain = await run(make(null));
    const penalised = await run(make(tf.regularizers.l2({ l2: 0.1 })));
    // 0.1 * 12 * 1^2, whose derivative is 0.2 for each weight
    expect(penalised.loss - plain.loss).toBeCloseTo(1.2, 5);
    expect(
      maxDifference(
        penalised.gradient,
        plain.gradient.map((g) => g + 0.2),
      ),
    ).toBeLessThan(1e-5);
  });

  it("leaves weights and statistics alone when a loss is not finite", async () => {
    for (const batchNormalization of ["frozen", "batch"] as const) {
      const model = wrap<Float32Array>(convolutionModel(), { batchNormalization });
      const before = [...model.stateDict()].map(([name, { data }]) => [name, data.slice()] as const);
      const learner = await model.createLearner(options(new AdamW()));
      const broken = randomRows(3, 128, classes).map((example) => ({ ...example, input: example.input.map(() => Number.NaN) }));
      await expect(learner.step([broken], { step: 0, learningRate: 1 })).rejects.toThrow(withCode("E_NOT_FINITE", /step 0/));
      for (const [name, data] of before) expect(model.stateDict().get(name)!.data).toEqual(data);
      await expect(draws(model, broken)).rejects.toThrow(withCode("E_NOT_FINITE", /item 100/));
    }
  });

  it("learns batch statistics when asked to, as Keras does", async () => {
    const examples = randomRows(6, 128, classes);
    for (const batchNormalization of ["frozen", "batch"] as const) {
      const keras = convolutionModel();
      const model = wrap<Float32Array>(keras, { batchNormalization });
      const [before] = keras
        .getLayer("norm")
        .getWeights()
        .slice(2, 3)
        .map((mean) => mean.dataSync().slice());
      const learner = await model.createLearner(options(new AdamW()));
      await learner.step([examples], { step: 0, learningRate: 1e-3 });
      const change = maxDifference(model.stateDict().get("norm.moving_mean")!.data, before as Float32Array);
      if (batchNormalization === "frozen") expect(change).toBe(0);
      else expect(change).toBeGreaterThan(1e-4);
    }
  });

  it("gives a TensorFlow.js optimizer the gradients: what minimize does", async () => {
    const examples = randomRows(5, 4, classes);
    const model = wrap<Float32Array>(denseModel(), { optimizer: tf.train.adam(0.05) });
    const learner = await model.createLearner(options(recorder().optimizer, { dropout: false }));
    const keras = denseModel();
    keras.compile({ optimizer: tf.train.adam(0.05), loss: "sparseCategoricalCrossentropy" });
    for (const layer of keras.layers) if (layer.getClassName() === "Dropout") Object.assign(layer, { rate: 0 });
    const x = tf.tensor2d(examples.map(({ input }) => [...input]));
    const y = tf.tensor1d(examples.map(({ target }) => target as number));
    for (let step = 0; step < 3; step++) {
      await learner.step([examples], { step, learningRate: 1 });
      await keras.trainOnBatch(x, y);
    }
    for (const [i, { data }] of [...model.stateDict().values()].entries())
      expect(maxDifference(data, keras.getWeights()[i]!.dataSync() as Float32Array)).toBeLessThan(1e-5);
  });

  it("learns from soft targets as well", async () => {
    const model = wrap<Float32Array>(denseModel());
    const examples = randomRows(4, 4, classes);
    const oneHot = Float32Array.from({ length: 12 }, (_, i) => (examples[Math.floor(i / 3)]!.target === i % 3 ? 1 : 0));
    const [hard, soft] = [recorder(), recorder()];
    await (await model.createLearner(options(hard.optimizer))).step([examples], { step: 1, learningRate: 1 });
    const { soft: learner } = await model.createLearner(options(soft.optimizer));
    const batch = { examples, loss: "crossEntropy", targets: oneHot, weights: new Float32Array(4).fill(0.25) } as const;
    const result = await learner!.step([], [batch], { step: 1, learningRate: 1 });
    expect(result.softLoss).toBe(result.loss);
    for (const [name, gradient] of hard.gradients) expect(maxDifference(gradient, soft.gradients.get(name)!)).toBeLessThan(1e-6);
    const drawn = await learner!.draw(examples, { seed: 3 });
    expect(drawn).toHaveLength(12);
    expect(maxDifference(drawn, await learner!.draw(examples, { seed: 4 }))).toBeGreaterThan(0.01);
  });
});

describe("with the trainer", () => {
  /** Three kinds of rows, one large entry each. */
  const data = randomRows(60, 4, classes).map((example) => {
    const input = example.input.map((value, d) => 0.4 * value + (d === example.target ? 1.5 : 0));
    return { ...example, input };
  });
  const args = { learningRate: 0.02, batchSize: 8, numTrainEpochs: 8, seed: 3 };

  it("lowers the loss, leaks no tensors, and starts again from the first weights", async () => {
    const model = wrap<Float32Array>(denseModel({ rate: 0.2 }));
    patchModule(model);
    const trainer = new BaalTrainer({ model, args });
    const first = model.stateDict().get("hidden.kernel")!.data.slice();
    const before = await trainer.evaluate(asDataset(data), { iterations: 5 });
    const { numTensors } = tf.memory();
    await trainer.train(asDataset(data));
    const after = await trainer.evaluate(asDataset(data), { iterations: 5 });
    await trainer.featuresOnDataset(asDataset(data));
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(after["loss"]).toBeLessThan(0.6 * before["loss"]!);
    expect(after["accuracy"]).toBeGreaterThan(0.85);
    trainer.resetWeights();
    expect(model.stateDict().get("hidden.kernel")!.data).toEqual(first);
    expect(await trainer.evaluate(asDataset(data), { iterations: 5 })).toEqual(before);
  });

  it("leaks no tensors where a batch fails either", async () => {
    const model = wrap<Float32Array>(convolutionModel());
    patchModule(model);
    const images = randomRows(5, 128);
    const broken = [...images, { index: 7, input: new Float32Array(3), target: undefined }, ...images];
    const { numTensors } = tf.memory();
    await draws(model, images, { iterations: 4, tokensPerBatch: 2 });
    await expect(draws(model, broken, { iterations: 2, tokensPerBatch: 2 })).rejects.toThrow(withCode("E_DATA", /Item 7/));
    const nan = { index: 9, input: new Float32Array(128).fill(Number.NaN), target: undefined };
    await expect(draws(model, [nan, ...images], { iterations: 2, tokensPerBatch: 1 })).rejects.toThrow(
      withCode("E_NOT_FINITE", /item 9/),
    );
    const chunks = model.predict(asDataset(images), { iterations: 2, chunkSize: 2 });
    await chunks.next();
    await chunks.return(predictions("logits", [0, 3, 2], new Float32Array(0)));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("goes through a step of active learning with BALD, and sees what model.fit changes", async () => {
    const keras = denseModel();
    const model = wrap<Float32Array>(keras);
    patchModule(model);
    const trainer = new BaalTrainer({ model, args });
    const active = new ActiveLearningDataset(asDataset(data.map((example, index) => ({ ...example, index }))), { seed: 1 });
    active.labelRandomly(12);
    await trainer.train(active);
    const predict = (pool: Dataset<Float32Array>, { iterations }: PredictPoolOptions) =>
      trainer.predictOnDatasetGenerator(pool, { iterations, chunkSize: 20 });
    const expected = bald().score(await trainer.predictOnDataset(active.pool, { iterations: 10 }));
    const candidates = active.pool.indices;
    const loop = new ActiveLearningLoop(active, predict, topK(bald()), { querySize: 5, iterations: 10 });
    const step = await loop.step();
    if (!step) throw new Error("The pool is not empty.");
    expect(active.numLabelled).toBe(17);
    const ranked = candidates.map((index, i) => ({ index, score: expected[i]! })).sort((a, b) => b.score - a.score);
    expect(step.indices).toEqual(ranked.slice(0, 5).map(({ index }) => index));
    const weights = model.stateDict().get("head.bias")!.data.slice();
    keras.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    await keras.trainOnBatch(
      tf.tensor2d(data.map(({ input }) => [...input])),
      tf.tensor1d(data.map(({ target }) => target as number)),
    );
    expect(maxDifference(model.stateDict().get("head.bias")!.data, weights)).toBeGreaterThan(1e-5);
  });
});

describe("other posteriors", () => {
  const images = randomRows(4, 128, classes);

  it("predict as the members of an ensemble do", async () => {
    const model = wrap<Float32Array>(convolutionModel(), { fresh: ["*"] });
    const ensemble = new DeepEnsemble();
    const alone: Float32Array[] = [];
    for (const seed of [1, 2, 3]) {
      model.resetWeights({ seed });
      ensemble.add(model.stateDict());
      alone.push((await draws(model, images)).data);
    }
    expect(maxDifference(alone[0]!, alone[1]!)).toBeGreaterThan(0.1);
    model.resetWeights();
    const own = await draws(model, images);
    const { numTensors } = tf.memory();
    patchModule(model, { posterior: ensemble });
    const drawn = await draws(model, images, { iterations: 3 });
    expect(drawn.isConsistent).toBe(true);
    const expected = Float32Array.from({ length: 36 }, (_, i) => alone[i % 3]![Math.floor(i / 3)]!);
    expect(maxDifference(drawn.data, expected)).toBeLessThan(1e-5);
    expect((await draws(model, images, { mode: "deterministic" })).data).toEqual(own.data);
    expect(tf.memory().numTensors).toBe(numTensors);
    await expect(draws(model, images, { iterations: 4 })).rejects.toThrow(withCode("E_ARGUMENT", /3 different/));
  });

  it("drop weights, and approximate the last layer's posterior", async () => {
    const model = wrap<Float32Array>(convolutionModel());
    const { patched } = patchModule(model, { method: "dropconnect", rate: 0.3, where: "head" });
    expect(patched).toEqual([{ name: "fc2.kernel", rate: 0.3 }]);
    const dropped = await draws(model, images, { iterations: 5 });
    expect(new Set(dropped.data.subarray(0, 5)).size).toBeGreaterThan(2);
    const whole = await draws(model, [images[2]!], { iterations: 5 });
    expect(maxDifference(whole.data, dropped.data.subarray(30, 45))).toBeLessThan(1e-5);
    patchModule(model, { posterior: await fitLastLayerLaplace(model, asDataset(images), { priorPrecision: 50 }) });
    const mean = averageDraws(await draws(model, images, { iterations: 400 }), "meanSquaredError");
    patchModule(model, { rate: 0, onWarning: () => {} });
    const map = await draws(model, images);
    expect(maxDifference(mean, map.data)).toBeLessThan(0.3);
  });
});
