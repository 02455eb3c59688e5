import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import { graphBuilder } from "../../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../../src/engine/onnx/graph.js";
import { quantizeLinear, weightBytes } from "../../../../src/engine/onnx/rewrite/quantize-linear.js";
import { createSession, type Feed } from "../../../../src/engine/runtime/session.js";

const [ROWS, INPUTS, OUTPUTS] = [13, 96, 40];
const random = createRandom(8);
const normals = (count: number, scale = 1) => Float32Array.from({ length: count }, () => scale * random.normal());
const feed = (dims: readonly number[], data: Float32Array): Feed => ({ dtype: "float32", dims, data });

/** `x W + b`, by the operator and in the layout that are asked for. */
function layer(form: "Gemm" | "transposed Gemm" | "MatMul") {
  const b = graphBuilder(createGraph("layer"));
  const x = b.input("x", { dtype: "float32", shape: ["batch", INPUTS] });
  const isTransposed = form === "transposed Gemm";
  const weight = b.parameter("w", isTransposed ? [OUTPUTS, INPUTS] : [INPUTS, OUTPUTS]);
  const y = form === "MatMul" ? b.matMul(x, weight) : b.gemm(x, weight, b.parameter("b", [OUTPUTS]), { transB: isTransposed });
  b.output(y, "y");
  return b.graph;
}

async function run(graph: ReturnType<typeof layer>, feeds: ReadonlyMap<string, Feed>): Promise<Float32Array> {
  await using session = await createSession(graph);
  const asked = new Map([...feeds].filter(([name]) => graph.inputs.has(name) || graph.parameters.has(name)));
  return (await session.run(asked)).get("y")!.data as Float32Array;
}

describe.each(["Gemm", "transposed Gemm", "MatMul"] as const)("a quantized %s", (form) => {
  const graph = layer(form);
  const { graph: quantized, weights } = quantizeLinear(graph, new Set());
  const w = normals(INPUTS * OUTPUTS, 0.1);
  const feeds = new Map([
    ["w", feed([...graph.parameters.get("w")!.shape!] as number[], w)],
    ["b", feed([OUTPUTS], normals(OUTPUTS))],
  ]);
  const [weight] = weights;
  const { bytes, units } = weightBytes(weight!, w);
  const quantizedFeeds = new Map<string, Feed>([
    ...feeds,
    [weight!.bytes, { dtype: "uint8", dims: [INPUTS, OUTPUTS], data: bytes }],
    [weight!.units, feed([OUTPUTS], units)],
  ]);
  // Rows of very different sizes, and one of zeros.
  const x = normals(ROWS * INPUTS).map((value, i) => value * [1, 1e-4, 300, 0][Math.floor(i / INPUTS) % 4]!);
  const rowsOf = (first: number, end: number) => feed([end - first, INPUTS], x.subarray(first * INPUTS, end * INPUTS));

  it("is the layer to a few parts in a thousand of each row's size, and takes no float weight", async () => {
    const exact = await run(graph, new Map([...feeds, ["x", rowsOf(0, ROWS)]]));
    const rounded = await run(quantized, new Map([...quantizedFeeds, ["x", rowsOf(0, ROWS)]]));
    expect(quantized.parameters.has("w")).toBe(false);
    expect(graph.parameters.has("w")).toBe(true);
    for (let row = 0; row < ROWS; row++) {
      const size = Math.hypot(...x.subarray(row * INPUTS, (row + 1) * INPUTS)) * 0.1;
      for (let o = 0; o < OUTPUTS; o++) {
        const error = Math.abs(rounded[row * OUTPUTS + o]! - exact[row * OUTPUTS + o]!);
        expect(error).toBeLessThanOrEqual(0.06 * size + 1e-6);
      }
    }
  });

  it("gives a row the same bits whatever rows are beside it", async () => {
    const together = await run(quantized, new Map([...quantizedFeeds, ["x", rowsOf(0, ROWS)]]));
    for (let row = 0; row < ROWS; row++) {
      const alone = await run(quantized, new Map([...quantizedFeeds, ["x", rowsOf(row, row + 1)]]));
      expect(alone).toEqual(together.slice(row * OUTPUTS, (row + 1) * OUTPUTS));
    }
  });

  it("adds bytes up exactly, also where all are the largest", async () => {
    const ones = new Float32Array(INPUTS * OUTPUTS).fill(1);
    const largest = weightBytes(weight!, ones);
    const all = new Map<string, Feed>([
      ...quantizedFeeds,
      ["b", feed([OUTPUTS], new Float32Array(OUTPUTS))],
      [weight!.bytes, { dtype: "uint8", dims: [INPUTS, OUTPUTS], data: largest.bytes }],
      [weight!.units, feed([OUTPUTS], largest.units)],
      ["x", feed([1, INPUTS], new Float32Array(INPUTS).fill(1))],
    ]);
    for (const sum of await run(quantized, all)) expect(sum).toBeCloseTo(INPUTS, 4);
  });
});

it("leaves small layers and those that are named in float32", () => {
  expect(quantizeLinear(layer("Gemm"), new Set(["w"])).weights).toEqual([]);
  const b = graphBuilder(createGraph("small"));
  b.output(b.matMul(b.input("x", { dtype: "float32", shape: ["batch", 8] }), b.parameter("w", [8, 100])), "y");
  expect(quantizeLinear(b.graph, new Set()).weights).toEqual([]);
});
