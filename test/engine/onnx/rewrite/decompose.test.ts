import { describe, expect, it } from "vitest";
import { float, int, ints as list, string } from "../../../../src/engine/onnx/builder.js";
import { MICROSOFT } from "../../../../src/engine/onnx/graph.js";
import { decomposeFused } from "../../../../src/engine/onnx/rewrite/optimize-import.js";
import type { Tensor } from "../../../../src/engine/onnx/tensor.js";
import { checkRewrite, type Start } from "./check-rewrite.js";

const microsoft = { domain: MICROSOFT };
const x = (s: Start) => s.input("x", ["batch", "sequence", 6]);
const skip = (s: Start) => s.input("skip", ["batch", "sequence", 6]);
const ints = (s: Start, data: readonly number[], dims: readonly number[]) => {
  const tensor: Tensor = { dtype: "int32", dims, data: Int32Array.from(data) };
  return s.b.constant(tensor);
};

function attention(s: Start, mask: string, extra = {}): string {
  const inputs = [x(s), s.weight("qkv.weight", [6, 12]), s.weight("qkv.bias", [12]), mask];
  return s.b.op("Attention", inputs.slice(0, mask ? 4 : 3), { num_heads: int(2), ...extra }, microsoft);
}

describe("decomposeFused computes what ONNX Runtime's own operators compute", () => {
  const forms: readonly (readonly [string, (s: Start) => string])[] = [
    ["Gelu", (s) => s.b.op("Gelu", [x(s)], {}, microsoft)],
    ["BiasGelu", (s) => s.b.op("BiasGelu", [x(s), s.weight("fc.bias", [6])], {}, microsoft)],
    ["FastGelu", (s) => s.b.op("FastGelu", [x(s)], {}, microsoft)],
    ["FastGelu with a bias", (s) => s.b.op("FastGelu", [x(s), s.weight("fc.bias", [6])], {}, microsoft)],
    [
      "SkipLayerNormalization",
      (s) =>
        s.b.op(
          "SkipLayerNormalization",
          [x(s), skip(s), s.weight("g", [6]), s.weight("b", [6]), s.weight("fc.bias", [6])],
          { epsilon: float(1e-5) },
          microsoft,
        ),
    ],
    ["QuickGelu", (s) => s.b.op("QuickGelu", [x(s)], {}, microsoft)],
    [
      "SimplifiedLayerNormalization",
      (s) => s.b.op("SimplifiedLayerNormalization", [x(s), s.weight("g", [6])], { epsilon: float(1e-3) }),
    ],
    [
      "SkipSimplifiedLayerNormalization",
      (s) =>
        s.b.op(
          "SkipSimplifiedLayerNormalization",
          [x(s), skip(s), s.weight("g", [6]), s.weight("b", [6])],
          { epsilon: float(1e-3) },
          microsoft,
        ),
    ],
    ...["Relu", "Tanh", "Sigmoid", "LeakyRelu"].flatMap((activation): [string, (s: Start) => string][] => [
      [
        `FusedConv with ${activation}`,
        (s) =>
          s.b.op(
            "FusedConv",
            [s.input("x", [2, 3, 5, 5]), s.weight("w", [4, 3, 3, 3]), s.weight("b", [4])],
            {
              activation: string(activation),
              kernel_shape: list([3, 3]),
              pads: list([1, 1, 1, 1]),
              ...(activation === "LeakyRelu" ? { activation_params: { kind: "floats", value: [0.3] } } : {}),
            },
            microsoft,
          ),
      ],
      [
        `FusedGemm with ${activation}`,
        (s) =>
          s.b.op(
            "FusedGemm",
            [s.input("x", ["batch", 3]), s.weight("w", [4, 3]), s.weight("b", [4])],
            {
              activation: string(activation),
              transB: int(1),
              ...(activation === "LeakyRelu" ? { activation_alpha: float(0.3) } : {}),
            },
            microsoft,
          ),
      ],
    ]),
    [
      "FusedMatMul with a batch axis behind the rows",
      (s) =>
        s.b.op(
          "FusedMatMul",
          [s.input("p", [4, 2, 3]), s.input("q", [2, 3, 5])],
          { transBatchA: int(1), alpha: float(0.5) },
          microsoft,
        ),
    ],
    [
      "SkipLayerNormalization without biases",
      (s) => s.b.op("SkipLayerNormalization", [x(s), skip(s), s.weight("g", [6])], {}, microsoft),
    ],
    [
      "SkipLayerNormalization and the sum",
      (s) => {
        const outputs = s.b.ops(
          "SkipLayerNormalization",
          [x(s), skip(s), s.weight("g", [6]), s.weight("b", [6])],
          {},
          { ...microsoft, outputs: 4 },
        );
        const node = s.b.graph.nodes.at(-1)!;
        node.outputs = [outputs[0]!, "", "", outputs[3]!];
        return s.b.concat([outputs[0]!, outputs[3]!], 0);
      },
    ],
    ["Attention", (s) => attention(s, "")],
    ["Attention with a mask", (s) => attention(s, ints(s, [1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0], [3, 5]))],
    ["Attention with lengths", (s) => attention(s, ints(s, [3, 5, 1], [3]))],
    ["Attention with a scale", (s) => attention(s, "", { scale: float(0.2) })],
    [
      "EmbedLayerNormalization",
      (s) => {
        const tables = ["w", "p", "s"].map((name, i) =>
          s.weight(
            name,
            [
              [9, 6],
              [7, 6],
              [2, 6],
            ][i]!,
          ),
        );
        const ids = ints(s, [1, 2, 3, 4, 5, 6, 7, 8, 0, 1], [2, 5]);
        const segments = ints(s, [0, 0, 1, 1, 1, 0, 0, 0, 0, 1], [2, 5]);
        const inputs = [
          ids,
          segments,
          ...tables,
          s.weight("g", [6]),
          s.weight("b", [6]),
          ints(s, [1, 1, 1, 0, 0, 1, 1, 1, 1, 1], [2, 5]),
        ];
        const outputs = s.b.ops("EmbedLayerNormalization", inputs, {}, { ...microsoft, outputs: 2 });
        return s.b.mul(outputs[0]!, s.b.unsqueeze(s.b.cast(outputs[1]!, "float32"), [1, 2]));
      },
    ],
  ];
  it.each(forms)("%s", async (name, make) => {
    const counts = await checkRewrite(decomposeFused, make);
    for (const gone of ["BiasGelu", "FastGelu", "SkipLayerNormalization", "Attention", "EmbedLayerNormalization"]) {
      expect(counts[gone], name).toBeUndefined();
    }
  });

  it("leaves causal attention as it is", async () => {
    expect(await checkRewrite(decomposeFused, (s) => attention(s, "", { unidirectional: int(1) }))).toMatchObject({
      Attention: 1,
    });
  });
});
