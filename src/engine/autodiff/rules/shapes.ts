import { BaalError } from "../../../core/errors.js";
import { type GraphBuilder, int } from "../../onnx/builder.js";
import { isStatic } from "../../onnx/dims.js";
import { shapeValueOf } from "../../onnx/infer.js";
import { floatTensor, type Shape } from "../../onnx/tensor.js";
import type { RuleContext } from "../rule.js";

/** Rank of a value. Throws `E_SHAPE` where inference could not tell. */
export function rankOf({ builder, node }: RuleContext, value: string): number {
  const rank = builder.type(value)?.shape?.length;
  if (rank === undefined) {
    throw new BaalError(
      "E_SHAPE",
      `The gradient of node "${node.name}" (${node.opType}) needs the rank of "${value}", which shape inference could not tell; ` +
        "export the model with the shapes of its inputs declared.",
    );
  }
  return rank;
}

/** The size of an axis as a number, where it is known before running. */
export function staticDim(builder: GraphBuilder, value: string, axis: number): number | undefined {
  const dim = builder.type(value)?.shape?.at(axis);
  return typeof dim === "number" ? dim : undefined;
}

/** An int64 vector with one element: the size of an axis. */
export function dimOf(builder: GraphBuilder, value: string, axis: number): string {
  const dim = staticDim(builder, value, axis);
  return dim === undefined ? builder.gather(builder.shape(value), builder.int64s([axis])) : builder.int64s([dim]);
}

/** `x` with the shape of `like`: without a `Shape` node where at most one size is unknown. */
export function reshapeLike(builder: GraphBuilder, x: string, like: string): string {
  const shape = builder.type(like)?.shape;
  const constant = shape && constantTarget(builder, shape);
  return constant ? builder.reshape(x, constant) : builder.op("Reshape", [x, builder.shape(like)], { allowzero: int(1) });
}

/** `Reshape` infers a size where it reads -1; where it reads 0, it copies one or takes it as 0, as its `allowzero` says. */
function constantTarget(builder: GraphBuilder, shape: Shape): string | undefined {
  if (shape.filter((dim) => typeof dim === "string").length > 1 || shape.includes(0)) return undefined;
  return builder.int64s(shape.map((dim) => (typeof dim === "string" ? -1 : dim)));
}

/** `x` broadcast to the shape of `like`. */
export function expandLike(builder: GraphBuilder, x: string, like: string): string {
  const shape = builder.type(like)?.shape;
  return builder.expand(x, isStatic(shape) ? builder.int64s(shape) : builder.shape(like));
}

/** Zeros (or `fill`) with the shape of `like`, float32. */
export function filledLike(builder: GraphBuilder, like: string, fill = 0): string {
  return builder.op("ConstantOfShape", [builder.shape(like)], { value: { kind: "tensor", value: floatTensor([fill]) } });
}

export interface AxisPadding {
  /** Not negative. */
  readonly axis: number;
  /** How many zeros go in front and behind, as int64 vectors with one element. */
  readonly before: string;
  readonly after: string;
}

/**
 * `x`, of a known rank, in a frame of zeros. All axes are spelled out: where a `Pad` names its axes, ONNX Runtime's transpose
 * optimizer takes its pads for those of all axes, and the session fails when it runs.
 */
export function padAxes(builder: GraphBuilder, x: string, rank: number, paddings: readonly AxisPadding[]): string {
  const side = (read: (padding: AxisPadding) => string) =>
    Array.from({ length: rank }, (_, axis) => {
      const padding = paddings.find((entry) => entry.axis === axis);
      return padding ? read(padding) : builder.int64s([0]);
    });
  return builder.op("Pad", [x, joined(builder, [...side(({ before }) => before), ...side(({ after }) => after)])]);
}

function joined(builder: GraphBuilder, vectors: readonly string[]): string {
  const known = vectors.map((vector) => constantIntegers(builder, vector));
  return known.every((values) => values !== undefined) ? builder.int64s(known.flat()) : builder.concat(vectors, 0);
}

/** The integers that a value is known to hold before running. */
export function constantIntegers(builder: GraphBuilder, value: string): readonly number[] | undefined {
  const elements = shapeValueOf(builder.graph, value)?.elements;
  return elements?.every((element) => typeof element === "number") ? elements : undefined;
}
