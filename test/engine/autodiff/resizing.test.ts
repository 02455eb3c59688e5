import { describe } from "vitest";
import { float, int, ints as intsAttribute, string } from "../../../src/engine/onnx/builder.js";
import type { Attribute } from "../../../src/engine/onnx/graph.js";
import { floatTensor } from "../../../src/engine/onnx/tensor.js";
import { checkGradients, fedInts, floats, type GradientCase, type InputSpec, ints } from "./check-gradient.js";

const scales = (...values: number[]): InputSpec => ({ constant: floatTensor(values) });
const attributes = (mode: string, coordinates: string, more: Record<string, Attribute> = {}) => ({
  mode: string(mode),
  coordinate_transformation_mode: string(coordinates),
  ...more,
});

const MODES = ["nearest", "linear", "cubic"];
const COORDINATES = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel_symmetric"];

const combinations = MODES.flatMap((mode) =>
  COORDINATES.map(
    (coordinates): GradientCase => ({
      name: `${mode}, ${coordinates}`,
      op: "Resize",
      inputs: [floats(1, 2, 3, 4), null, null, ints(1, 2, 5, 7)],
      attributes: attributes(mode, coordinates),
      shapes: "static",
    }),
  ),
);

describe("Resize", () => {
  const op = "Resize";
  checkGradients(combinations);
  checkGradients([
    {
      name: "known value",
      op,
      inputs: [floats(1, 1, 1, 3), null, scales(1, 1, 2, 2)],
      attributes: attributes("nearest", "asymmetric", { nearest_mode: string("floor") }),
      forward: ([a, b, c]) => [a!, a!, b!, b!, c!, c!, a!, a!, b!, b!, c!, c!],
    },
    {
      name: "smaller",
      op,
      inputs: [floats(2, 1, 6, 5), null, scales(1, 1, 0.5, 0.6)],
      attributes: attributes("linear", "half_pixel"),
    },
    {
      name: "smaller, smoothed",
      op,
      inputs: [floats(1, 1, 6, 5), null, scales(1, 1, 0.5, 0.6)],
      attributes: attributes("linear", "half_pixel", { antialias: int(1) }),
    },
    {
      name: "cubic with other coefficients",
      op,
      inputs: [floats(1, 1, 4, 3), null, scales(1, 1, 2, 1.5)],
      attributes: attributes("cubic", "half_pixel", { cubic_coeff_a: float(-0.5), exclude_outside: int(1) }),
    },
    {
      name: "one axis",
      op,
      inputs: [floats(2, 2, 3, 2), null, scales(1, 1, 2, 1)],
      attributes: attributes("linear", "asymmetric"),
    },
    {
      name: "sizes that are fed",
      op,
      inputs: [floats(1, 2, 2, 3), null, null, fedInts(1, 2, 4, 5)],
      attributes: attributes("nearest", "half_pixel"),
    },
    { name: "a sequence", op, inputs: [floats(2, 2, 3), null, scales(1, 1, 2)], attributes: attributes("linear", "half_pixel") },
    {
      name: "chosen axes",
      op,
      inputs: [floats(1, 2, 3, 2), null, null, ints(6, 3)],
      attributes: attributes("nearest", "asymmetric", { axes: intsAttribute([2, 3]) }),
    },
    { name: "every axis", op, inputs: [floats(2, 2, 3), null, scales(2, 2, 2)], attributes: attributes("nearest", "asymmetric") },
  ]);
});

describe("channels and positions", () => {
  const blocks = (mode: string) => ({ blocksize: int(2), mode: string(mode) });
  checkGradients([
    { name: "DCR", op: "DepthToSpace", inputs: [floats(2, 8, 1, 3)], attributes: blocks("DCR") },
    { name: "CRD", op: "DepthToSpace", inputs: [floats(2, 8, 1, 3)], attributes: blocks("CRD") },
    { name: "known value", op: "DepthToSpace", inputs: [floats(1, 4, 1, 1)], attributes: blocks("DCR"), forward: (x) => x },
    { name: "back", op: "SpaceToDepth", inputs: [floats(1, 2, 4, 2)], attributes: { blocksize: int(2) } },
  ]);
});
