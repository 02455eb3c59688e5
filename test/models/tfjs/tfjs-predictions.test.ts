import { describe, expect, it } from "vitest";
import { patchModule, unpatchModule } from "../../../src/bayesian/patch-module.js";
import { joinFeatures } from "../../../src/core/join-chunks.js";
import type { ImageInput } from "../../../src/data/images/image-input.js";
import { withCode } from "../../training/trainer-fixtures.js";
import { drawsAt, expectCovariance } from "../draw-moments.js";
import { asDataset, maxDifference } from "../tiny.js";
import { convolutionModel, denseModel, draws, ownPrediction, randomRows, softmaxRows, tf, wrap } from "./keras-models.js";

const rows = randomRows(9, 4);
const images = randomRows(5, 128);

describe("deterministic predictions", () => {
  it.each([
    ["dense", denseModel, rows, [4]],
    ["convolutional", convolutionModel, images, [8, 8, 2]],
  ] as const)("are the %s model's logits: their softmax is what it predicts itself", async (_, make, examples, shape) => {
    const keras = make();
    const { kind, data, indices } = await draws(wrap(keras), examples);
    const own = ownPrediction(
      keras,
      examples.map(({ input }) => input),
      [...shape],
    );
    expect(kind).toBe("logits");
    expect(indices).toEqual(examples.map(({ index }) => index));
    expect(maxDifference(softmaxRows(data, 3), own)).toBeLessThan(1e-6);
    expect(Math.min(...data)).toBeLessThan(0);
  });

  it("read images as Keras has them, channels last, loaded when they are wanted", async () => {
    const model = wrap<ImageInput | Float32Array>(convolutionModel());
    const planar = images.map(({ index, input, target }) => {
      const data = Float32Array.from({ length: 128 }, (_, i) => input[(i % 64) * 2 + Math.floor(i / 64)]!);
      const image: ImageInput = { name: `${index}.png`, load: async () => ({ shape: [2, 8, 8], data }) };
      return { index, target, input: image };
    });
    expect((await draws(model, planar)).data).toEqual((await draws(model, images)).data);
    const wrong = {
      ...planar[0]!,
      input: { name: "x", load: () => ({ shape: [3, 8, 8] as const, data: new Float32Array(192) }) },
    };
    await expect(draws(model, [wrong])).rejects.toThrow(withCode("E_DATA", /Item 100 .*3 channels, 8 x 8.*\[8,8,2\]/));
  });

  it("refuse rows of another length and unknown inputs, naming the item", async () => {
    await expect(draws(wrap(denseModel()), randomRows(2, 5))).rejects.toThrow(
      withCode("E_DATA", /Item 100 has 5 numbers.*\[4\]/),
    );
    const text = [{ index: 3, input: "text", target: undefined }];
    await expect(draws(wrap<string>(denseModel()), text)).rejects.toThrow(withCode("E_DATA", /Item 3 has a string.*toTensor/));
  });

  it("take other inputs through toTensor, and check what comes of it", async () => {
    const words = ["the cat", "a dog sat", "on"].map((input, index) => ({ index, input, target: undefined }));
    const toTensor = (texts: readonly string[]) => tf.tensor2d(texts.map((text) => [1, 2, 3, 4].map((d) => text.length * d)));
    const model = wrap<string>(denseModel(), { toTensor: async (texts) => toTensor(texts) });
    const numbers = words.map(({ input, ...rest }) => ({ ...rest, input: [1, 2, 3, 4].map((d) => input.length * d) }));
    expect((await draws(model, words)).data).toEqual((await draws(wrap<number[]>(denseModel()), numbers)).data);
    const short = wrap<string>(denseModel(), { toTensor: (texts) => toTensor(texts.slice(1)) });
    await expect(draws(short, words)).rejects.toThrow(withCode("E_SHAPE", /1 tensor\(s\) of 3 rows; 1 of 2/));
  });

  it("feed several inputs, and integer ones through an embedding with masks", async () => {
    const ids = tf.input({ shape: [5], dtype: "int32", name: "ids" });
    const extra = tf.input({ shape: [2], name: "extra" });
    const embedded = tf.layers.embedding({ inputDim: 10, outputDim: 3, maskZero: true, name: "embedding" }).apply(ids);
    const read = tf.layers.lstm({ units: 4, name: "lstm" }).apply(embedded) as tf.SymbolicTensor;
    const joined = tf.layers.concatenate().apply([read, extra]) as tf.SymbolicTensor;
    const dropped = tf.layers.dropout({ rate: 0.5 }).apply(joined) as tf.SymbolicTensor;
    const output = tf.layers.dense({ units: 3, activation: "softmax" }).apply(dropped) as tf.SymbolicTensor;
    const keras = tf.model({ inputs: [ids, extra], outputs: output });
    const sequences = [
      [1, 2, 3, 4, 5],
      [6, 7, 0, 0, 0],
      [8, 0, 0, 0, 0],
    ];
    const tensors = (from: readonly number[][]) => [
      tf.tensor2d(
        from.map((row) => [...row]),
        [from.length, 5],
        "int32",
      ),
      tf.tensor2d(from.map((row) => [row[0]!, -row[1]!])),
    ];
    const model = wrap<number[]>(keras, { toTensor: tensors });
    const own = tf.tidy(() => (keras.predict(tensors(sequences)) as tf.Tensor).dataSync());
    const examples = sequences.map((input, index) => ({ index, input, target: undefined }));
    expect(maxDifference(softmaxRows((await draws(model, examples)).data, 3), own as Float32Array)).toBeLessThan(1e-6);
    patchModule(model);
    const drawn = await draws(model, examples, { iterations: 4 });
    const alone = await draws(model, [examples[1]!], { iterations: 4 });
    expect(maxDifference(alone.data, drawn.data.subarray(12, 24))).toBeLessThan(1e-6);
  });
});

