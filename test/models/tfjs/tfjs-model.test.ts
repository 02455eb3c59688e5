import { describe, expect, it } from "vitest";
import { patchModule } from "../../../src/bayesian/patch-module.js";
import { withCode } from "../../training/trainer-fixtures.js";
import { maxDifference } from "../tiny.js";
import { convolutionModel, denseModel, draws, ownPrediction, randomRows, tf, wrap } from "./keras-models.js";

const rows = randomRows(6, 4);
const inputs = rows.map(({ input }) => input);

/** Dropout, then a last part that gives three (or `units`) numbers. */
function ending(...layers: tf.layers.Layer[]): tf.Sequential {
  return tf.sequential({ layers: [tf.layers.dropout({ rate: 0.5, inputShape: [4] }), ...layers] });
}

const dense = (activation?: "softmax" | "sigmoid" | "tanh", units = 3) =>
  tf.layers.dense({ units, ...(activation ? { activation } : {}) });

describe("what the numbers are", () => {
  it.each<[string, tf.Sequential, (logit: number, row: number[]) => number]>([
    ["a linear layer", ending(dense()), (z) => z],
    ["softmax in the layer", ending(dense("softmax")), softmax],
    ["a softmax activation", ending(dense(), tf.layers.activation({ activation: "softmax" })), softmax],
    ["a softmax layer", ending(dense(), tf.layers.softmax()), softmax],
    ["sigmoid", ending(dense("sigmoid")), (z) => 1 / (1 + Math.exp(-z))],
    [
      "a model in the model",
      ending(tf.sequential({ layers: [tf.layers.dense({ units: 3, activation: "softmax", inputShape: [4] })] })),
      softmax,
    ],
    [
      "no dense layer",
      ending(
        tf.layers.reshape({ targetShape: [2, 2] }),
        tf.layers.conv1d({ filters: 3, kernelSize: 2 }),
        tf.layers.flatten(),
        tf.layers.softmax(),
      ),
      softmax,
    ],
  ])("is seen: logits before %s", async (name, keras, link) => {
    const { kind, data } = await draws(wrap<Float32Array>(keras), rows);
    expect(kind).toBe(name === "sigmoid" ? "sigmoidLogits" : "logits");
    const expected = Array.from(data, (z, i) => link(z, Array.from(data.subarray(i - (i % 3), i - (i % 3) + 3))));
    expect(maxDifference(expected, ownPrediction(keras, inputs, [4]))).toBeLessThan(1e-6);
  });

  it("is told where it cannot be seen, and nothing is left out then", async () => {
    const keras = ending(dense("tanh"));
    expect(() => wrap(keras)).toThrow(withCode("E_MODEL_FORMAT", /tanh.*outputs/));
    expect(() => wrap(ending(dense(), tf.layers.reLU()))).toThrow(withCode("E_MODEL_FORMAT", /outputs/));
    expect((await draws(wrap<Float32Array>(keras, { outputs: "logits" }), rows)).data).toEqual(ownPrediction(keras, inputs, [4]));
    const softmaxed = ending(dense("softmax"));
    const { kind, data } = await draws(wrap<Float32Array>(softmaxed, { outputs: "probabilities" }), rows);
    expect(kind).toBe("probabilities");
    expect(maxDifference(data, ownPrediction(softmaxed, inputs, [4]))).toBe(0);
  });

  it("is [0, z] for one sigmoid unit and two labels", async () => {
    const keras = ending(dense("sigmoid", 1));
    const model = wrap<Float32Array>(keras, { labels: ["no", "yes"] });
    const { data } = await draws(model, rows);
    const yes = rows.map((_row, n) => 1 / (1 + Math.exp(data[2 * n]! - data[2 * n + 1]!)));
    expect(maxDifference(yes, ownPrediction(keras, inputs, [4]))).toBeLessThan(1e-6);
    expect(model.lastLayer).toBeUndefined();
  });

  it("must be one number per label", () => {
    expect(() => wrap(denseModel(), { rowsPerPass: 0 })).toThrow(withCode("E_ARGUMENT", /rowsPerPass/));
    expect(() => wrap(denseModel(), { labels: ["a", "b"] })).toThrow(
      withCode("E_MODEL_FORMAT", /3 numbers per item and has 2 labels/),
    );
    const maps = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: [4, 4, 1], filters: 3, kernelSize: 2 })] });
    expect(() => wrap(maps)).toThrow(withCode("E_MODEL_FORMAT", /\[batch,3,3,3\]/));
    expect(() => wrap(tf.sequential())).toThrow(withCode("E_MODEL_FORMAT", /not built/));
  });
});

