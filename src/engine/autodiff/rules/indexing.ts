import { BaalError } from "../../../core/errors.js";
import { intAttribute, stringAttribute } from "../../onnx/attributes.js";
import { int } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { sizeOf } from "../../onnx/tensor.js";
import type { GradientRules, RowGradient, RuleContext } from "../rule.js";
import { constantIntegers, dimOf, filledLike, padAxes } from "./shapes.js";
import { scatterBack } from "./slice-back.js";

/** Reading and writing at computed places. */
export const indexingRules: GradientRules = {
  // y = x[indices]: dx = dy added up at the indices; of a parameter's rows, as rows and their numbers
  Gather: (context) => {
    const dense = () => padSlot(context) ?? scatterBack(context, (positions) => [positions, context.x[1]!]);
    return [intAttribute(context.node, "axis", 0) === 0 ? { dense, rows: () => gatheredRows(context) } : dense];
  },
  // y = x at one index per element: dx = dy added up there
  GatherElements: (context) => [() => scatterBack(context, (positions) => [positions, context.x[1]!])],
  GatherND: (context) => [() => scatterBack(context, (positions) => [positions, context.x[1]!])],
  // y = the k extreme elements of an axis: dx = dy where they were
  TopK: ({ builder, node, dy, x, y }) => [
    () => builder.op("ScatterElements", [filledLike(builder, x[0]!), y[1]!, dy], { axis: int(intAttribute(node, "axis", -1)) }),
  ],
  // y = the slices that a condition picks
  Compress: (context) => [() => scatterBack(context, (positions) => [positions, context.x[1]!])],
  // the first elements of each sequence in the opposite order: once more turns them back
  ReverseSequence: ({ builder, node, dy, x }) => [() => builder.op("ReverseSequence", [dy, x[1]!], { ...node.attributes })],
  // y = x overwritten (or added to) by updates: dx = dy but 0 where overwritten, d updates = dy there
  ScatterElements: (context) => scatter(context, "GatherElements"),
  ScatterND: (context) => scatter(context, "GatherND"),
};

/** `ids` `[n]` and `values` `[n, width]` of a lookup of rows. */
function gatheredRows({ builder, dy, x: [table, indices] }: RuleContext): RowGradient {
  const flat = builder.reshape(indices!, builder.int64s([-1]));
  const type = builder.type(table!);
  const wide = builder.type(flat)?.dtype === "int64" ? flat : builder.cast(flat, "int64");
  const negative = builder.op("Less", [wide, builder.int64(0)]);
  const ids = builder.where(negative, builder.add(wide, dimOf(builder, table!, 0)), wide);
  const row = type?.shape?.slice(1);
  if (isStatic(row)) return { ids, values: builder.reshape(dy, builder.int64s([-1, sizeOf(row)])) };
  return { ids, values: builder.reshape(dy, builder.concat([builder.shape(ids), builder.int64s([-1])], 0)) };
}

/** The gradient of reading one known slot of an axis (the first token, say) as one `Pad`; `undefined` for other lookups. */
function padSlot(context: RuleContext): string | undefined {
  const { builder, node, dy, x } = context;
  const [data, indices] = [x[0]!, x[1]!];
  const known = constantIntegers(builder, indices);
  const rank = builder.type(data)?.shape?.length;
  const slotRank = builder.type(indices)?.shape?.length;
  if (known?.length !== 1 || rank === undefined || slotRank === undefined || slotRank > 1) return undefined;
  const given = intAttribute(node, "axis", 0);
  const axis = given < 0 ? given + rank : given;
  const before =
    known[0]! < 0 ? builder.add(dimOf(builder, data, axis), builder.int64s([known[0]!])) : builder.int64s([known[0]!]);
  const after = builder.sub(dimOf(builder, data, axis), builder.add(before, builder.int64s([1])));
  const kept = slotRank === 1 ? dy : builder.unsqueeze(dy, [axis]);
  return padAxes(builder, kept, rank, [{ axis, before, after }]);
}

function scatter({ builder, node, dy, x: [, indices, updates] }: RuleContext, gather: "GatherElements" | "GatherND") {
  const reduction = stringAttribute(node, "reduction", "none");
  if (reduction !== "none" && reduction !== "add") {
    throw new BaalError(
      "E_OP_UNSUPPORTED",
      `${node.opType} node "${node.name}" with reduction "${reduction}" has no gradient rule.`,
    );
  }
  const axis = node.opType === "ScatterElements" ? { axis: int(intAttribute(node, "axis", 0)) } : {};
  return [
    () => (reduction === "add" ? dy : builder.op(node.opType, [dy, indices!, filledLike(builder, updates!)], axis)),
    null,
    () => builder.op(gather, [dy, indices!], axis),
  ];
}
