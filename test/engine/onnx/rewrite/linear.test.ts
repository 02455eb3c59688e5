import { describe, expect, it } from "vitest";
import { fuseLinear } from "../../../../src/engine/onnx/rewrite/linear.js";
import type { Shape } from "../../../../src/engine/onnx/tensor.js";
import { checkRewrite, type Start } from "./check-rewrite.js";

describe("fuseLinear", () => {
  const shapes: readonly Shape[] = [
    ["batch", 4],
    ["batch", "sequence", 4],
    ["batch", 2, "sequence", 4],
  ];
  const forms: readonly (readonly [string, (s: Start, x: string) => string])[] = [
    ["weight [in, out] and bias", ({ b, weight }, x) => b.add(b.matMul(x, weight("w", [4, 6])), weight("fc.bias", [6]))],
    [
      "weight [out, in] and bias in front",
      ({ b, weight }, x) => b.add(weight("fc.bias", [4]), b.matMul(x, b.transpose(weight("w", [4, 4]), [1, 0]))),
    ],
    ["weight alone", ({ b, weight }, x) => b.matMul(x, weight("w", [4, 3]))],
  ];
  const cases = shapes.flatMap((shape) => forms.map(([name, make]) => ({ name, shape, make })));
  it.each(cases)("$name on [$shape]", async ({ shape, make }) => {
    const counts = await checkRewrite(fuseLinear, (s) => make(s, s.input("x", shape)));
    expect(counts["Gemm"]).toBe(1);
    expect(counts["Reshape"] ?? 0).toBe(shape.length > 2 ? 2 : 0);
    for (const gone of ["MatMul", "Add", "Transpose"]) expect(counts[gone]).toBeUndefined();
  });

  it("keeps the addition apart when the product has another reader", async () => {
    const counts = await checkRewrite(fuseLinear, (s) => {
      const product = s.b.matMul(s.input("x", ["batch", 4]), s.weight("w", [4, 3]));
      return s.b.mul(product, s.b.add(product, s.weight("fc.bias", [3])));
    });
    expect(counts).toMatchObject({ Gemm: 1, Add: 1, Mul: 1 });
  });

  it("leaves a product of two computed values alone", async () => {
    const counts = await checkRewrite(fuseLinear, (s) =>
      s.b.matMul(s.input("x", ["batch", 3, 4]), s.input("z", ["batch", 4, 2])),
    );
    expect(counts).toEqual({ MatMul: 1, Identity: 1 });
  });
});
