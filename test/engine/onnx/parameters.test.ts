import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { type GraphBuilder, graphBuilder, string } from "../../../src/engine/onnx/builder.js";
import { readModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { bakeParameters, extractParameters, type Parameter } from "../../../src/engine/onnx/parameters.js";
import { floatTensor, type Tensor } from "../../../src/engine/onnx/tensor.js";
import { itShared, sharedPath } from "../../shared.js";
import { modelFixtures, textFixtures } from "./fixtures.js";
import { distance, ramp, runBytes, runGraph } from "./raw-model.js";

/** Names, shapes and numbers of a safetensors file: 8 bytes of header length, a JSON header, the data. */
function safetensors(path: string): Map<string, Parameter> {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const { __metadata__: _, ...tensors } = header;
  return new Map(
    Object.entries(tensors).map(
      ([
        name,
        {
          shape,
          data_offsets: [start, end],
        },
      ]) => [
        name,
        { dims: shape, data: new Float32Array(new Uint8Array(bytes.subarray(8 + length + start, 8 + length + end)).buffer) },
      ],
    ),
  );
}

describe("extractParameters", () => {
  it("takes learned tokens and positions for weights, and nothing that an exporter made up", () => {
    const b = graphBuilder(createGraph("vit"));
    const image = b.input("image", { dtype: "float32", shape: ["batch", 4, 2] });
    const named = (name: string, dims: readonly number[]) => {
      b.graph.initializers.set(name, floatTensor(Array<number>(dims.reduce((size, dim) => size * dim, 1)).fill(0.5), dims));
      return name;
    };
    const patches = b.matMul(image, named("patch.weight", [2, 3]));
    const token = b.expand(
      named("cls_token", [1, 1, 3]),
      b.concat([b.slice(b.shape(image), b.int64s([0]), b.int64s([1]), b.int64s([0])), b.int64s([1, 1])], 0),
    );
    const joined = b.concat([token, patches, named("register_tokens", [2, 1, 3]), named("onnx::Concat_7", [2, 1, 3])], 1);
    const positioned = b.add(joined, named("pos_embed", [1, 7, 3]));
    const masked = b.add(positioned, named("mask", [1, 7, 3]));
    const scaled = b.mul(masked, named("onnx::Mul_9", [7, 1]));
    const ones = named("/norm/Constant_output_0", [7]);
    const normalized = b.op("InstanceNormalization", [scaled, ones, named("/norm/Constant_1_output_0", [7])]);
    b.output(b.op("InstanceNormalization", [normalized, named("norm.weight", [7]), named("norm.bias", [7])]));
    const names = [...extractParameters(b.graph).keys()];
    expect(names.sort()).toEqual([
      "cls_token",
      "norm.bias",
      "norm.weight",
      "onnx::Mul_9",
      "patch.weight",
      "pos_embed",
      "register_tokens",
    ]);
  });

  itShared("gives a DistilBERT export the names, layouts and numbers of the checkpoint", async () => {
    const checkpoint = safetensors(sharedPath("fixtures", "distilbert-tiny", "model.safetensors"));
    for (const { path } of textFixtures().filter((fixture) => basename(fixture.path).startsWith("model_"))) {
      const { graph } = await readModel(path);
      const parameters = extractParameters(graph);
      expect([...parameters.keys()].sort(), path).toEqual([...checkpoint.keys()].sort());
      for (const [name, parameter] of parameters) expect(parameter, name).toEqual(checkpoint.get(name));
    }
  });

  itShared("strips the prefix of no one: a bare encoder keeps the names it was exported with", async () => {
    const checkpoint = safetensors(sharedPath("fixtures", "distilbert-tiny", "model.safetensors"));
    const { graph } = await readModel(sharedPath("fixtures", "distilbert-tiny", "onnx", "encoder_opset14.onnx"));
    for (const [name, parameter] of extractParameters(graph)) {
      expect(parameter, name).toEqual(checkpoint.get(`distilbert.${name}`));
    }
  });

  it.each(modelFixtures())(
    "$path: parameters as feeds give the same outputs, and so do parameters put back",
    async ({ path, feeds }) => {
      const { graph } = await readModel(path);
      const dropoutFree = graph.nodes.every((node) => node.opType !== "Dropout");
      if (!dropoutFree) for (const node of graph.nodes) if (node.opType === "Dropout") node.inputs.length = 2;
      const expected = await runBytes(encodeModel(graph), feeds);
      const parameters = extractParameters(graph);
      const names = [...parameters.keys()];
      expect(names.filter((name) => !/\.(weight|bias)$/.test(name))).toEqual([]);
      const weights = Object.fromEntries(
        [...parameters].map(([name, { dims, data }]) => [name, { dtype: "float32" as const, dims, data }]),
      );
      const outputs = await runGraph(graph, { ...feeds, ...weights });
      const baked = await runGraph(bakeParameters(graph, parameters), feeds);
      for (const [name, { data }] of expected) {
        expect(distance(outputs.get(name)!.data, data)).toBeLessThan(1e-5);
        expect(distance(baked.get(name)!.data, data)).toBeLessThan(1e-5);
      }
    },
  );

  it("leaves constants that are no weights alone", () => {
    const b = graphBuilder(createGraph("test"));
    const pixels = b.input("pixels", { dtype: "float32", shape: ["batch", 4] });
    const normalized = b.mul(
      b.add(pixels, b.constant(floatTensor([1, 2, 3, 4]), "mean")),
      b.constant(floatTensor([1, 2, 3, 4]), "std"),
    );
    const h = b.matMul(normalized, b.constant(floatTensor(new Float32Array(8), [4, 2]), "onnx::MatMul_1"));
    const y = b.add(h, b.constant(floatTensor([0, 0]), "head.bias"));
    const masked = b.add(b.mul(y, b.scalar(0.5)), b.constant(floatTensor([0, -9, 0, 0], [2, 2]), "/Constant_output_0"));
    b.output(b.add(masked, b.constant(floatTensor([1e-5]), "epsilon")));
    expect([...extractParameters(b.graph).keys()]).toEqual(["head.bias", "head.weight"]);
    expect([...b.graph.initializers.keys()]).toEqual(expect.arrayContaining(["mean", "std", "/Constant_output_0", "epsilon"]));
  });

  it("keeps what `include` does not want as constants", async () => {
    const b = linear();
    expect([...extractParameters(b.graph, { include: (name) => name.endsWith(".bias") }).keys()]).toEqual(["head.bias"]);
    expect([...b.graph.parameters.keys()]).toEqual(["head.bias"]);
  });

  it("reads half precision weights as float32", async () => {
    const b = linear();
    b.graph.initializers.set("w", { dtype: "float16", dims: [2, 2], data: Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff) });
    b.graph.initializers.set("head.bias", { dtype: "float16", dims: [2], data: Uint16Array.of(0x3555, 0x8000) });
    b.graph.inputs.set("x", { dtype: "float16", shape: ["batch", 2] });
    const parameters = extractParameters(b.graph);
    expect(Array.from(parameters.get("head.weight")!.data)).toEqual([1, 2 ** -24, -2, 65504]);
    expect(parameters.get("head.bias")!.data[0]).toBeCloseTo(1 / 3, 3);
    expect(b.graph.inputs.get("x")?.dtype).toBe("float32");
  });

  it("reads weights that are stored in half precision and cast where they are used", () => {
    const b = graphBuilder(createGraph("cast"));
    const half = (bits: readonly number[], dims: readonly number[], name: string) =>
      b.cast(b.constant({ dtype: "float16", dims, data: Uint16Array.from(bits) }, name), "float32");
    const product = b.matMul(b.input("x", { dtype: "float32", shape: ["batch", 1] }), half([0x3c00, 0x4000], [1, 2], "w"));
    b.output(b.add(product, half([0, 0], [2], "head.bias")));
    const parameters = extractParameters(b.graph);
    expect(parameters.get("head.weight")).toEqual({ dims: [2, 1], data: Float32Array.of(1, 2) });
    expect(b.graph.nodes.map(({ opType }) => opType)).toEqual(["Transpose", "MatMul", "Add"]);
  });

  it("gives vectors that the exporter stored once their own arrays again, and keeps tied matrices one", () => {
    const b = linear();
    const shared = b.op("Identity", ["head.bias"], {}, { name: "other.bias" });
    const tied = b.identity("w");
    b.output(b.add(b.matMul("x", tied), shared));
    const parameters = extractParameters(b.graph);
    expect([...parameters.keys()].sort()).toEqual(["head.bias", "head.weight", "other.bias"]);
    expect(parameters.get("other.bias")!.data).toEqual(parameters.get("head.bias")!.data);
    expect(parameters.get("other.bias")!.data).not.toBe(parameters.get("head.bias")!.data);
  });
});