describe("draws", () => {
  it.each([
    ["one by one", { tokensPerBatch: 1 }],
    ["in passes that part an item's draws", { tokensPerBatch: 3 }],
    ["in chunks", { chunkSize: 2 }],
  ])("are the same %s and in another order", async (_, options) => {
    for (const [make, examples] of [
      [denseModel, rows],
      [convolutionModel, images],
    ] as const) {
      const model = wrap<Float32Array>(make());
      patchModule(model);
      const whole = await draws(model, examples, { iterations: 5, seed: 4 });
      const other = await draws(model, [...examples].reverse(), { iterations: 5, seed: 4, ...options });
      examples.forEach((_example, n) => {
        const at = (examples.length - 1 - n) * 15;
        expect(maxDifference(whole.data.subarray(n * 15, n * 15 + 15), other.data.subarray(at, at + 15))).toBeLessThan(1e-5);
      });
      expect(new Set(drawsAt(whole, 0, 0)).size).toBeGreaterThan(2);
      expect(maxDifference(whole.data, (await draws(model, examples, { iterations: 5, seed: 5 })).data)).toBeGreaterThan(0.01);
    }
  });

  it("do not depend on the automatic names of layers", async () => {
    const make = () => {
      const keras = tf.sequential({
        layers: [tf.layers.dropout({ rate: 0.5, inputShape: [4] }), tf.layers.dense({ units: 3, kernelInitializer: "ones" })],
      });
      const model = wrap<Float32Array>(keras);
      patchModule(model);
      return model;
    };
    const [one, two] = [make(), make()];
    expect(one.dropoutSites[0]!.name).not.toBe(two.dropoutSites[0]!.name);
    const options = { iterations: 6, seed: 2 };
    expect((await draws(one, rows, options)).data).toEqual((await draws(two, rows, options)).data);
  });

  it("are one function for all items when consistent", async () => {
    const model = wrap<Float32Array>(denseModel());
    const twins = [7, 8, 90].map((index) => ({ ...rows[0]!, index }));
    patchModule(model, { consistent: true });
    const shared = await draws(model, twins, { iterations: 6 });
    expect(shared.isConsistent).toBe(true);
    expect(shared.data.subarray(18, 36)).toEqual(shared.data.subarray(0, 18));
    patchModule(model);
    const own = await draws(model, twins, { iterations: 6 });
    expect(own.isConsistent).toBeUndefined();
    expect(maxDifference(own.data.subarray(18, 36), own.data.subarray(0, 18))).toBeGreaterThan(0.01);
  });

  it("are undone bit for bit, and leave the Keras model alone", async () => {
    const keras = convolutionModel();
    const model = wrap<Float32Array>(keras);
    const before = await draws(model, images);
    const own = ownPrediction(
      keras,
      images.map(({ input }) => input),
      [8, 8, 2],
    );
    patchModule(model, { rate: 0.9 });
    await draws(model, images, { iterations: 2 });
    expect(
      ownPrediction(
        keras,
        images.map(({ input }) => input),
        [8, 8, 2],
      ),
    ).toEqual(own);
    expect(keras.layers.some((layer) => Object.hasOwn(layer, "call"))).toBe(false);
    unpatchModule(model);
    expect(await draws(model, images)).toEqual(before);
    await expect(draws(model, images, { iterations: 2 })).rejects.toThrow(withCode("E_MODEL_DETERMINISTIC", /patchModule/));
    await expect(draws(model, images, { mode: "mc" })).rejects.toThrow(withCode("E_MODEL_DETERMINISTIC", /patchModule/));
    await expect(draws(model, images, { iterations: 0 })).rejects.toThrow(withCode("E_ARGUMENT", /iterations/));
  });

  it.each([true, false])("have the closed form's mean and covariance for a linear model (consistent: %s)", async (consistent) => {
    // logit_c = sum_d w_cd x_d m_d + b_c with Var m = p / (1 - p): Cov(logit_c(x), logit_e(y)) = sum_d w_cd w_ed x_d y_d p / (1 - p)
    const rate = 0.3;
    const keras = tf.sequential({
      layers: [
        tf.layers.dropout({ rate, inputShape: [4] }),
        tf.layers.dense({
          name: "head",
          units: 3,
          activation: "softmax",
          kernelInitializer: tf.initializers.randomNormal({ seed: 3 }),
        }),
      ],
    });
    const model = wrap<Float32Array>(keras);
    const w = model.stateDict().get("head.kernel")!.data;
    w.forEach((value, i) => {
      w[i] = value * 20;
    });
    const [x, y] = [rows[0]!.input, rows[1]!.input];
    const sum = (c: number, e: number, a: Float32Array, b: Float32Array) =>
      a.reduce((total, value, d) => total + (w[d * 3 + c]! * w[d * 3 + e]! * value * b[d]! * rate) / (1 - rate), 0);
    const mean = (await draws(model, rows.slice(0, 2))).data;
    patchModule(model, { consistent });
    const drawn = await draws(model, rows.slice(0, 2), { iterations: 4000, seed: 3 });
    for (const [c, e] of [
      [0, 0],
      [1, 1],
      [0, 2],
    ] as const) {
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 0, e), sum(c, e, x, x));
      expectCovariance(drawsAt(drawn, 0, c), drawsAt(drawn, 1, e), consistent ? sum(c, e, x, y) : 0);
      const average = drawsAt(drawn, 0, c).reduce((total, value) => total + value, 0) / 4000;
      expect(Math.abs(average - mean[c]!)).toBeLessThan(4.5 * Math.sqrt(sum(c, c, x, x) / 4000));
    }
    expect(Math.abs(sum(0, 0, x, y))).toBeGreaterThan(0.01);
  });

  it("keep batch normalisation frozen: an item's draws do not depend on who is in the batch", async () => {
    const model = wrap<Float32Array>(convolutionModel());
    const statistics = model.stateDict().get("norm.moving_mean")!.data.slice();
    patchModule(model);
    const wild = images.slice(1).map((example) => ({ ...example, input: example.input.map((value) => value * 100) }));
    const alone = await draws(model, [images[0]!], { iterations: 3 });
    const among = await draws(model, [images[0]!, ...wild], { iterations: 3 });
    expect(maxDifference(alone.data, among.data.subarray(0, 9))).toBeLessThan(1e-5);
    expect(model.stateDict().get("norm.moving_mean")!.data).toEqual(statistics);
  });

  it("stop when they are told to", async () => {
    const model = wrap<Float32Array>(denseModel());
    await expect(draws(model, rows, { signal: AbortSignal.abort() })).rejects.toThrow(withCode("E_ABORTED", /cancelled/));
  });
});

