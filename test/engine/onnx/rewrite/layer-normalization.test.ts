import { describe, expect, it } from "vitest";
import { int } from "../../../../src/engine/onnx/builder.js";
import { fuseLayerNormalization } from "../../../../src/engine/onnx/rewrite/layer-normalization.js";
import { checkRewrite, type Start } from "./check-rewrite.js";

interface Form {
  readonly square?: (s: Start, x: string) => string;
  readonly normalize?: (s: Start, centred: string, deviation: string) => string;
  readonly epsilon?: (s: Start, variance: string) => string;
  readonly affine?: (s: Start, normalized: string, scale: string, bias: string) => string;
  readonly axis?: number;
  readonly subtractTwice?: boolean;
  readonly scaleDims?: readonly number[];
}

function layerNorm(s: Start, form: Form): string {
  const { b } = s;
  const x = s.input("x", ["batch", "sequence", 4]);
  const axes = b.int64s([form.axis ?? -1]);
  const mean = b.reduceMean(x, axes);
  const centred = b.sub(x, mean);
  const squared = form.subtractTwice ? b.sub(x, mean) : centred;
  const variance = b.reduceMean(form.square?.(s, squared) ?? b.pow(squared, b.scalar(2)), axes);
  const deviation = b.sqrt(form.epsilon?.(s, variance) ?? b.add(variance, b.scalar(1e-5)));
  const normalized = form.normalize?.(s, centred, deviation) ?? b.div(centred, deviation);
  const [scale, bias] = [s.weight("ln.weight", form.scaleDims ?? [4]), s.weight("ln.bias", [4])];
  return form.affine?.(s, normalized, scale, bias) ?? b.add(b.mul(normalized, scale), bias);
}

describe("fuseLayerNormalization", () => {
  const forms: readonly (readonly [string, Form])[] = [
    ["as PyTorch exports it", {}],
    ["with the square as a product", { square: ({ b }, x) => b.mul(x, x) }],
    ["with the mean subtracted twice", { subtractTwice: true }],
    ["with epsilon in front", { epsilon: ({ b }, variance) => b.add(b.scalar(1e-5), variance) }],
    ["with a reciprocal", { normalize: ({ b }, centred, deviation) => b.mul(centred, b.reciprocal(deviation)) }],
    [
      "with one divided by the deviation",
      { normalize: ({ b }, centred, deviation) => b.mul(b.div(b.scalar(1), deviation), centred) },
    ],
    [
      "with the operands the other way round",
      { affine: ({ b }, normalized, scale, bias) => b.add(bias, b.mul(scale, normalized)) },
    ],
    ["with the axis counted from the front", { axis: 2 }],
  ];
  it.each(forms)("%s", async (_, form) => {
    expect(await checkRewrite(fuseLayerNormalization, (s) => layerNorm(s, form))).toEqual({ LayerNormalization: 1, Identity: 1 });
  });

  const others: readonly (readonly [string, Form])[] = [
    ["another axis", { axis: 1 }],
    ["a scale that is no vector", { scaleDims: [1, 4] }],
    ["a power of three", { square: ({ b }, x) => b.pow(b.op("Abs", [x]), b.scalar(3)) }],
    ["a variance of something else", { square: ({ b }, x) => b.mul(x, b.add(x, x)) }],
  ];
  it.each(others)("leaves %s alone", async (_, form) => {
    expect(await checkRewrite(fuseLayerNormalization, (s) => layerNorm(s, form))).toMatchObject({ ReduceMean: 2, Sqrt: 1 });
  });

  it("keeps what else reads the parts", async () => {
    const counts = await checkRewrite(fuseLayerNormalization, (s) => {
      const y = layerNorm(s, {});
      const sub = s.b.graph.nodes.find(({ opType }) => opType === "Sub")!;
      return s.b.concat([y, sub.outputs[0]!], 2);
    });
    expect(counts).toMatchObject({ LayerNormalization: 1, Sub: 1, ReduceMean: 1, Concat: 1 });
  });

  it("fuses one behind the other", async () => {
    const counts = await checkRewrite(fuseLayerNormalization, (s) => {
      const y = layerNorm(s, {});
      const { b } = s;
      const centred = b.sub(y, b.op("ReduceMean", [y, b.int64s([-1])], { keepdims: int(1) }));
      const variance = b.reduceMean(b.pow(centred, b.scalar(2)), b.int64s([-1]));
      return b.add(b.mul(b.div(centred, b.sqrt(b.add(variance, b.scalar(1e-5)))), "ln.weight"), "ln.bias");
    });
    expect(counts).toEqual({ LayerNormalization: 2, Identity: 1 });
  });
});