describe("dropout", () => {
  it("is found with its rate and place, in models in the model too", () => {
    const body = tf.sequential({
      name: "body",
      layers: [
        tf.layers.conv2d({ name: "conv", inputShape: [4, 4, 1], filters: 2, kernelSize: 2 }),
        tf.layers.dropout({ name: "early", rate: 0.1 }),
        tf.layers.flatten(),
      ],
    });
    const input = tf.input({ shape: [4, 4, 1] });
    const dropped = tf.layers.dropout({ name: "late", rate: 0.5 }).apply(body.apply(input)) as tf.SymbolicTensor;
    const model = wrap(
      tf.model({ inputs: input, outputs: tf.layers.dense({ name: "out", units: 3 }).apply(dropped) as tf.SymbolicTensor }),
    );
    expect(model.dropoutSites).toEqual([
      { name: "body.early", rate: 0.1, place: "body" },
      { name: "late", rate: 0.5, place: "head" },
    ]);
    expect(model.linearWeights).toEqual([
      { name: "body.conv.kernel", place: "body" },
      { name: "out.kernel", place: "head" },
    ]);
    expect(patchModule(model, { where: "head" })).toEqual({ patched: [{ name: "late", rate: 0.5 }], skipped: ["body.early"] });
  });

  it("drops in a model in the model, keyed as anywhere", async () => {
    const body = tf.sequential({
      layers: [
        tf.layers.dropout({ rate: 0.5, inputShape: [4] }),
        tf.layers.dense({ units: 3, kernelInitializer: "ones", useBias: false }),
      ],
    });
    const input = tf.input({ shape: [4] });
    const nested = wrap<Float32Array>(tf.model({ inputs: input, outputs: body.apply(input) as tf.SymbolicTensor }));
    patchModule(nested);
    const drawn = await draws(nested, rows, { iterations: 8 });
    const flat = wrap<Float32Array>(ending(tf.layers.dense({ units: 3, kernelInitializer: "ones", useBias: false })));
    patchModule(flat);
    expect(drawn.data).toEqual((await draws(flat, rows, { iterations: 8 })).data);
    expect(new Set(drawn.data.subarray(0, 8)).size).toBeGreaterThan(3);
  });

  it("drops whole channels where the layer does", async () => {
    const keras = tf.sequential({
      layers: [
        tf.layers.reshape({ inputShape: [12], targetShape: [4, 3] }),
        tf.layers.spatialDropout1d({ rate: 0.5 }),
        tf.layers.permute({ dims: [2, 1] }),
        tf.layers.dropout({ rate: 0.5, noiseShape: [1, 3, 1] as unknown as number[] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 12, kernelInitializer: "identity" }),
      ],
    });
    const labels = Array.from({ length: 12 }, (_, i) => `${i}`);
    const ones = { index: 3, input: new Float32Array(12).fill(1), target: undefined };
    for (const where of ["reshape", "dropout"]) {
      const model = wrap<Float32Array>(keras, { labels });
      patchModule(model);
      const [spatial, shaped] = model.dropoutSites.map(({ name }) => name) as [string, string];
      model.patch = { kind: "dropout", rates: new Map([[where === "reshape" ? spatial : shaped, 0.5]]), isConsistent: false };
      const { data } = await draws(model, [ones, { ...ones, index: 4 }], { iterations: 20 });
      const patterns = new Set<string>();
      for (let item = 0; item < 2; item++) {
        for (let k = 0; k < 20; k++) {
          const values = Array.from({ length: 12 }, (_, c) => data[(item * 12 + c) * 20 + k]!);
          const channels = [0, 1, 2].map((channel) => values.slice(4 * channel, 4 * channel + 4));
          for (const channel of channels) expect(new Set(channel).size).toBe(1);
          patterns.add(`${item}:${channels.map(([value]) => value)}`);
        }
      }
      expect(patterns.size).toBeGreaterThan(6);
      expect([...patterns].join()).toMatch(/2/);
    }
  });

  it("keeps mean and variance where it is alpha dropout", async () => {
    const width = 4000;
    const keras = tf.sequential({
      layers: [
        tf.layers.alphaDropout({ rate: 0.3, inputShape: [width] }),
        tf.layers.dense({ units: 1, kernelInitializer: "ones" }),
      ],
    });
    const labels = ["sum"];
    const model = wrap<Float32Array>(keras, { labels });
    const normal = randomRows(1, width)[0]!;
    patchModule(model);
    const { data } = await draws(model, [normal], { iterations: 60 });
    // Per element: mean 0 and variance 1, whatever was dropped; given the input, the draws' mean is a (1 - p) times its sum.
    const low = -1.6732632423543772 * 1.0507009873554805;
    const a = ((1 - 0.3) * (1 + 0.3 * low ** 2)) ** -0.5;
    const sum = normal.input.reduce((total, value) => total + value, 0);
    const mean = data.reduce((total, value) => total + value, 0) / 60;
    const squares = normal.input.reduce((total, value) => total + (value - low) ** 2, 0);
    const error = Math.sqrt((a * a * 0.3 * 0.7 * squares) / 60);
    expect(Math.abs(mean - a * 0.7 * sum)).toBeLessThan(4 * error);
    const spread = data.reduce((total, value) => total + (value - mean) ** 2, 0) / 59;
    expect(spread / (60 * error ** 2)).toBeGreaterThan(0.4);
    expect(spread / (60 * error ** 2)).toBeLessThan(2);
  });

  it.each<[string, tf.layers.Layer]>([
    ["Gaussian dropout", tf.layers.gaussianDropout({ name: "noisy", rate: 0.5 })],
    ["Gaussian noise", tf.layers.gaussianNoise({ name: "noisy", stddev: 0.5 })],
  ])("refuses %s by name, or turns it off", async (_, layer) => {
    const keras = tf.sequential({
      layers: [tf.layers.dense({ units: 4, inputShape: [4] }), layer, tf.layers.dense({ units: 3 })],
    });
    expect(() => wrap(keras)).toThrow(withCode("E_MODEL_FORMAT", /noisy.*unsupportedNoise/));
    const model = wrap<Float32Array>(keras, { unsupportedNoise: "off" });
    expect((await draws(model, rows)).data).toEqual(ownPrediction(keras, inputs, [4]));
    expect(model.dropoutSites).toEqual([]);
  });

  it("refuses dropout inside of recurrent layers and wrappers", () => {
    const recurrent = (layer: tf.layers.Layer) =>
      tf.sequential({
        layers: [
          tf.layers.reshape({ inputShape: [4], targetShape: [2, 2] }),
          layer,
          tf.layers.flatten(),
          tf.layers.dense({ units: 3 }),
        ],
      });
    const lstm = (dropout: number) => tf.layers.lstm({ units: 2, dropout, returnSequences: true });
    expect(() => wrap(recurrent(lstm(0.2)))).toThrow(withCode("E_MODEL_FORMAT", /cannot be repeated/));
    expect(() => wrap(recurrent(lstm(0)))).not.toThrow();
    const timed = (rate: number) => tf.layers.timeDistributed({ layer: tf.layers.dropout({ rate }) });
    expect(() => wrap(recurrent(timed(0.2)))).toThrow(withCode("E_MODEL_FORMAT", /cannot be repeated/));
    expect(() => wrap(recurrent(timed(0)))).not.toThrow();
    const both = tf.layers.bidirectional({ layer: lstm(0.3) as tf.RNN, mergeMode: "concat" });
    expect(() => wrap(recurrent(both))).toThrow(withCode("E_MODEL_FORMAT", /cannot be repeated/));
  });
});

