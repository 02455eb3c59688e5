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
const posWeight = [3, 0.5, 2];
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

/**
 * Computed with PyTorch (1.13 and 2.15): cross_entropy, binary_cross_entropy_with_logits, torchvision's formula of sigmoid_focal_loss, mse_loss and
 * huber_loss; loss, then gradient.
 */
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
  [
    "binary cross-entropy with the weight of what is there",
    many,
    { name: "binaryCrossEntropy", posWeight },
    1.1570096,
    [
      -0.0943852, 0.0224118, -0.0198672, 0.0681312, 0.046848, 0.0267351, -0.1556148, 0.0260417, 0.0609215, 0.0733998, -0.0366999,
      -0.0629234,
    ],
  ],
  [
    "binary cross-entropy with both weights and unknown entries",
    some,
    { name: "binaryCrossEntropy", classWeights, posWeight },
    1.1282077,
    [-0.0707889, 0.0672354, 0, 0.0510984, 0.1405441, 0.060154, 0, 0.078125, 0.1370735, 0, 0, -0.1415778],
  ],
  [
    "binary cross-entropy with label smoothing",
    many,
    { name: "binaryCrossEntropy", labelSmoothing: 0.1 },
    0.9509924,
    [
      -0.0272951, 0.0182451, -0.0057669, 0.0639645, 0.0426814, 0.0225684, -0.0477049, 0.01875, 0.0567549, 0.0692331, -0.0692331,
      -0.0272951,
    ],
  ],
  [
    "binary cross-entropy with smoothing, the weight of what is there and unknown entries",
    some,
    { name: "binaryCrossEntropy", labelSmoothing: 0.2, posWeight },
    0.931115,
    [-0.1196392, 0.0256868, 0, 0.0851362, 0.0605085, 0.0191129, 0, 0.034375, 0.0755206, 0, 0, -0.0771659],
  ],
  [
    "focal loss",
    many,
    { name: "sigmoidFocal" },
    0.5125379,
    [
      -0.0114947, 0.0043818, -0.0004059, 0.0801187, 0.0338536, 0.0072591, -0.043846, 0.0124286, 0.0640196, 0.0897261, -0.0897261,
      -0.0114947,
    ],
  ],
  [
    "focal loss with alpha and unknown entries",
    some,
    { name: "sigmoidFocal", focalAlpha: 0.25 },
    0.2205098,
    [-0.0043105, 0.0049295, 0, 0.0901336, 0.0380853, 0.0081665, 0, 0.0116518, 0.072022, 0, 0, -0.0043105],
  ],
  [
    "focal loss with another gamma, alpha and class weights",
    many,
    { name: "sigmoidFocal", focalGamma: 0.5, focalAlpha: 0.6, classWeights },
    0.4661267,
    [
      -0.0080659, 0.013257, -0.0045341, 0.0146595, 0.0371385, 0.0128065, -0.0159042, 0.0178532, 0.0388031, 0.0157601, -0.0945608,
      -0.0241977,
    ],
  ],
  [
    "focal loss with label smoothing, alpha and unknown entries",
    some,
    { name: "sigmoidFocal", focalAlpha: 0.25, labelSmoothing: 0.1 },
    0.196882,
    [-0.0045393, 0.0050949, 0, 0.0740494, 0.0325044, 0.0079257, 0, 0.0102769, 0.0596176, 0, 0, -0.0045393],
  ],
  [
    "Huber's loss",
    many,
    { name: "huber" },
    0.6744792,
    [
      -0.0416667, -0.0833333, 0.0833333, 0.0833333, 0.0208333, -0.0625, -0.0833333, -0.0208333, 0.0833333, 0.0833333, -0.0833333,
      -0.0416667,
    ],
  ],
  [
    "Huber's loss with another delta, class weights and unknown entries",
    some,
    { name: "huber", huberDelta: 0.4, classWeights },
    0.259375,
    [-0.025, -0.1, 0, 0.025, 0.0625, -0.075, 0, -0.0625, 0.075, 0, 0, -0.075],
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

  it("a focal loss whose gamma is 0 is binary cross-entropy", async () => {
    const [focal, plain] = [
      await lossOf(many, { name: "sigmoidFocal", focalGamma: 0 }),
      await lossOf(many, { name: "binaryCrossEntropy" }),
    ];
    expect(focal.loss).toBeCloseTo(plain.loss, 6);
    expectClose(focal.gradient, plain.gradient, "gradient", 1e-6);
  });

  it.each([0, 0.5, 2])("a focal loss with gamma %s stays finite far from zero", async (focalGamma) => {
    const { loss, gradient } = await lossOf(many, { name: "sigmoidFocal", focalGamma }, { scale: 100 });
    expect([loss, ...gradient].every(Number.isFinite)).toBe(true);
    expect(loss).toBeGreaterThan(30);
  });

  it.each([
    ["crossEntropy", [-100, -100]],
    ["binaryCrossEntropy", [[null, null, null]]],
    ["sigmoidFocal", [[null, null, null]]],
    ["meanSquaredError", [[null, null, null]]],
    ["huber", [[null, null, null]]],
  ] as const)("%s of nothing known is 0 and moves nothing", async (name, targets) => {
    const { loss, gradient } = await lossOf(targets, { name });
    expect(loss).toBeCloseTo(0, 10);
    expectClose(gradient, Array(targets.length * CLASSES).fill(0), "gradient", 1e-10);
  });
});

