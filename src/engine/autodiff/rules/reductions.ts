import { intAttribute } from "../../onnx/attributes.js";
import { int } from "../../onnx/builder.js";
import { sizeOf } from "../../onnx/tensor.js";
import type { GradientRule, GradientRules, RuleContext } from "../rule.js";
import { constantIntegers, expandLike } from "./shapes.js";

/** Reductions over axes (given as an input, all by default), with and without kept dimensions. */
export const reductionRules: GradientRules = {
  // d sum(x) = sum(dx)
  ReduceSum: reduction(({ builder, x }, dy) => expandLike(builder, dy, x[0]!)),
  // d mean(x) = sum(dx) / n
  ReduceMean: reduction((context, dy) => expandLike(context.builder, divideByCount(context, dy), context.x[0]!)),
  // d prod(x) = sum(the product of the others dx)
  ReduceProd: reduction((context, dy) => context.builder.mul(dy, productOfOthers(context))),
  // to the extreme elements; those that tie share evenly
  ReduceMax: reduction(shareAmongExtremes),
  ReduceMin: reduction(shareAmongExtremes),
  // d|x|_2 = x dx / y, 0 at the origin
  ReduceL2: reduction(({ builder, x }, dy, y) => {
    const norm = builder.where(builder.equal(y, builder.scalar(0)), builder.scalar(1), y);
    return builder.mul(x[0]!, builder.div(dy, norm));
  }),
  // d sum|x| = sum(sign(x) dx)
  ReduceL1: reduction(({ builder, x }, dy) => builder.mul(builder.op("Sign", [x[0]!]), dy)),
  // d sum(x^2) = sum(2 x dx)
  ReduceSumSquare: reduction(({ builder, x }, dy) => builder.mul(x[0]!, builder.mul(dy, builder.scalar(2)))),
  // d ln sum(x) = sum(dx) e^-y
  ReduceLogSum: reduction(({ builder, x }, dy, y) => expandLike(builder, builder.mul(dy, builder.exp(builder.neg(y))), x[0]!)),
  // d ln sum(e^x) = sum(e^(x - y) dx)
  ReduceLogSumExp: reduction(({ builder, x }, dy, y) => builder.mul(builder.exp(builder.sub(x[0]!, y)), dy)),
};

/** A rule that sees `dy` and `y` with the reduced axes put back as ones. */
function reduction(rule: (context: RuleContext, dy: string, y: string) => string): GradientRule {
  return (context) => [() => rule(context, keptDims(context, context.dy), keptDims(context, context.y[0]!))];
}

function keptDims({ builder, node, x }: RuleContext, value: string): string {
  if (intAttribute(node, "keepdims", 1)) return value;
  // Without axes the value is a scalar, or nothing was reduced: both broadcast as they are.
  return x[1] ? builder.op("Unsqueeze", [value, x[1]]) : value;
}

function divideByCount({ builder, node, x, y }: RuleContext, dy: string): string {
  const shape = builder.type(x[0]!)?.shape;
  const noAxes = intAttribute(node, "noop_with_empty_axes", 0) === 1 ? [] : shape?.map((_, axis) => axis);
  const axes = x[1] ? constantIntegers(builder, x[1]) : noAxes;
  const reduced = axes?.length === 0 ? noAxes : axes;
  const sizes = reduced?.map((axis) => shape?.at(axis));
  if (sizes?.every((size) => typeof size === "number")) return builder.mul(dy, builder.scalar(1 / sizeOf(sizes)));
  const size = (value: string) => builder.cast(builder.op("Size", [value]), "float32");
  return builder.mul(dy, builder.div(size(y[0]!), size(x[0]!)));
}

/** Without a division by zero: one zero among the factors takes all of the gradient, of two neither gets any. */
function productOfOthers({ builder, node, x }: RuleContext): string {
  const isZero = builder.equal(x[0]!, builder.scalar(0));
  const factors = builder.where(isZero, builder.scalar(1), x[0]!);
  const attributes = { keepdims: int(1), noop_with_empty_axes: int(intAttribute(node, "noop_with_empty_axes", 0)) };
  const reduced = (op: string, value: string) => builder.op(op, x[1] ? [value, x[1]] : [value], attributes);
  const product = reduced("ReduceProd", factors);
  const zeros = reduced("ReduceSum", builder.cast(isZero, "float32"));
  const isOnlyZero = builder.op("And", [isZero, builder.equal(zeros, builder.scalar(1))]);
  const besideZeros = builder.where(isOnlyZero, product, builder.scalar(0));
  return builder.where(builder.equal(zeros, builder.scalar(0)), builder.div(product, factors), besideZeros);
}

function shareAmongExtremes({ builder, node, x }: RuleContext, dy: string, y: string): string {
  const hits = builder.cast(builder.equal(x[0]!, y), "float32");
  const attributes = { keepdims: int(1), noop_with_empty_axes: int(intAttribute(node, "noop_with_empty_axes", 0)) };
  const count = builder.op("ReduceSum", x[1] ? [hits, x[1]] : [hits], attributes);
  return builder.mul(hits, builder.div(dy, count));
}