describe("weights", () => {
  it("are named after the layers, and live in both worlds", async () => {
    const keras = convolutionModel();
    const model = wrap<Float32Array>(keras);
    const names = ["conv1.kernel", "conv1.bias", "norm.gamma", "norm.beta", "norm.moving_mean", "norm.moving_variance"];
    expect([...model.stateDict().keys()]).toEqual([...names, "fc1.kernel", "fc1.bias", "fc2.kernel", "fc2.bias"]);
    expect(model.stateDict().get("conv1.kernel")!.dims).toEqual([3, 3, 2, 4]);
    const copy = keras.getLayer("fc2").getWeights()[1]!;
    const state = new Map(
      [...model.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.map((value) => value + 1) }]),
    );
    const before = copy.dataSync().slice();
    const kept = tf.keep(copy.clone());
    model.loadStateDict(state);
    expect(keras.getLayer("fc2").getWeights()[1]!.dataSync()).toEqual(state.get("fc2.bias")!.data);
    expect(kept.dataSync()).toEqual(before);
    keras.getLayer("fc2").setWeights([tf.zeros([10, 3]), tf.ones([3])]);
    expect([...model.stateDict().get("fc2.bias")!.data]).toEqual([1, 1, 1]);
    model.resetWeights();
    expect(model.stateDict().get("fc2.bias")!.data).toEqual(before);
  });

  it("are refused from another model", () => {
    const model = wrap(denseModel());
    const state = model.stateDict();
    const other = wrap(convolutionModel()).stateDict();
    expect(() => model.loadStateDict(other)).toThrow(withCode("E_CHECKPOINT", /hidden.kernel.*conv1.kernel/));
    state.set("head.bias", { dims: [4], data: new Float32Array(4) });
    expect(() => model.loadStateDict(state)).toThrow(withCode("E_CHECKPOINT", /head.bias has the shape \[3\].*\[4\]/));
  });

  it("are drawn anew by their own initializers where they are fresh", () => {
    const model = wrap(convolutionModel(), { fresh: ["fc*", /^norm/] });
    const first = new Map([...model.stateDict()].map(([name, { data }]) => [name, data.slice()]));
    const drawn = (seed: number) => {
      model.resetWeights({ seed });
      return new Map([...model.stateDict()].map(([name, { data }]) => [name, data.slice()]));
    };
    const { numTensors } = tf.memory();
    const [one, again, two] = [drawn(1), drawn(1), drawn(2)];
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(one).toEqual(again);
    expect(one.get("conv1.kernel")).toEqual(first.get("conv1.kernel"));
    for (const name of ["fc1.kernel", "fc2.kernel", "norm.beta"]) {
      expect(maxDifference(one.get(name)!, two.get(name)!)).toBeGreaterThan(0.01);
      expect(maxDifference(one.get(name)!, first.get(name)!)).toBeGreaterThan(0.01);
    }
    const kernel = one.get("fc1.kernel")!;
    const deviation = Math.sqrt(kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length);
    expect(deviation).toBeGreaterThan(0.45);
    expect(deviation).toBeLessThan(0.55);
    model.resetWeights();
    expect(model.stateDict().get("fc1.kernel")!.data).toEqual(first.get("fc1.kernel"));
    expect(() => wrap(convolutionModel(), { fresh: ["fc3*"] })).toThrow(withCode("E_ARGUMENT", /fc3\*/));
  });

  it("stay within Keras' constraints", async () => {
    const keras = tf.sequential({
      layers: [tf.layers.dense({ name: "d", units: 3, inputShape: [4], kernelConstraint: tf.constraints.nonNeg() })],
    });
    const model = wrap(keras);
    model.loadStateDict(
      new Map([...model.stateDict()].map(([name, { dims, data }]) => [name, { dims, data: data.map((_, i) => i - 5) }])),
    );
    expect(Math.min(...model.stateDict().get("d.kernel")!.data)).toBe(0);
    expect(model.stateDict().get("d.bias")!.data[0]).toBe(-5);
  });
});

function softmax(z: number, row: number[]): number {
  return Math.exp(z) / row.reduce((sum, value) => sum + Math.exp(value), 0);
}
