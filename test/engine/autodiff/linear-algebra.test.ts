import { describe } from "vitest";
import { float, int, string } from "../../../src/engine/onnx/builder.js";
import { MICROSOFT } from "../../../src/engine/onnx/graph.js";
import { checkGradients, floats, type GradientCase } from "./check-gradient.js";

const flags = (transA: number, transB: number, alpha = 1) => ({ transA: int(transA), transB: int(transB), alpha: float(alpha) });

/** Both orders of both operands, for products of `[.., 2, 3]` and `[.., 3, 4]` with batch axes before. */
function transposed(op: string, domain: string, batchA: number[], batchB: number[]): GradientCase[] {
  return [0, 1].flatMap((transA) =>
    [0, 1].map((transB) => ({
      name: `[${batchA}] x [${batchB}], transA ${transA}, transB ${transB}`,
      op,
      domain,
      inputs: [floats(...batchA, ...(transA ? [3, 2] : [2, 3])), floats(...batchB, ...(transB ? [4, 3] : [3, 4]))],
      attributes: flags(transA, transB, 0.5),
    })),
  );
}

describe("MatMul", () => {
  checkGradients([
    {
      name: "known value",
      op: "MatMul",
      inputs: [floats(1, 2), floats(2, 1)],
      forward: (a, b) => [a[0]! * b[0]! + a[1]! * b[1]!],
    },
    { name: "matrices", op: "MatMul", inputs: [floats(2, 3), floats(3, 4)] },
    { name: "a linear layer on tokens", op: "MatMul", inputs: [floats(2, 2, 3), floats(3, 4)] },
    { name: "a linear layer on rank 4", op: "MatMul", inputs: [floats(2, 1, 2, 3), floats(3, 2)] },
    { name: "one matrix on the left", op: "MatMul", inputs: [floats(2, 3), floats(2, 3, 2)] },
    { name: "batches", op: "MatMul", inputs: [floats(2, 2, 3), floats(2, 3, 2)] },
    { name: "batch of one", op: "MatMul", inputs: [floats(1, 2, 3), floats(2, 3, 2)] },
    { name: "batches that stretch both ways", op: "MatMul", inputs: [floats(2, 1, 2, 3), floats(3, 3, 2)] },
    { name: "dot product", op: "MatMul", inputs: [floats(3), floats(3)] },
    { name: "vector x matrix", op: "MatMul", inputs: [floats(3), floats(3, 2)] },
    { name: "vector x batch", op: "MatMul", inputs: [floats(3), floats(2, 3, 2)] },
    { name: "matrix x vector", op: "MatMul", inputs: [floats(2, 3), floats(3)] },
    { name: "batch x vector", op: "MatMul", inputs: [floats(2, 2, 3), floats(3)] },
  ]);
});

describe("FusedMatMul", () => {
  checkGradients([
    ...transposed("FusedMatMul", MICROSOFT, [], []),
    ...transposed("FusedMatMul", MICROSOFT, [2], [2]),
    ...transposed("FusedMatMul", MICROSOFT, [2], []),
    ...transposed("FusedMatMul", MICROSOFT, [2, 1], [3]),
  ]);
});

describe("Gemm", () => {
  const a = floats(2, 3);
  const b = floats(3, 4);
  checkGradients([
    ...transposed("Gemm", "", [], []),
    { name: "C a row", op: "Gemm", inputs: [a, b, floats(4)] },
    { name: "C a matrix", op: "Gemm", inputs: [a, b, floats(2, 4)] },
    { name: "C a column", op: "Gemm", inputs: [a, b, floats(2, 1)] },
    { name: "C a matrix of one row", op: "Gemm", inputs: [a, b, floats(1, 4)] },
    { name: "C a scalar", op: "Gemm", inputs: [a, b, floats()] },
    { name: "beta", op: "Gemm", inputs: [a, b, floats(4)], attributes: { ...flags(0, 0, 2), beta: float(-0.5) } },
    {
      name: "known value",
      op: "Gemm",
      inputs: [floats(1, 2), floats(1, 2), floats(1)],
      attributes: flags(0, 1),
      forward: (x, w, c) => [x[0]! * w[0]! + x[1]! * w[1]! + c[0]!],
    },
  ]);
});

describe("Einsum", () => {
  const equation = (text: string) => ({ equation: string(text) });
  checkGradients([
    { name: "attention scores", op: "Einsum", inputs: [floats(2, 2, 3), floats(2, 4, 3)], attributes: equation("bid,bjd->bij") },
    {
      name: "attention output",
      op: "Einsum",
      inputs: [floats(2, 2, 3), floats(2, 3, 2)],
      attributes: equation("bij, bjd -> bid"),
    },
    { name: "permutation", op: "Einsum", inputs: [floats(2, 3, 2)], attributes: equation("abc->cab") },
    { name: "outer product", op: "Einsum", inputs: [floats(2), floats(3)], attributes: equation("i,j->ij") },
  ]);
});