describe("what runs once per item", () => {
  it("is everything before the first random layer", async () => {
    const keras = convolutionModel();
    // Rows that each layer reads; convolutions and the last layer do not tell.
    const seen: Record<string, number> = {};
    for (const layer of keras.layers) {
      layer.setCallHook((inputs) => {
        const [x] = Array.isArray(inputs) ? inputs : [inputs];
        seen[layer.name] = (seen[layer.name] ?? 0) + x!.shape[0]!;
      });
    }
    const model = wrap<Float32Array>(keras);
    patchModule(model);
    const drawn = await draws(model, images, { iterations: 7 });
    expect(seen).toEqual({ pool: 5, flat: 5, fc1: 5 });
    expect(drawn.shape).toEqual([5, 3, 7]);
  });

  it("does not end inside of a residual connection too early", async () => {
    const input = tf.input({ shape: [4] });
    const body = tf.layers.dense({ units: 4, activation: "relu", name: "body" }).apply(input) as tf.SymbolicTensor;
    const dropped = tf.layers.dropout({ rate: 0.5 }).apply(body) as tf.SymbolicTensor;
    const sum = tf.layers.add().apply([dropped, body, input]) as tf.SymbolicTensor;
    const keras = tf.model({
      inputs: input,
      outputs: tf.layers.dense({ units: 3, name: "out" }).apply(sum) as tf.SymbolicTensor,
    });
    const model = wrap<Float32Array>(keras);
    const plain = await draws(model, rows);
    patchModule(model, { rate: 1e-9 + 1 / 65536 });
    const drawn = await draws(model, rows, { iterations: 3 });
    // With next to no dropout, draws are the deterministic logits; masks scale by 65536 / 65535.
    rows.forEach((_row, n) => {
      for (let c = 0; c < 3; c++)
        expect(maxDifference(drawsAt(drawn, n, c), new Float32Array(3).fill(plain.data[n * 3 + c]!))).toBeLessThan(1e-3);
    });
  });
});

