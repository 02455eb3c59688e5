import { describe, expect, it } from "vitest";
import { fuseGelu } from "../../../../src/engine/onnx/rewrite/gelu.js";
import { checkRewrite, type Start } from "./check-rewrite.js";

type Inner = (s: Start, x: string) => string;
type Product = (s: Start, x: string, onePlus: string) => string;

const C = Math.sqrt(2 / Math.PI);
const erf: readonly (readonly [string, Inner])[] = [
  ["erf(x / sqrt 2)", ({ b }, x) => b.erf(b.div(x, b.scalar(Math.SQRT2)))],
  ["erf(x * (1 / sqrt 2))", ({ b }, x) => b.erf(b.mul(b.scalar(Math.SQRT1_2), x))],
];
const tanh: readonly (readonly [string, Inner])[] = [
  [
    "tanh(c (x + 0.044715 x^3))",
    ({ b }, x) => b.tanh(b.mul(b.scalar(C), b.add(x, b.mul(b.scalar(0.044715), b.pow(x, b.scalar(3)))))),
  ],
  [
    "tanh(x c (1 + 0.044715 x x))",
    ({ b }, x) => b.tanh(b.mul(b.mul(x, b.scalar(C)), b.add(b.scalar(1), b.mul(b.mul(b.scalar(0.044715), x), x)))),
  ],
  [
    "tanh(c (x + 0.044715 x x x))",
    ({ b }, x) => b.tanh(b.mul(b.add(b.mul(b.mul(b.mul(x, x), x), b.scalar(0.044715)), x), b.scalar(0.7978845608))),
  ],
];
const products: readonly (readonly [string, Product])[] = [
  ["x (1 + f) 0.5", ({ b }, x, f) => b.mul(b.mul(x, f), b.scalar(0.5))],
  ["0.5 (x (1 + f))", ({ b }, x, f) => b.mul(b.scalar(0.5), b.mul(f, x))],
  ["(0.5 x) (1 + f)", ({ b }, x, f) => b.mul(b.mul(b.scalar(0.5), x), f)],
  ["x (0.5 (1 + f))", ({ b }, x, f) => b.mul(x, b.mul(b.scalar(0.5), f))],
  ["x (1 + f) / 2", ({ b }, x, f) => b.div(b.mul(x, f), b.scalar(2))],
  ["(x / 2) (1 + f)", ({ b }, x, f) => b.mul(f, b.div(x, b.scalar(2)))],
];

describe("fuseGelu", () => {
  const forms = [...erf, ...tanh].flatMap(([inner, f]) => products.map(([product, g]) => ({ inner, f, product, g })));
  it.each(forms)("$product with $inner", async ({ f, g }) => {
    const counts = await checkRewrite(fuseGelu, (s) => {
      // The input is itself a sum and a product: the pattern must stop at it.
      const x = s.b.mul(s.b.add(s.input("x", ["batch", 4]), s.weight("fc.bias", [4])), s.b.scalar(0.5));
      return g(s, x, s.b.add(f(s, x), s.b.scalar(1)));
    });
    expect(counts).toEqual({ Add: 1, Mul: 1, Gelu: 1, Identity: 1 });
  });

  const others: readonly (readonly [string, (s: Start, x: string) => string])[] = [
    [
      "another argument of erf",
      (s, x) => s.b.mul(s.b.mul(x, s.b.add(s.b.erf(s.b.div(x, s.b.scalar(1.5))), s.b.scalar(1))), s.b.scalar(0.5)),
    ],
    [
      "another factor",
      (s, x) => s.b.mul(s.b.mul(x, s.b.add(s.b.erf(s.b.div(x, s.b.scalar(Math.SQRT2))), s.b.scalar(1))), s.b.scalar(0.6)),
    ],
    ["a plain tanh", (s, x) => s.b.mul(s.b.mul(x, s.b.add(s.b.tanh(x), s.b.scalar(1))), s.b.scalar(0.5))],
    [
      "erf of one value times another",
      (s, x) =>
        s.b.mul(
          s.b.mul(s.input("z", ["batch", 4]), s.b.add(s.b.erf(s.b.div(x, s.b.scalar(Math.SQRT2))), s.b.scalar(1))),
          s.b.scalar(0.5),
        ),
    ],
  ];
  it.each(others)("leaves %s alone", async (_, make) => {
    expect((await checkRewrite(fuseGelu, (s) => make(s, s.input("x", ["batch", 4]))))["Gelu"]).toBeUndefined();
  });
});
