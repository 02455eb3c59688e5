import { describe, expect, it } from "vitest";
import { differentiate } from "../../../src/engine/autodiff/differentiate.js";
import { graphBuilder } from "../../../src/engine/onnx/builder.js";
import { createGraph } from "../../../src/engine/onnx/graph.js";
import { checkGradients, floats, type GradientCase, weight } from "./check-gradient.js";
import { attributes, type Settings } from "./window-attributes.js";

/** Input, weight and attributes; with a bias as long as `bias` where given. */
function row(op: string, name: string, x: number[], w: number[], settings: Settings = {}, bias?: number): GradientCase {
  const inputs = [floats(...x), weight(...w), ...(bias === undefined ? [] : [weight(bias)])];
  return { name, op, inputs, attributes: attributes(settings) };
}

const conv = (...given: Parameters<typeof row> extends [string, ...infer Rest] ? Rest : never) => row("Conv", ...given);
const transposed = (...given: Parameters<typeof row> extends [string, ...infer Rest] ? Rest : never) =>
  row("ConvTranspose", ...given);

/** Only the input has a gradient: the weight has too many numbers to try each. */
function frozen(name: string, x: number[], w: number[], settings?: Settings): GradientCase {
  return { ...conv(name, x, w, settings), inputs: [floats(...x), { dims: w, sized: true, frozen: true }] };
}

describe("Conv", () => {
  checkGradients([
    {
      ...conv("known value", [1, 1, 1, 3], [1, 1, 1, 2], {}, 1),
      forward: (x, w, b) => [0, 1].map((i) => x[i]! * w[0]! + x[i + 1]! * w[1]! + b[0]!),
    },
    conv("3x3, padded", [2, 2, 4, 3], [3, 2, 3, 3], { pads: [1, 1, 1, 1] }, 3),
    conv("3x3, not padded", [2, 2, 4, 5], [2, 2, 3, 3]),
    conv("1x1", [2, 3, 2, 3], [2, 3, 1, 1], {}, 2),
    conv("1x1, padded", [1, 2, 2, 2], [2, 2, 1, 1], { pads: [1, 0, 0, 1] }),
    conv("1x1, stride 2", [2, 2, 5, 4], [3, 2, 1, 1], { strides: [2, 2] }),
    conv("3x3, stride 2, nothing over", [2, 2, 5, 5], [2, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }, 2),
    conv("3x3, stride 2, one element over", [1, 2, 6, 4], [2, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }, 2),
    conv("kernel as large as the stride", [1, 2, 5, 4], [3, 2, 2, 2], { strides: [2, 2] }),
    conv("stride larger than the kernel", [1, 1, 6, 8], [2, 1, 2, 1], { strides: [3, 4] }),
    conv("uneven kernel, strides and pads", [1, 2, 5, 6], [2, 2, 2, 4], { strides: [1, 3], pads: [0, 2, 1, 1] }, 2),
    conv("more padding than the kernel reaches", [1, 1, 2, 3], [1, 1, 2, 2], { pads: [2, 0, 1, 3] }),
    conv("dilated", [1, 2, 5, 6], [2, 2, 2, 3], { dilations: [3, 2], pads: [1, 2, 0, 1] }),
    conv("dilated, stride 2", [1, 1, 7, 8], [2, 1, 2, 3], { dilations: [2, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    conv("groups", [2, 4, 3, 4], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }, 6),
    conv("groups, stride 2", [1, 4, 4, 5], [2, 2, 3, 3], { group: 2, strides: [2, 2] }),
    conv("depthwise", [2, 3, 4, 3], [3, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1] }, 3),
    conv("depthwise, stride 2", [2, 3, 4, 5], [3, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1], strides: [2, 2] }),
    conv("depthwise with a multiplier", [2, 2, 3, 4], [6, 1, 2, 2], { group: 2 }),
    conv("SAME_UPPER, stride 1", [1, 2, 3, 4], [2, 2, 2, 4], { auto_pad: "SAME_UPPER" }),
    conv("SAME_LOWER, stride 1", [1, 1, 4, 5], [2, 1, 4, 2], { auto_pad: "SAME_LOWER" }),
    {
      ...conv("SAME_UPPER, stride 2", [1, 2, 4, 5], [2, 2, 3, 3], { auto_pad: "SAME_UPPER", strides: [2, 2] }),
      shapes: "static",
    },
    {
      ...conv("SAME_LOWER, stride 3", [1, 2, 4, 5], [2, 2, 3, 2], { auto_pad: "SAME_LOWER", strides: [3, 3] }),
      shapes: "static",
    },
    conv("VALID", [1, 2, 4, 5], [2, 2, 3, 2], { auto_pad: "VALID", strides: [1, 2] }),
    conv("one axis", [2, 2, 6], [3, 2, 3], { pads: [1, 2] }, 3),
    conv("one axis, stride 2, groups", [2, 4, 7], [4, 2, 3], { pads: [0, 1], strides: [2], group: 2 }),
    conv("three axes", [1, 2, 3, 3, 2], [2, 2, 2, 3, 2], { pads: [1, 1, 0, 0, 1, 1] }, 2),
    conv("three axes, stride 2", [1, 1, 3, 4, 5], [2, 1, 2, 1, 3], { strides: [2, 1, 2] }),
    frozen("16 channels", [1, 16, 2, 3], [2, 16, 3, 3], { pads: [1, 1, 1, 1] }),
    frozen("16 channels, uneven", [1, 16, 3, 4], [2, 16, 2, 3], { pads: [0, 2, 1, 0] }),
    frozen("16 channels, dilated", [1, 16, 3, 4], [2, 16, 2, 3], { pads: [1, 2, 1, 2], dilations: [2, 2] }),
    frozen("16 channels, depthwise", [1, 16, 3, 2], [16, 1, 3, 3], { pads: [1, 1, 1, 1], group: 16 }),
    frozen("16 channels, groups", [1, 16, 2, 2], [6, 8, 3, 3], { pads: [1, 1, 1, 1], group: 2 }),
    frozen("16 channels, 1x1, many positions", [1, 16, 1, 101], [2, 16, 1, 1]),
    frozen("16 channels, one axis", [1, 16, 5], [3, 16, 3], { pads: [1, 1] }),
    {
      ...conv("1x1, many positions", [1, 1, 16, 16], [2, 1, 1, 1]),
      inputs: [{ dims: [1, 1, 16, 16], frozen: true }, weight(2, 1, 1, 1)],
    },
    conv("groups, one axis, wide kernel", [2, 4, 14], [2, 2, 13], { group: 2 }),
    conv("groups, three axes, stride 2", [2, 4, 2, 3, 5], [4, 2, 1, 3, 3], {
      group: 2,
      strides: [1, 1, 2],
      pads: [0, 1, 1, 0, 1, 1],
    }),
    { ...conv("frozen input", [2, 2, 4, 4], [2, 2, 3, 3]), inputs: [{ dims: [2, 2, 4, 4], frozen: true }, weight(2, 2, 3, 3)] },
  ]);

  it("tells what it cannot know", () => {
    const graph = createGraph("g");
    const b = graphBuilder(graph);
    const x = b.input("x", { dtype: "float32", shape: ["batch", 2, "h", "w"] });
    const w = b.parameter("w", [2, 2, 3, 3]);
    const y = b.op("Conv", [x, w], attributes({ auto_pad: "SAME_UPPER", strides: [2, 2] }));
    const loss = b.reduceSum(y, undefined, { keepDims: false });
    expect(() => differentiate(graph, { loss, wrt: ["w"] })).toThrow(/spatial sizes of "x"/);
  });
});