describe("what is learned is a parameter, however it is used", () => {
  const X = { dtype: "float32", shape: ["batch", 3] } as const;
  const varied = (dims: readonly number[]) => ramp(dims).data as Float32Array;

  it.each<[string, readonly number[], (b: GraphBuilder, w: string) => string]>([
    ["sliced", [5, 3], (b, w) => b.add("x", b.slice(w, b.int64s([0]), b.int64s([1]), b.int64s([0])))],
    ["in an Einsum", [3, 2], (b, w) => b.op("Einsum", ["x", w], { equation: string("bi,ij->bj") })],
    ["subtracted", [3], (b, w) => b.sub("x", w)],
    ["a divisor", [1, 3], (b, w) => b.div("x", w)],
    ["made positive", [3], (b, w) => b.mul("x", b.op("Softplus", [w]))],
    ["an exponential of one number", [], (b, w) => b.mul("x", b.exp(w))],
    ["a scale of one number", [1], (b, w) => b.mul(w, "x")],
    ["an exponent", [1], (b, w) => b.pow(b.op("Abs", ["x"]), w)],
    ["normalized first", [3, 3], (b, w) => b.matMul("x", b.softmax(w))],
    ["of a fill", [1, 3], (b, w) => b.where(b.op("Greater", ["x", b.scalar(0)]), "x", w)],
  ])("%s", (_, dims, use) => {
    for (const name of ["temperature", "block.rel_embeddings", "layers.0.gamma", "p"]) {
      const b = graphBuilder(createGraph("use"));
      b.input("x", X);
      b.graph.initializers.set(name, { dtype: "float32", dims, data: varied(dims) });
      b.output(use(b, name));
      expect([...extractParameters(b.graph).keys()]).toEqual([name]);
    }
  });

  it.each<[string, string, (b: GraphBuilder, w: string) => string]>([
    ["a Constant of the computation", "half", (b) => b.mul("x", b.constant(floatTensor([0.5], []), "half"))],
    ["an epsilon", "norm.eps", (b, w) => b.add("x", w)],
    ["frequencies", "rotary.inv_freq", (b, w) => b.mul("x", w)],
    ["a bound", "limits.upper", (b, w) => b.op("Clip", ["x", "", b.reshape(w, b.int64s([]))])],
    ["what a truth value depends on", "threshold.value", (b, w) => b.cast(b.op("Greater", ["x", w]), "float32")],
    ["what the exporter made up", "/Constant_output_0", (b, w) => b.mul("x", w)],
    [
      "ones of a normalization without scales",
      "v",
      (b) => b.op("LayerNormalization", ["x", b.constant(floatTensor([1, 1, 1]), "/Constant_1")]),
    ],
  ])("but not %s", (_, name, use) => {
    const b = graphBuilder(createGraph("use"));
    b.input("x", X);
    b.graph.initializers.set(name, floatTensor([0.25]));
    b.output(use(b, name));
    expect([...extractParameters(b.graph).keys()]).toEqual([]);
  });

  it("the running statistics of a normalization are parameters", () => {
    const b = graphBuilder(createGraph("bn"));
    b.input("x", X);
    const names = ["weight", "bias", "running_mean", "running_var"].map((leaf) => `bn.${leaf}`);
    for (const name of names) b.graph.initializers.set(name, floatTensor([1, 2, 3]));
    b.output(b.op("BatchNormalization", ["x", ...names]));
    expect([...extractParameters(b.graph).keys()]).toEqual(names);
  });
});

