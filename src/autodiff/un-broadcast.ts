import { type GraphBuilder, int } from "../onnx/builder.js";
import type { Shape } from "../onnx/tensor.js";
import { int64Tensor } from "../onnx/tensor.js";

export interface UnBroadcastOptions {
  /** The result of the forward operator, which has the broadcast shape. */
  readonly output: string;
  /** How many of the last axes do not take part in the broadcasting. */
  readonly ownAxes?: number;
}

/**
 * Sums `gradient`, which has the shape that `operand` was broadcast to, over the broadcast axes, so that it gets the
 * operand's shape. Where the inferred shapes prove which axes those are, this costs one `ReduceSum` or nothing; otherwise
 * the axes are computed in the graph at each run.
 */
export function unBroadcast(builder: GraphBuilder, gradient: string, operand: string, options: UnBroadcastOptions): string {
  const from = builder.type(gradient)?.shape;
  const to = builder.type(operand)?.shape;
  const axes = from && to && broadcastAxes(from, to, builder.type(options.output)?.shape, options.ownAxes ?? 0);
  if (!axes) return unBroadcastAtRun(builder, gradient, operand);
  if (axes.length === 0) return gradient;
  const added = from.length - to.length;
  if (axes.length === added) return builder.reduceSum(gradient, builder.int64s(axes), { keepDims: false });
  const sum = builder.reduceSum(gradient, builder.int64s(axes), { keepDims: true });
  return added === 0 ? sum : builder.squeeze(sum, axes.slice(0, added));
}

/** The axes of `from` to sum over, or `undefined` where a run-time size decides. */
function broadcastAxes(from: Shape, to: Shape, output: Shape | undefined, ownAxes: number): number[] | undefined {
  const added = from.length - to.length;
  if (added < 0) return undefined;
  const axes = Array.from({ length: added }, (_, axis) => axis);
  for (const [i, size] of to.entries()) {
    const fromEnd = i - to.length;
    const isKept = -fromEnd <= ownAxes || (typeof size === "number" ? size !== 1 : size === output?.at(fromEnd));
    if (isKept || from[added + i] === 1) continue;
    if (size !== 1) return undefined;
    axes.push(added + i);
  }
  return axes;
}

/** Compares the operand's shape, filled up with ones on the left, with the gradient's, and sums where they differ. */
export function unBroadcastAtRun(builder: GraphBuilder, gradient: string, operand: string): string {
  const from = builder.shape(gradient);
  const to = builder.shape(operand);
  const added = builder.sub(builder.shape(from), builder.shape(to));
  const ones = builder.op("ConstantOfShape", [added], { value: { kind: "tensor", value: int64Tensor([1]) } });
  const differs = builder.op("Not", [builder.equal(builder.concat([ones, to], 0), from)]);
  const axes = builder.reshape(builder.op("NonZero", [differs]), builder.int64s([-1]));
  const sum = builder.op("ReduceSum", [gradient, axes], {
    keepdims: int(1),
    noop_with_empty_axes: int(1),
  });
  return builder.op("Reshape", [sum, to], { allowzero: int(1) });
}
