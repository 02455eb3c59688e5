import { intAttribute, intsAttribute, stringAttribute } from "../../onnx/attributes.js";
import type { GraphBuilder } from "../../onnx/builder.js";
import { ints } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { shapeValueOf } from "../../onnx/infer.js";
import type { GradientRules, RuleContext } from "../rule.js";
import { unBroadcastAtRun } from "../un-broadcast.js";
import { scatterBack } from "./scatter-back.js";
import { constantIntegers, dimOf, filledLike, padAxes, reshapeLike, staticDim } from "./shapes.js";

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
  Slice: (context) => [() => padSlice(context) ?? scatterBack(context, (positions) => [positions, ...context.x.slice(1)])],
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

/** The gradient of a `Slice` from known starts in steps of 1 as one `Pad`; `undefined` for other slices. */
function padSlice({ builder, dy, x }: RuleContext): string | undefined {
  const [starts, , axes, steps] = x.slice(1).map((input) => (input ? constantIntegers(builder, input) : undefined));
  const rank = builder.type(x[0]!)?.shape?.length;
  if (!starts || rank === undefined || (x[3] && !axes) || (x[4] && !steps?.every((step) => step === 1))) return undefined;
  const sliced = axes ?? starts.map((_, axis) => axis);
  const paddings = sliced.map((given, i) => {
    const axis = given < 0 ? given + rank : given;
    const size = dimOf(builder, x[0]!, axis);
    const before = startOf(builder, starts[i]!, x[0]!, axis, size);
    return { axis, before, after: subtract(builder, subtract(builder, size, before), dimOf(builder, dy, axis)) };
  });
  return padAxes(builder, dy, rank, paddings);
}

/** The first position of a slice: negative starts count from the end, and none is below 0. */
function startOf(builder: GraphBuilder, start: number, value: string, axis: number, size: string): string {
  if (start >= 0) return builder.int64s([start]);
  const known = staticDim(builder, value, axis);
  if (known !== undefined) return builder.int64s([Math.max(0, known + start)]);
  return builder.op("Max", [builder.add(size, builder.int64s([start])), builder.int64s([0])]);
}

function subtract(builder: GraphBuilder, a: string, b: string): string {
  const [left, right] = [constantIntegers(builder, a), constantIntegers(builder, b)];
  return left && right ? builder.int64s([left[0]! - right[0]!]) : builder.sub(a, b);
}