describe("which weights are one", () => {
  /** x w + v, through Identity nodes where the exporter would put them. */
  function pair(w: Tensor, v: Tensor | "identity", leaf = "weight") {
    const b = graphBuilder(createGraph("pair"));
    b.input("x", { dtype: "float32", shape: ["batch", w.dims[0]!] });
    b.graph.initializers.set(`a.${leaf}`, w);
    if (v === "identity") b.op("Identity", [`a.${leaf}`], {}, { name: `b.${leaf}` });
    else b.graph.initializers.set(`b.${leaf}`, v);
    b.output(
      w.dims.length === 1 ? b.add(b.mul("x", `a.${leaf}`), `b.${leaf}`) : b.matMul(b.matMul("x", `a.${leaf}`), `b.${leaf}`),
    );
    return [...extractParameters(b.graph).keys()];
  }
  const square = floatTensor([1, 2, 3, 4], [2, 2]);
  const filled = floatTensor([0.1, 0.1, 0.1, 0.1], [2, 2]);

  it("equal matrices of different numbers, stored once or twice", () => {
    expect(pair(square, "identity")).toEqual(["a.weight"]);
    expect(pair(square, floatTensor([1, 2, 3, 4], [2, 2]))).toEqual(["a.weight"]);
  });

  it("a matrix and its transpose", () => {
    expect(pair(floatTensor([1, 2, 3, 4, 5, 6], [2, 3]), floatTensor([1, 4, 2, 5, 3, 6], [3, 2]))).toEqual(["a.weight"]);
  });

  it("never tensors that were filled with one number, nor vectors", () => {
    expect(pair(filled, "identity")).toEqual(["a.weight", "b.weight"]);
    expect(pair(filled, floatTensor([0.1, 0.1, 0.1, 0.1], [2, 2]))).toEqual(["a.weight", "b.weight"]);
    expect(pair(floatTensor([1, 2]), "identity", "bias")).toEqual(["a.bias", "b.bias"]);
  });
});

describe("bakeParameters", () => {
  it("says which weight is missing or has another shape", () => {
    const b = linear();
    const parameters = extractParameters(b.graph);
    const without = new Map([...parameters].slice(1));
    expect(() => bakeParameters(b.graph, without)).toThrow(expect.objectContaining({ code: "E_CHECKPOINT" }));
    parameters.set("head.bias", { dims: [3], data: new Float32Array(3) });
    expect(() => bakeParameters(b.graph, parameters)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/head\.bias.*\[2\].*\[3\]/) }),
    );
  });
});

/** x w + b with the names of an export that transposed the weight. */
function linear() {
  const b = graphBuilder(createGraph("linear"));
  const x = b.input("x", { dtype: "float32", shape: ["batch", 2] });
  const product = b.matMul(x, b.constant(floatTensor([1, 2, 3, 4], [2, 2]), "w"));
  b.output(b.add(product, b.constant(floatTensor([1, -1]), "head.bias")));
  return b;
}
