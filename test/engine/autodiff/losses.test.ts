import { describe, expect, it } from "vitest";
import type { LossOptions, SoftLossName } from "../../../src/core/bayesian-model.js";
import type { Target } from "../../../src/core/dataset.js";
import { encodeSoftTargets, encodeTargets, lossNormalizer } from "../../../src/engine/autodiff/targets.js";
import { trainingGraph } from "../../../src/engine/autodiff/training-graph.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";
import { expectClose } from "./check-gradient.js";

const CLASSES = 3;
const LOGITS = [0.5, -1, 2, 1.5, 0.25, -0.75, -0.5, 0, 1, 2, -2, 0.5];

/** The training graph of a loss on logits that are its only parameter, `z`. */
async function lossGraph(loss: LossOptions["name"] | SoftLossName) {
  const graph = createGraph(loss);
  const builder = graphBuilder(graph);
  const logits = builder.identity(builder.parameter("z", [CLASSES]));
  graph.parameters.set("z", { dtype: "float32", shape: ["batch", CLASSES] });
  graph.types.set(logits, { dtype: "float32", shape: ["batch", CLASSES] });
  const training = trainingGraph(graph, { logits, loss, trainable: ["z"] });
  const session = await createSession(training.graph, { threads: 1 });
  return async (elements: readonly number[], fed: ReadonlyMap<string, Float32Array>) => {
    const dims = [elements.length / CLASSES, CLASSES];
    const arrays = [["z", Float32Array.from(elements)] as const, ...fed];
    const feeds = new Map(arrays.map(([name, data]): [string, Feed] => [name, { dtype: "float32", dims, data }]));
    const results = await session.run(feeds);
    return {
      loss: (results.get(training.loss)!.data as Float32Array)[0]!,
      gradient: [...(results.get(training.gradients.get("z")!.dense!)!.data as Float32Array)],
    };
  };
}

/** The loss and its gradient by the logits, from batches of the given sizes that are averaged together. */
async function lossOf(targets: readonly Target[], options: LossOptions, { batches = [targets.length], scale = 1 } = {}) {
  const run = await lossGraph(options.name);
  const normalizer = lossNormalizer(targets, options);
  let [loss, start] = [0, 0];
  const gradient: number[] = [];
  for (const size of batches) {
    const elements = LOGITS.slice(start * CLASSES, (start + size) * CLASSES).map((z) => z * scale);
    const part = await run(elements, encodeTargets(targets.slice(start, start + size), options, CLASSES, normalizer));
    loss += part.loss;
    gradient.push(...part.gradient);
    start += size;
  }
  return { loss, gradient };
}

const index: readonly Target[] = [2, 0, 1, -100];
const classWeights = [0.5, 2, 1.5];
const many: readonly Target[] = [
  [1, 0, 1],
  [0, 0, 0],
  [1, 0.25, 0],
  [0, 1, 1],
];
/** The same with unknown entries. */
const some: readonly Target[] = [
  [1, 0, null],
  [0, 0, 0],
  [null, 0.25, 0],
  [null, null, 1],
];

/** Computed with PyTorch 1.13: cross_entropy, binary_cross_entropy_with_logits, mse_loss; loss, then gradient. */
const REFERENCE: readonly (readonly [string, readonly Target[], LossOptions, number, readonly number[]])[] = [
  [
    "cross-entropy with an ignored target",
    index,
    { name: "crossEntropy" },
    0.6787843,
    [0.0584301, 0.0130375, -0.0714677, -0.0938532, 0.0686122, 0.025241, 0.0467481, -0.2562587, 0.2095106, 0, 0, 0],
  ],
  [
    "cross-entropy with class weights",
    index,
    { name: "crossEntropy", classWeights },
    0.8640103,
    [0.0657339, 0.0146672, -0.0804011, -0.035195, 0.0257296, 0.0094654, 0.0701222, -0.3843881, 0.3142658, 0, 0, 0],
  ],
  [
    "cross-entropy with label smoothing",
    index,
    { name: "crossEntropy", labelSmoothing: 0.1 },
    0.7621176,
    [0.047319, 0.0019264, -0.0492454, -0.071631, 0.0575011, 0.0141299, 0.035637, -0.2340365, 0.1983994, 0, 0, 0],
  ],
  [
    "cross-entropy with class weights and label smoothing",
    index,
    { name: "crossEntropy", classWeights, labelSmoothing: 0.2 },
    1.0165484,
    [0.0559398, -0.0189921, -0.0369478, 0.0114067, 0.0009728, -0.0123795, 0.057114, -0.3254289, 0.2683148, 0, 0, 0],
  ],
  [
    "cross-entropy that ignores class 0",
    [2, 0, 1, 0],
    { name: "crossEntropy", classWeights, labelSmoothing: 0.1, ignoreIndex: 0 },
    0.9635404,
    [0.0695278, -0.0024713, -0.0670565, 0, 0, 0, 0.0727064, -0.4056096, 0.3329032, 0, 0, 0],
  ],
  [
    "binary cross-entropy",
    many,
    { name: "binaryCrossEntropy" },
    0.9614091,
    [
      -0.0314617, 0.0224118, -0.0099336, 0.0681312, 0.046848, 0.0267351, -0.0518716, 0.0208333, 0.0609215, 0.0733998, -0.0733998,
      -0.0314617,
    ],
  ],
  [
    "binary cross-entropy with class weights",
    many,
    { name: "binaryCrossEntropy", classWeights },
    1.1673757,
    [
      -0.0157309, 0.0448236, -0.0149004, 0.0340656, 0.0936961, 0.0401027, -0.0259358, 0.0416667, 0.0913823, 0.0366999, -0.1467995,
      -0.0471926,
    ],
  ],
  [
    "binary cross-entropy with unknown entries",
    some,
    { name: "binaryCrossEntropy" },
    0.772756,
    [-0.0471926, 0.0336177, 0, 0.1021968, 0.0702721, 0.0401027, 0, 0.03125, 0.0913823, 0, 0, -0.0471926],
  ],
  [
    "mean squared error",
    many,
    { name: "meanSquaredError" },
    1.8072916,
    [-0.0833333, -0.1666667, 0.1666667, 0.25, 0.0416667, -0.125, -0.25, -0.0416667, 0.1666667, 0.3333333, -0.5, -0.0833333],
  ],
  [
    "mean squared error with unknown entries",
    some,
    { name: "meanSquaredError" },
    0.6796875,
    [-0.125, -0.25, 0, 0.375, 0.0625, -0.1875, 0, -0.0625, 0.25, 0, 0, -0.125],
  ],
];

