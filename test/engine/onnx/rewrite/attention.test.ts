import { describe, expect, it } from "vitest";
import { fuseAttentionScores } from "../../../../src/engine/onnx/rewrite/attention.js";
import { optimizeImport } from "../../../../src/engine/onnx/rewrite/optimize-import.js";
import { checkRewrite, type Start } from "./check-rewrite.js";

const q = (s: Start) => s.input("q", ["batch", 2, "sequence", 4]);
const heads = (s: Start) => s.input("k", ["batch", "sequence", 2, 4]);
const keys = (s: Start) => s.b.transpose(heads(s), [0, 2, 1, 3]);

describe("fuseAttentionScores", () => {
  const forms: readonly (readonly [string, (s: Start) => string])[] = [
    ["scale on the queries", (s) => s.b.matMul(s.b.div(q(s), s.b.scalar(2)), s.b.transpose(keys(s), [0, 1, 3, 2]))],
    ["scale on the scores", (s) => s.b.div(s.b.matMul(q(s), s.b.transpose(keys(s), [0, 1, 3, 2])), s.b.scalar(2))],
    ["heads turned in one go", (s) => s.b.mul(s.b.matMul(q(s), s.b.transpose(heads(s), [0, 2, 3, 1])), s.b.scalar(0.5))],
    [
      "scale on both (scaled_dot_product_attention)",
      (s) => s.b.matMul(s.b.mul(q(s), s.b.scalar(0.7)), s.b.mul(s.b.transpose(keys(s), [0, 1, 3, 2]), s.b.scalar(0.7))),
    ],
    ["scale in front of the turning", (s) => s.b.matMul(q(s), s.b.transpose(s.b.mul(s.b.scalar(0.5), keys(s)), [0, 1, 3, 2]))],
  ];
  it.each(forms)("%s", async (_, make) => {
    expect(await checkRewrite(fuseAttentionScores, make)).toEqual({ Transpose: 1, FusedMatMul: 1, Identity: 1 });
  });

  it("finds a scale that is computed from the size of a head", async () => {
    const counts = await checkRewrite(optimizeImport, (s) => {
      const { b } = s;
      const queries = q(s);
      const size = b.cast(b.slice(b.shape(queries), b.int64s([-1]), b.int64s([2 ** 31]), b.int64s([0])), "float32");
      const scale = b.sqrt(b.div(b.scalar(1), b.sqrt(size)));
      return b.matMul(b.mul(queries, scale), b.mul(b.transpose(heads(s), [0, 2, 3, 1]), scale));
    });
    expect(counts).toEqual({ Transpose: 1, FusedMatMul: 1, Identity: 1 });
  });

  it("does not move a scale that something else needs", async () => {
    const counts = await checkRewrite(fuseAttentionScores, (s) => {
      const scores = s.b.matMul(q(s), s.b.transpose(keys(s), [0, 1, 3, 2]));
      return s.b.add(scores, s.b.mul(scores, s.b.scalar(2)));
    });
    expect(counts).toEqual({ Transpose: 1, FusedMatMul: 1, Mul: 1, Add: 1, Identity: 1 });
  });

  it("leaves the product with the values alone", async () => {
    const counts = await checkRewrite(fuseAttentionScores, (s) =>
      s.b.matMul(s.input("p", ["batch", 2, "sequence", "sequence"]), keys(s)),
    );
    expect(counts).toEqual({ Transpose: 1, MatMul: 1, Identity: 1 });
  });
});
