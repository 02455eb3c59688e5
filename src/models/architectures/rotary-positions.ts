import { z } from "zod";
import type { GraphBuilder } from "../../engine/onnx/builder.js";
import { floatTensor } from "../../engine/onnx/tensor.js";
import { placesOf, type TextShape } from "./text-inputs.js";

/** config.json's `rope_parameters`: only plain rotation is built. */
export const ropeParameters = z.looseObject({
  rope_type: z.literal("default", "only rope_type default is built here").default("default"),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.literal(1, "only a partial_rotary_factor of 1 is built here").optional(),
});

/** Cosine and sine of each place's angles, `[sequence, d_head / 2]`. */
export interface Rotation {
  readonly cos: string;
  readonly sin: string;
}

/** Angles place * theta^(-2 i / d_head) (Su 2021, arXiv:2104.09864). */
export function rotation(b: GraphBuilder, shape: TextShape, { headDim, theta }: { headDim: number; theta: number }): Rotation {
  const speeds = Array.from({ length: headDim / 2 }, (_, i) => 1 / theta ** ((2 * i) / headDim));
  const speed = b.constant(floatTensor(speeds, [1, speeds.length]), "rotary_speeds");
  const angles = b.mul(b.unsqueeze(b.cast(placesOf(b, shape), "float32"), [1]), speed);
  return { cos: b.op("Cos", [angles]), sin: b.op("Sin", [angles]) };
}

/** Turns each pair (x_i, x_{i + d/2}) of `[batch, heads, sequence, d]` by its place's angle. */
export function rotate(b: GraphBuilder, x: string, { cos, sin }: Rotation, headDim: number): string {
  const half = (start: number) => b.slice(x, b.int64s([start]), b.int64s([start + headDim / 2]), b.int64s([3]));
  const [first, second] = [half(0), half(headDim / 2)];
  const turned = [b.sub(b.mul(first, cos), b.mul(second, sin)), b.add(b.mul(second, cos), b.mul(first, sin))];
  return b.concat(turned, 3);
}