describe("ConvTranspose", () => {
  checkGradients([
    {
      ...transposed("known value", [1, 1, 1, 2], [1, 1, 1, 2], { strides: [1, 2] }, 1),
      forward: (x, w, b) => [0, 1].flatMap((i) => w.map((value) => value * x[i]! + b[0]!)),
    },
    transposed("3x3, padded", [2, 2, 4, 3], [2, 3, 3, 3], { pads: [1, 1, 1, 1] }, 3),
    transposed("stride 2", [2, 2, 2, 3], [2, 2, 3, 3], { strides: [2, 2], pads: [1, 0, 1, 2] }, 2),
    transposed(
      "stride 2, filled up",
      [1, 2, 2, 3],
      [2, 2, 3, 3],
      { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] },
      2,
    ),
    transposed("dilated", [1, 2, 3, 2], [2, 2, 2, 3], { strides: [2, 1], dilations: [3, 2], pads: [1, 0, 0, 2] }),
    transposed("groups", [2, 4, 2, 3], [4, 3, 2, 2], { group: 2, strides: [2, 2] }, 6),
    transposed("depthwise", [2, 3, 2, 3], [3, 1, 2, 2], { group: 3, strides: [2, 2] }, 3),
    transposed("SAME_UPPER", [1, 2, 2, 3], [2, 1, 4, 3], { auto_pad: "SAME_UPPER", strides: [2, 2] }),
    transposed("SAME_LOWER", [1, 2, 2, 3], [2, 1, 4, 3], { auto_pad: "SAME_LOWER", strides: [2, 2] }),
    transposed("VALID", [1, 2, 2, 3], [2, 1, 2, 3], { auto_pad: "VALID", strides: [2, 2] }),
    { ...transposed("wanted sizes", [1, 1, 3, 3], [1, 2, 3, 3], { strides: [2, 2], output_shape: [6, 5] }), shapes: "static" },
    {
      ...transposed("wanted sizes, odd padding behind", [1, 1, 3, 3], [1, 2, 3, 3], {
        strides: [2, 2],
        output_shape: [6, 5],
        auto_pad: "SAME_UPPER",
      }),
      shapes: "static",
    },
    transposed("one axis", [2, 2, 3], [2, 2, 3], { strides: [2] }, 2),
    transposed("three axes", [1, 2, 2, 1, 2], [2, 1, 2, 2, 3], { strides: [1, 2, 1] }),
  ]);
});
