import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { float, graphBuilder, int } from "../../../src/engine/onnx/builder.js";
import { decodeModel } from "../../../src/engine/onnx/decode.js";
import { encodeModel } from "../../../src/engine/onnx/encode.js";
import type { Attribute } from "../../../src/engine/onnx/graph.js";
import { boolTensor, floatTensor, int64Tensor, type Tensor } from "../../../src/engine/onnx/tensor.js";
import { type RawModel, ramp, rawModel, runBytes } from "./raw-model.js";

const [BATCH, LENGTH, HEADS, SIZE] = [2, 3, 2, 4];
const heads = { q_num_heads: int(HEADS), kv_num_heads: int(HEADS) };
const tensor = (...dims: number[]): Tensor => floatTensor(ramp(dims).data as Float32Array, dims);
const some = (...dims: number[]): Tensor =>
  boolTensor(
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i % 3 !== 1),
    dims,
  );

interface Case {
  readonly op: string;
  readonly name: string;
  readonly opset?: number;
  /** `[batch, length, heads * size]` by default. */
  readonly x?: readonly number[];
  readonly inputs?: readonly string[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs?: readonly string[];
}

const FOUR = [BATCH, HEADS, LENGTH, SIZE];
const own = ["x", "x", "x"];
const caches = { cos: tensor(5, 2), sin: tensor(5, 2), at: int64Tensor([0, 1, 2, 4, 3, 0], [2, 3]) };

const CASES: readonly Case[] = [
  { op: "Attention", name: "joined heads", inputs: own, attributes: heads },
  { op: "Attention", name: "heads as an axis", inputs: own, x: FOUR },
  { op: "Attention", name: "causal", inputs: own, attributes: { ...heads, is_causal: int(1) } },
  { op: "Attention", name: "scale", inputs: own, attributes: { ...heads, scale: float(0.2) } },
  { op: "Attention", name: "float mask", inputs: [...own, "mask"], initializers: { mask: tensor(LENGTH, LENGTH) }, x: FOUR },
  {
    op: "Attention",
    name: "bool mask",
    inputs: [...own, "mask"],
    initializers: { mask: some(BATCH, 1, LENGTH, LENGTH) },
    x: FOUR,
  },
  {
    op: "Attention",
    name: "mask and causal",
    inputs: [...own, "mask"],
    initializers: { mask: tensor(BATCH, HEADS, LENGTH, LENGTH) },
    attributes: { is_causal: int(1) },
    x: FOUR,
  },
  {
    op: "Attention",
    name: "fewer heads of keys",
    inputs: ["x", "k", "v"],
    initializers: { k: tensor(BATCH, 5, SIZE), v: tensor(BATCH, 5, 3) },
    attributes: { q_num_heads: int(HEADS), kv_num_heads: int(1) },
  },
  {
    op: "Attention",
    name: "a past",
    inputs: [...own, "", "k", "v"],
    initializers: { k: tensor(BATCH, HEADS, 2, SIZE), v: tensor(BATCH, HEADS, 2, SIZE) },
    outputs: ["y", "keys", "values"],
    x: FOUR,
  },
  { op: "RotaryEmbedding", name: "heads as an axis", inputs: ["x", "cos", "sin", "at"], initializers: caches, x: FOUR },
  {
    op: "RotaryEmbedding",
    name: "joined heads",
    inputs: ["x", "cos", "sin", "at"],
    initializers: caches,
    attributes: { num_heads: int(HEADS) },
  },
  {
    op: "RotaryEmbedding",
    name: "interleaved",
    inputs: ["x", "cos", "sin", "at"],
    initializers: caches,
    attributes: { interleaved: int(1) },
    x: FOUR,
  },
  {
    op: "RotaryEmbedding",
    name: "half of the features, a table per item",
    inputs: ["x", "cos", "sin"],
    initializers: { cos: tensor(BATCH, LENGTH, 1), sin: tensor(BATCH, LENGTH, 1) },
    attributes: { rotary_embedding_dim: int(2) },
    x: FOUR,
  },
  { op: "RMSNormalization", name: "last axis", inputs: ["x", "w"], initializers: { w: tensor(8) } },
  {
    op: "RMSNormalization",
    name: "two axes",
    inputs: ["x", "w"],
    initializers: { w: tensor(3, 8) },
    attributes: { axis: int(1), epsilon: float(0.1) },
  },
  { op: "Swish", name: "alpha", opset: 24, inputs: ["x"], attributes: { alpha: float(0.7) } },
];

function model({
  op,
  opset = 23,
  x = [BATCH, LENGTH, HEADS * SIZE],
  inputs = own,
  initializers = {},
  attributes = {},
  outputs = ["y"],
}: Case) {
  const nodes: RawModel["nodes"] = [{ opType: op, inputs: [...inputs], outputs: [...outputs], attributes: { ...attributes } }];
  const bytes = rawModel({ opset, irVersion: 10, nodes, outputs, initializers, inputs: [["x", { dtype: "float32", shape: x }]] });
  return { bytes, feeds: { x: ramp(x) } };
}

describe("operators of opset 23 and 24 in those of opset 20", () => {
  it.each(CASES)("$op: $name: as ONNX Runtime computes it", async (given) => {
    const { bytes, feeds } = model(given);
    const { graph } = decodeModel(bytes);
    expect(graph.nodes.map(({ opType }) => opType)).not.toContain(given.op);
    const [found, expected] = [await runBytes(encodeModel(graph), feeds), await runBytes(bytes, feeds)];
    for (const [output, { dims, data }] of expected) {
      expect(found.get(output)!.dims, output).toEqual(dims);
      const values = found.get(output)!.data as Float32Array;
      (data as Float32Array).forEach((value, i) => {
        expect(values[i], `${output}[${i}]`).toBeCloseTo(value, 5);
      });
    }
  });

  it("gives zeros and finite gradients for a row that reads no key", async () => {
    const mask = boolTensor([false, false, false, true, true, false, true, true, true], [LENGTH, LENGTH]);
    const { bytes, feeds } = model({ op: "Attention", name: "", inputs: [...own, "mask"], initializers: { mask }, x: FOUR });
    const { graph } = decodeModel(bytes);
    const b = graphBuilder(graph);
    const loss = b.reduceSum(b.mul("y", "y"), undefined, { keepDims: false });
    const gradient = differentiate(graph, { loss, wrt: ["x"] }).get("x")!.dense!;
    graph.outputs = ["y", gradient];
    const results = await runBytes(encodeModel(graph), feeds);
    const y = [...(results.get("y")!.data as Float32Array)];
    expect(y.map((value) => value === 0)).toEqual(y.map((_, at) => at % (LENGTH * SIZE) < SIZE));
    expect([...(results.get(gradient)!.data as Float32Array)].every(Number.isFinite)).toBe(true);
  });
});
