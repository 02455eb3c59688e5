import { type GraphBuilder, int } from "../onnx/builder.js";
import { isUnknown } from "../onnx/dims.js";
import { type Dim, int64Tensor, type Shape } from "../onnx/tensor.js";

export interface UnBroadcastOptions {
  /** The forward operator's inputs. */
  readonly inputs: readonly string[];
  /** Its result, which has the broadcast shape. */
  readonly output: string;
  /** How many of the last axes do not take part in the broadcasting. */
  readonly ownAxes?: number | undefined;
}

/**
 * Sums `gradient`, which has the shape that `operand` was broadcast to, over the broadcast axes, so that it gets the
 * operand's shape. Where the inferred shapes prove which axes those are, this costs one `ReduceSum` or nothing; otherwise
 * the axes are computed in the graph at each run.
 */
export function unBroadcast(builder: GraphBuilder, gradient: string, operand: string, options: UnBroadcastOptions): string {
  const from = builder.type(gradient)?.shape;
  const to = builder.type(operand)?.shape;
  const axes = from && to && broadcastAxes(from, to, options.ownAxes ?? 0, (fromEnd) => sizeFromEnd(builder, options, fromEnd));
  if (!axes) return unBroadcastAtRun(builder, gradient, operand);
  if (axes.length === 0) return gradient;
  const added = from.length - to.length;
  if (axes.length === added) return builder.reduceSum(gradient, builder.int64s(axes), { keepDims: false });
  const sum = builder.reduceSum(gradient, builder.int64s(axes), { keepDims: true });
  return added === 0 ? sum : builder.squeeze(sum, axes.slice(0, added));
}

/** The axes of `from` to sum over, or `undefined` where a run-time size decides. `broadcast` gives the broadcast size of an axis. */
function broadcastAxes(
  from: Shape,
  to: Shape,
  ownAxes: number,
  broadcast: (fromEnd: number) => Dim | undefined,
): number[] | undefined {
  const added = from.length - to.length;
  if (added < 0) return undefined;
  const axes = Array.from({ length: added }, (_, axis) => axis);
  for (const [i, size] of to.entries()) {
    const fromEnd = i - to.length;
    const isKept = -fromEnd <= ownAxes || (typeof size === "number" ? size !== 1 : size === broadcast(fromEnd));
    if (isKept || from[added + i] === 1) continue;
    if (size !== 1) return undefined;
    axes.push(added + i);
  }
  return axes;
}

/**
 * The size of an axis of the result, counted from the end. `undefined` where one input's is unknown: inference takes it for
 * the same as another's named size, but if that is 1 in some run, it is the unknown one that counts.
 */
function sizeFromEnd(builder: GraphBuilder, { inputs, output }: UnBroadcastOptions, fromEnd: number): Dim | undefined {
  const size = builder.type(output)?.shape?.at(fromEnd);
  const isGuess = inputs.some((input) => {
    const dim = input === "" ? undefined : builder.type(input)?.shape?.at(fromEnd);
    return dim !== undefined && dim !== size && isUnknown(dim);
  });
  return isGuess ? undefined : size;
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
