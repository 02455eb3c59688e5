import { describe, expect, it } from "vitest";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { createSession, type Feed } from "../../../src/engine/runtime/session.js";
import { type PoolingMode, type SentenceEmbedding, sentenceEmbedding } from "../../../src/models/architectures/sentence-head.js";

const DIM = 3;
/** Padding in front, behind, nowhere, and a text of one token. */
const MASKS = [
  [0, 0, 1, 1, 1],
  [1, 1, 1, 0, 0],
  [1, 1, 1, 1, 1],
  [0, 0, 1, 0, 0],
];
const tokens = MASKS.map((mask, row) => mask.map((_, i) => Array.from({ length: DIM }, (_, d) => Math.sin(7 * row + 3 * i + d))));

async function embed(
  embedding: SentenceEmbedding,
  weights: Readonly<Record<string, readonly number[]>> = {},
): Promise<number[][]> {
  const b = graphBuilder(createGraph("embedding"));
  const attentionMask = b.input("attention_mask", { dtype: "int64", shape: ["batch", "sequence"] });
  const hidden = b.input("hidden", { dtype: "float32", shape: ["tokens", DIM] });
  b.output(sentenceEmbedding(b, { hidden, attentionMask, dim: DIM }, embedding), "vector");
  const session = await createSession(b.graph);
  const feeds = new Map<string, Feed>([
    ["attention_mask", { dtype: "int64", dims: [MASKS.length, 5], data: BigInt64Array.from(MASKS.flat(), BigInt) }],
    ["hidden", { dtype: "float32", dims: [MASKS.length * 5, DIM], data: Float32Array.from(tokens.flat(2)) }],
  ]);
  for (const [name, { shape }] of b.graph.parameters) {
    feeds.set(name, { dtype: "float32", dims: shape as number[], data: Float32Array.from(weights[name]!) });
  }
  const { data, dims } = (await session.run(feeds)).get("vector")!;
  await session.release();
  return MASKS.map((_, row) => Array.from((data as Float32Array).slice(row * dims[1]!, (row + 1) * dims[1]!)));
}

/** What each mode is, from the tokens that are no padding. */
const FORMULAS: Readonly<Record<PoolingMode, (seen: readonly number[][], d: number) => number>> = {
  cls: (seen, d) => seen[0]![d]!,
  lasttoken: (seen, d) => seen.at(-1)![d]!,
  max: (seen, d) => Math.max(...seen.map((h) => h[d]!)),
  mean: (seen, d) => sum(seen.map((h) => h[d]!)) / seen.length,
  mean_sqrt_len: (seen, d) => sum(seen.map((h) => h[d]!)) / Math.sqrt(seen.length),
  weightedmean: (seen, d) => sum(seen.map((h, i) => (i + 1) * h[d]!)) / sum(seen.map((_, i) => i + 1)),
};
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const expected = (mode: PoolingMode) =>
  MASKS.map((mask, row) => {
    const seen = tokens[row]!.filter((_, i) => mask[i] === 1);
    return Array.from({ length: DIM }, (_, d) => FORMULAS[mode](seen, d));
  });

function expectClose(actual: number[][], wanted: number[][]): void {
  expect(actual.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  for (const [row, values] of wanted.entries())
    for (const [i, value] of values.entries()) expect(actual[row]![i]).toBeCloseTo(value, 5);
}

describe("sentenceEmbedding", () => {
  it.each(Object.keys(FORMULAS) as PoolingMode[])("pools by %s, wherever the padding is", async (mode) => {
    expectClose(await embed({ pooling: [mode], steps: [] }), expected(mode));
  });

  it("joins several modes one behind the other", async () => {
    const [mean, max] = [expected("mean"), expected("max")];
    expectClose(
      await embed({ pooling: ["mean", "max"], steps: [] }),
      mean.map((row, i) => [...row, ...max[i]!]),
    );
  });

  it("normalises and projects in the order of the steps", async () => {
    const weight = [1, 2, 3, -1, 0, 1];
    const bias = [0.5, -0.5];
    const dense = { name: "sentence.dense.0", inputs: DIM, outputs: 2, bias: true, activation: "tanh" } as const;
    const unit = expected("mean").map((row) => row.map((x) => x / Math.hypot(...row)));
    const projected = unit.map((row) => bias.map((b, o) => Math.tanh(b + sum(row.map((x, d) => x * weight[o * DIM + d]!)))));
    const steps = [{ kind: "normalize" }, { kind: "dense", dense }] as const;
    expectClose(
      await embed({ pooling: ["mean"], steps }, { "sentence.dense.0.weight": weight, "sentence.dense.0.bias": bias }),
      projected,
    );
  });
});