describe("losses are PyTorch's", () => {
  for (const [name, targets, options, loss, gradient] of REFERENCE) {
    it.each([{ batches: [4] }, { batches: [1, 3] }, { batches: [2, 1, 1] }])(`${name}, in batches of $batches`, async (split) => {
      const found = await lossOf(targets, options, split);
      expect(found.loss).toBeCloseTo(loss, 5);
      expectClose(found.gradient, gradient, "gradient", 1e-6);
    });
  }

  it("a uniform guess costs ln C", async () => {
    const { loss } = await lossOf([0, 1, 2, 2], { name: "crossEntropy" }, { scale: 0 });
    expect(loss).toBeCloseTo(Math.log(CLASSES), 6);
  });

  it("binary cross-entropy stays finite far from zero", async () => {
    expect((await lossOf(many, { name: "binaryCrossEntropy" }, { scale: 50 })).loss).toBeCloseTo(30.266096, 4);
  });

  it.each([
    ["crossEntropy", [-100, -100]],
    ["binaryCrossEntropy", [[null, null, null]]],
    ["meanSquaredError", [[null, null, null]]],
  ] as const)("%s of nothing known is 0 and moves nothing", async (name, targets) => {
    const { loss, gradient } = await lossOf(targets, { name });
    expect(loss).toBeCloseTo(0, 10);
    expectClose(gradient, Array(targets.length * CLASSES).fill(0), "gradient", 1e-10);
  });
});

describe("losses against numbers that are given", () => {
  const targets = Float32Array.of(0.2, 0.3, 0.5, 0.9, 0.05, 0.05, 0, 0, 1, 0.6, 0.3, 0.1);
  const weights = Float32Array.of(0.5, 2, 0, 1.25);

  /** Computed with PyTorch 1.13: the weighted sums of (softmax(z) - t)^2 and of -t log_softmax(z). */
  const SOFT: readonly (readonly [SoftLossName, number, readonly number[]])[] = [
    [
      "softmaxSquaredError",
      0.3533886,
      [-0.0411123, -0.0184109, 0.0595233, -0.2446852, 0.2076905, 0.0369947, 0, 0, 0, 0.0601054, -0.0170001, -0.0431053],
    ],
    [
      "crossEntropy",
      3.6898465,
      [-0.0123548, -0.1304437, 0.1427985, -0.3631192, 0.3116732, 0.0514461, 0, 0, 0, 0.2568901, -0.3565581, 0.0996676],
    ],
  ];

  it.each(SOFT)("%s is PyTorch's", async (name, loss, gradient) => {
    const run = await lossGraph(name);
    const found = await run(LOGITS, encodeSoftTargets(targets, weights, { name, classes: CLASSES }));
    expect(found.loss).toBeCloseTo(loss, 5);
    expectClose(found.gradient, gradient, "gradient", 1e-6);
  });

  it.each(SOFT)("%s has the slope of its central differences", async (name) => {
    const run = await lossGraph(name);
    const fed = encodeSoftTargets(targets, weights, { name, classes: CLASSES });
    const { gradient } = await run(LOGITS, fed);
    const at = async (i: number, step: number) =>
      (
        await run(
          LOGITS.map((z, j) => (i === j ? z + step : z)),
          fed,
        )
      ).loss;
    const slopes: number[] = [];
    for (let i = 0; i < LOGITS.length; i++) slopes.push(((await at(i, 0.0625)) - (await at(i, -0.0625))) / 0.125);
    expectClose(gradient, slopes, "gradient", 1e-3);
  });

  it("agree with the labelled cross-entropy for one-hot rows", async () => {
    const name = "crossEntropy";
    const run = await lossGraph(name);
    const labels = [2, 0, 1, 1];
    const oneHot = Float32Array.from(labels.flatMap((label) => [0, 1, 2].map((c) => Number(c === label))));
    const soft = await run(LOGITS, encodeSoftTargets(oneHot, new Float32Array(4).fill(0.25), { name, classes: CLASSES }));
    expect(soft).toEqual(await lossOf(labels, { name }));
  });

  it("need as many numbers as items and classes", () => {
    const attempt = () => encodeSoftTargets(targets, weights, { name: "crossEntropy", classes: 4 });
    expect(attempt).toThrow(
      expect.objectContaining({ code: "E_SHAPE", message: expect.stringMatching(/4 items of 4 classes need 16/) }),
    );
  });
});
