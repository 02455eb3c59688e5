import { BaalError } from "../../../core/errors.js";
import { intAttribute, intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, int, ints, string } from "../../onnx/builder.js";
import { isUnknown } from "../../onnx/dims.js";
import { shapeValueOf } from "../../onnx/infer.js";
import type { GradientRules, RuleContext } from "../rule.js";
import { dimOf, rankOf } from "./shapes.js";

/** Images in other sizes, and channels turned into positions. */
export const resizingRules: GradientRules = {
  // y = W_1 x along one axis, then W_2 along the next, ...: dx = dy times each W transposed
  Resize: (context) => [() => resizeBack(context)],
  // blocks of channels become blocks of pixels: dx = dy with its blocks of pixels as channels again
  DepthToSpace: ({ builder, node, dy, x }) => [
    () => {
      const size = intAttribute(node, "blocksize", 1);
      if (stringAttribute(node, "mode", "DCR") === "DCR") return builder.op("SpaceToDepth", [dy], { blocksize: int(size) });
      const shape = builder.shape(x[0]!);
      const [batch, channels, height, width] = [0, 1, 2, 3].map((axis) => dimOf(builder, x[0]!, axis));
      const block = builder.int64s([size]);
      const depth = builder.div(channels!, builder.int64s([size * size]));
      const blocks = builder.reshape(dy, builder.concat([batch!, depth, height!, block, width!, block], 0));
      return builder.reshape(builder.transpose(blocks, [0, 1, 3, 5, 2, 4]), shape);
    },
  ],
  // blocks of pixels become blocks of channels: dx = dy with its blocks of channels as pixels again
  SpaceToDepth: ({ builder, node, dy }) => [
    () => builder.op("DepthToSpace", [dy], { blocksize: int(intAttribute(node, "blocksize", 1)), mode: string("DCR") }),
  ],
};

/** Resizing acts on each axis by itself, and as a matrix: what it makes of the columns of the unit matrix. */
function resizeBack(context: RuleContext): string {
  const { builder, node, dy, x } = context;
  const policy = stringAttribute(node, "keep_aspect_ratio_policy", "stretch");
  const mode = stringAttribute(node, "coordinate_transformation_mode", "half_pixel");
  if (policy !== "stretch" || mode === "tf_crop_and_resize") {
    throw new BaalError(
      "E_OP_UNSUPPORTED",
      `Resize node "${node.name}" ${policy === "stretch" ? "crops" : "keeps the aspect ratio"} (${policy === "stretch" ? mode : policy}), which has no gradient rule.`,
    );
  }
  const rank = rankOf(context, x[0]!);
  const axes = (intsAttribute(node, "axes") ?? Array.from({ length: rank }, (_, i) => i)).map((axis) => (axis + rank) % rank);
  let gradient = dy;
  for (const [i, axis] of axes.entries()) {
    if (!keepsSize(context, axis, i))
      gradient = multiplyAlong(builder, gradient, { axis, rank, matrix: axisMatrix(context, axis, i) });
  }
  return gradient;
}

function keepsSize({ builder, x, y }: RuleContext, axis: number, place: number): boolean {
  if (x[2]) return shapeValueOf(builder.graph, x[2])?.elements[place] === 1;
  const [from, to] = [x[0]!, y[0]!].map((value) => builder.type(value)?.shape?.[axis]);
  return from !== undefined && from === to && !isUnknown(from);
}

/** `[size after, size before]`: the unit matrix with its rows resized as the axis is. */
function axisMatrix({ builder, node, x }: RuleContext, axis: number, place: number): string {
  const size = dimOf(builder, x[0]!, axis);
  const unit = builder.op("EyeLike", [builder.op("ConstantOfShape", [builder.concat([size, size], 0)])], { dtype: int(1) });
  const image = builder.unsqueeze(unit, [0, 1]);
  const at = builder.int64s([place]);
  const { axes: _axes, ...attributes } = node.attributes;
  const one = builder.int64s([1]);
  const inputs = x[2]
    ? [image, "", builder.concat([oneScale(builder, 2), builder.gather(x[2], at), oneScale(builder, 1)], 0)]
    : [image, "", "", builder.concat([one, one, builder.gather(x[3]!, at), size], 0)];
  return builder.squeeze(builder.op("Resize", inputs, attributes), [0, 1]);
}

function oneScale(builder: GraphBuilder, count: number): string {
  return builder.expand(builder.scalar(1), builder.int64s([count]));
}

interface Along {
  readonly axis: number;
  readonly rank: number;
  readonly matrix: string;
}

/** `value` with its axis, of the matrix's number of rows, replaced by one of its columns. */
function multiplyAlong(builder: GraphBuilder, value: string, { axis, rank, matrix }: Along): string {
  if (axis === rank - 1) return builder.matMul(value, matrix);
  if (axis === rank - 2) return builder.fusedMatMul(matrix, value, { transA: true });
  const swap = Array.from({ length: rank }, (_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  const swapped = { perm: ints(swap) };
  return builder.op("Transpose", [builder.matMul(builder.op("Transpose", [value], swapped), matrix)], swapped);
}
