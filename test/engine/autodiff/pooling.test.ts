import { describe } from "vitest";
import { checkGradients, floats, type GradientCase, spread } from "./check-gradient.js";
import { attributes, type Settings } from "./window-attributes.js";

const maxPool = (name: string, dims: number[], settings: Settings): GradientCase => ({
  name,
  op: "MaxPool",
  inputs: [spread(...dims)],
  attributes: attributes(settings),
});

const averagePool = (name: string, dims: number[], settings: Settings): GradientCase => ({
  name,
  op: "AveragePool",
  inputs: [floats(...dims)],
  attributes: attributes(settings),
});

describe("MaxPool", () => {
  checkGradients([
    {
      ...maxPool("known value", [1, 1, 2, 4], { kernel_shape: [2, 2], strides: [2, 2] }),
      forward: (x) => [0, 2].map((i) => Math.max(x[i]!, x[i + 1]!, x[i + 4]!, x[i + 5]!)),
    },
    maxPool("2x2", [2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
    maxPool("2x2, a row and a column over", [2, 2, 5, 3], { kernel_shape: [2, 2], strides: [2, 2] }),
    maxPool("2x2, rounded up", [2, 2, 5, 3], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    maxPool("overlapping", [2, 2, 5, 5], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    maxPool("overlapping, rounded up", [1, 2, 6, 4], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
    maxPool("rounded up, padded", [1, 2, 4, 5], { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 0, 1, 1], ceil_mode: 1 }),
    maxPool("rounded up, but for a window behind the input", [1, 2, 3, 3], {
      kernel_shape: [2, 2],
      strides: [3, 3],
      pads: [0, 0, 1, 1],
      ceil_mode: 1,
    }),
    maxPool("uneven", [1, 2, 5, 6], { kernel_shape: [2, 3], strides: [1, 2], pads: [0, 1, 1, 0] }),
    maxPool("dilated", [1, 2, 5, 6], { kernel_shape: [2, 3], dilations: [3, 2] }),
    maxPool("SAME_UPPER", [1, 2, 5, 4], { kernel_shape: [3, 2], strides: [2, 3], auto_pad: "SAME_UPPER" }),
    maxPool("places counted by columns", [2, 2, 4, 6], { kernel_shape: [2, 2], strides: [2, 2], storage_order: 1 }),
    maxPool("one axis", [2, 3, 7], { kernel_shape: [3], strides: [2] }),
    maxPool("three axes", [1, 2, 4, 2, 3], { kernel_shape: [2, 2, 2], strides: [2, 1, 1] }),
    { ...maxPool("places already asked for", [2, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }), outputs: 2, used: [0] },
  ]);
});

describe("AveragePool", () => {
  checkGradients([
    {
      ...averagePool("known value", [1, 1, 3], { kernel_shape: [2] }),
      forward: (x) => [0, 1].map((i) => (x[i]! + x[i + 1]!) / 2),
    },
    averagePool("2x2", [2, 3, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
    averagePool("2x2, a row and a column over", [2, 2, 5, 3], { kernel_shape: [2, 2], strides: [2, 2] }),
    averagePool("the whole image", [2, 2, 3, 4], { kernel_shape: [3, 4] }),
    averagePool("overlapping", [2, 2, 5, 4], { kernel_shape: [3, 3], strides: [2, 2] }),
    averagePool("stride 1", [2, 2, 4, 5], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
    averagePool("stride 1, padding not counted", [2, 2, 4, 5], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
    averagePool("padded", [1, 2, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 0, 1], count_include_pad: 1 }),
    averagePool("padding not counted", [1, 2, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 0, 1] }),
    averagePool("rounded up", [1, 2, 6, 5], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
    averagePool("rounded up, padded", [1, 2, 4, 5], {
      kernel_shape: [3, 2],
      strides: [2, 2],
      pads: [1, 0, 1, 1],
      ceil_mode: 1,
      count_include_pad: 1,
    }),
    averagePool("rounded up, padding not counted", [1, 2, 4, 6], {
      kernel_shape: [3, 3],
      strides: [2, 2],
      pads: [1, 1, 1, 1],
      ceil_mode: 1,
    }),
    averagePool("dilated", [1, 2, 5, 6], { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 0, 0, 1] }),
    {
      ...averagePool("SAME_UPPER", [1, 2, 5, 4], { kernel_shape: [3, 2], strides: [2, 3], auto_pad: "SAME_UPPER" }),
      shapes: "static",
    },
    averagePool("three axes", [1, 2, 4, 2, 3], { kernel_shape: [2, 2, 2], strides: [2, 1, 1] }),
  ]);
});

describe("GlobalAveragePool", () => {
  checkGradients([
    { name: "known value", op: "GlobalAveragePool", inputs: [floats(1, 1, 2)], forward: (x) => [(x[0]! + x[1]!) / 2] },
    { name: "two axes", op: "GlobalAveragePool", inputs: [floats(2, 3, 2, 3)] },
    { name: "three axes", op: "GlobalAveragePool", inputs: [floats(1, 2, 2, 1, 3)] },
  ]);
});

describe("GlobalMaxPool", () => {
  checkGradients([
    { name: "known value", op: "GlobalMaxPool", inputs: [spread(1, 1, 3)], forward: (x) => [Math.max(...x)] },
    { name: "two axes", op: "GlobalMaxPool", inputs: [spread(2, 3, 2, 3)] },
    { name: "three axes", op: "GlobalMaxPool", inputs: [spread(1, 2, 2, 1, 3)] },
  ]);
});