describe("features", () => {
  it("have a fingerprint that changes with the weights in front of the last layer alone", () => {
    const model = wrap<Float32Array>(denseModel());
    const first = model.featureFingerprint();
    expect(model.featureFingerprint()).toBe(first);
    const { weight } = model.lastLayer!;
    model.stateDict().get(weight)!.data[0]! += 1;
    expect(model.featureFingerprint()).toBe(first);
    const other = [...model.stateDict().keys()].find((name) => !name.startsWith(weight.split(".")[0]!))!;
    model.stateDict().get(other)!.data[0]! += 1;
    expect(model.featureFingerprint()).not.toBe(first);
  });

  it("are what the last Dense layer reads: W h + b are the logits", async () => {
    const model = wrap<Float32Array>(convolutionModel());
    const { shape, data, indices } = await joinFeatures(model.features(asDataset(images), { chunkSize: 2 }), { total: 5 });
    expect(shape).toEqual([5, 10]);
    expect(indices).toEqual(images.map(({ index }) => index));
    const weights = model.stateDict();
    const { weight, bias, layout } = model.lastLayer!;
    expect([weight, bias, layout]).toEqual(["fc2.kernel", "fc2.bias", "in-out"]);
    const { data: kernel } = weights.get(weight)!;
    const logits = images.flatMap((_image, n) =>
      [0, 1, 2].map((c) =>
        Array.from(data.subarray(n * 10, n * 10 + 10)).reduce(
          (sum, h, d) => sum + h * kernel[d * 3 + c]!,
          weights.get(bias!)!.data[c]!,
        ),
      ),
    );
    expect(maxDifference(logits, (await draws(model, images)).data)).toBeLessThan(1e-5);
  });
});
