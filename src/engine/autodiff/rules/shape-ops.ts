import { intAttribute, intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import { type GraphBuilder, ints } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { shapeValueOf } from "../../onnx/infer.js";
import type { GradientRules, RuleContext } from "../rule.js";
import { unBroadcastAtRun } from "../un-broadcast.js";
import { dimOf, filledLike, reshapeLike, staticDim } from "./shapes.js";
import { scatterBack, sliceBack } from "./slice-back.js";

/** Operators that move or repeat elements without looking at them. */
export const shapeRules: GradientRules = {
  // the same elements in another shape: back to the old one
  Reshape: reshapeBack,
  Flatten: reshapeBack,
  Squeeze: reshapeBack,
  Unsqueeze: reshapeBack,
  // y = x with axes permuted: dx = dy with the inverse permutation
  Transpose: ({ builder, node, dy }) => [
    () => {
      const perm = intsAttribute(node, "perm");
      return builder.op("Transpose", [dy], perm ? { perm: ints(perm.map((_, axis) => perm.indexOf(axis))) } : {});
    },
  ],
  // y = x broadcast
  Expand: ({ builder, dy, x: [value, target] }) => {
    // Inference takes a wanted size that it does not know for the same as a named one of x; summing must not guess.
    const isKnown =
      isStatic(builder.type(value!)?.shape) || shapeValueOf(builder.graph, target!)?.elements.every((dim) => dim !== undefined);
    return [isKnown ? { broadcast: () => dy } : () => unBroadcastAtRun(builder, dy, value!)];
  },
  // y = [x_1 | x_2 | ...]: dx_i is the part of dy where x_i went
  Concat: ({ builder, node, dy, x }) => {
    const axis = intAttribute(node, "axis", 0);
    return x.map((value, i) => () => {
      const start = sumOfSizes(builder, x.slice(0, i), axis);
      const end = builder.add(start, dimOf(builder, value, axis));
      return builder.slice(dy, start, end, builder.int64s([axis]));
    });
  },
  // [y_1 | y_2 | ...] = x: dx = [dy_1 | dy_2 | ...], zeros where a part does not reach the loss
  Split: ({ builder, node, y, dys }) => [
    () => {
      const parts = dys.map((dy, i) => dy ?? filledLike(builder, y[i]!));
      return parts.length === 1 ? parts[0]! : builder.concat(parts, intAttribute(node, "axis", 0));
    },
  ],
  // y = part of x: dx = dy in its place among zeros
  Slice: (context) => [() => sliceBack(context) ?? scatterBack(context, (positions) => [positions, ...context.x.slice(1)])],
  // y = x in a frame: dx = the part of dy within the frame; other modes repeat elements of x in the frame
  Pad: (context) => {
    const { builder, node, dy, x } = context;
    if (stringAttribute(node, "mode", "constant") !== "constant") {
      return [() => scatterBack(context, (positions) => [positions, x[1]!, ...(x[3] ? ["", x[3]] : [])])];
    }
    return [() => builder.op("Pad", [dy, builder.neg(x[1]!), ...(x[3] ? ["", x[3]] : [])])];
  },
  // y = copies of x side by side: dx = the sum over the copies
  Tile: (context) => [() => scatterBack(context, (positions) => [positions, context.x[1]!])],
  // y = x where the triangle is: dx = dy where the triangle is
  Trilu: ({ builder, node, dy, x }) => [() => builder.op("Trilu", [dy, ...x.slice(1)], { ...node.attributes })],
  // y_i = sum of x_j for j <= i: dx_j = sum of dy_i for i >= j
  CumSum: ({ builder, node, dy, x }) => [
    () => {
      const reverse = { kind: "int", value: 1 - intAttribute(node, "reverse", 0) } as const;
      return builder.op("CumSum", [dy, x[1]!], { ...node.attributes, reverse });
    },
  ],
};

function reshapeBack({ builder, dy, x }: RuleContext) {
  return [() => reshapeLike(builder, dy, x[0]!)];
}

/** The total size of an axis over several values, as an int64 vector with one element. */
function sumOfSizes(builder: GraphBuilder, values: readonly string[], axis: number): string {
  const sizes = values.map((value) => staticDim(builder, value, axis));
  if (sizes.every((size) => size !== undefined)) return builder.int64s([sizes.reduce((sum, size) => sum + size, 0)]);
  return values.map((value) => dimOf(builder, value, axis)).reduce((sum, size) => builder.add(sum, size));
}