describe("losses against numbers that are given", () => {
  const targets = Float32Array.of(0.2, 0.3, 0.5, 0.9, 0.05, 0.05, 0, 0, 1, 0.6, 0.3, 0.1);
  const weights = Float32Array.of(0.5, 2, 0, 1.25);

  /** Computed with PyTorch 1.13: the weighted sums of (softmax(z) - t)^2, of -t log_softmax(z), and the same of sigmoids. */
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
    [
      "binaryCrossEntropy",
      7.707997,
      [0.2112297, -0.0155293, 0.1903985, -0.164851, 1.024353, 0.5416426, 0, 0, 0, 0.3509963, -0.2259963, 0.6530742],
    ],
    [
      "sigmoidSquaredError",
      1.3277702,
      [0.0992795, -0.0061065, 0.0399813, -0.0491739, 0.5042564, 0.2360424, 0, 0, 0, 0.0737047, -0.0474563, 0.3069497],
    ],
  ];

  it.each([
    [
      "binaryCrossEntropy",
      4.9985964,
      [0.2112297, 0, 0.3807971, -0.164851, 0.1280441, 0, 0, 0, -0.2689414, 0.3509963, -0.0903985, 0.3918445],
    ],
    [
      "sigmoidSquaredError",
      0.7053663,
      [0.0992795, 0, 0.0799625, -0.0491739, 0.063032, 0, 0, 0, -0.1057542, 0.0737047, -0.0189825, 0.1841698],
    ],
  ] as const)("%s with a weight for each entry is PyTorch's", async (name, loss, gradient) => {
    const run = await lossGraph(name);
    const weights_N_C = Float32Array.of(0.5, 0, 1, 2, 0.25, 0, 0, 0, 1, 1.25, 0.5, 0.75);
    const found = await run(LOGITS, encodeSoftTargets(targets, weights_N_C, { name, classes: CLASSES }));
    expect(found.loss).toBeCloseTo(loss, 5);
    expectClose(found.gradient, [...gradient], "gradient", 1e-6);
  });

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

describe("Gaussian negative log-likelihood", () => {
  const LOG_VARIANCES = [0.3, -0.6, 1.2, 0, 0.5, -1, 2, -2, 0.7, 0.1, 0.9, -0.4];

  /** On numbers `z` and log-variances `v` that are the graph's only parameters. */
  async function gaussian(targets: readonly Target[]) {
    const graph = createGraph("gaussian");
    const builder = graphBuilder(graph);
    const shape = ["batch", CLASSES] as const;
    for (const name of ["z", "v"]) {
      builder.parameter(name, [CLASSES]);
      graph.parameters.set(name, { dtype: "float32", shape });
    }
    const [logits, logVariance] = [builder.identity("z"), builder.identity("v")];
    graph.types.set(logits, { dtype: "float32", shape });
    graph.types.set(logVariance, { dtype: "float32", shape });
    const training = trainingGraph(graph, { logits, logVariance, loss: "gaussianNll", trainable: ["z", "v"] });
    const session = await createSession(training.graph, { threads: 1 });
    const options = { name: "gaussianNll" } as const;
    const fed = encodeTargets(targets, options, CLASSES, lossNormalizer(targets, options));
    const arrays = [["z", Float32Array.from(LOGITS)] as const, ["v", Float32Array.from(LOG_VARIANCES)] as const, ...fed];
    const dims = [targets.length, CLASSES];
    const results = await session.run(
      new Map(arrays.map(([name, data]): [string, Feed] => [name, { dtype: "float32", dims, data }])),
    );
    const gradient = (name: string) => [...(results.get(training.gradients.get(name)!.dense!)!.data as Float32Array)];
    return { loss: (results.get(training.loss)!.data as Float32Array)[0]!, means: gradient("z"), logVariances: gradient("v") };
  }

  /** Computed with PyTorch 2.15: gaussian_nll_loss of exp(v). */
  it.each([
    [
      "known entries",
      many,
      0.6974916,
      [
        -0.0308674, -0.1518432, 0.0250995, 0.125, 0.0126361, -0.1698926, -0.0169169, -0.1539387, 0.0413821, 0.1508062, -0.1016424,
        -0.0621594,
      ],
      [
        0.0339498, -0.034255, 0.0291169, -0.0520833, 0.0400872, -0.0220431, 0.028979, 0.0224243, 0.0209756, -0.1091396, -0.110797,
        0.0261268,
      ],
    ],
    [
      "unknown entries",
      some,
      0.2909764,
      [-0.0463011, -0.2277649, 0, 0.1875, 0.0189541, -0.2548389, 0, -0.230908, 0.0620732, 0, 0, -0.093239],
      [0.0509247, -0.0513824, 0, -0.078125, 0.0601307, -0.0330646, 0, 0.0336365, 0.0314634, 0, 0, 0.0391902],
    ],
  ] as const)("of %s is PyTorch's", async (_, targets, loss, means, logVariances) => {
    const found = await gaussian(targets);
    expect(found.loss).toBeCloseTo(loss, 5);
    expectClose(found.means, [...means], "means", 1e-6);
    expectClose(found.logVariances, [...logVariances], "log-variances", 1e-6);
  });

  it("needs a model with a second output", async () => {
    await expect(lossGraph("gaussianNll")).rejects.toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(/variance beside each number/) }),
    );
  });
});
