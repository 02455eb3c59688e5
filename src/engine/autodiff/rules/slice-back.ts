import { type GraphBuilder, int, string } from "../../onnx/builder.js";
import { sliceRange } from "../../onnx/move-values.js";
import { floatTensor, type Shape } from "../../onnx/tensor.js";
import type { RuleContext } from "../rule.js";
import { type AxisPadding, constantIntegers, dimOf, padAxes, reshapeLike, staticDim } from "./shapes.js";

/**
 * The gradient of a `Slice` as one `Pad`, for known starts. Other steps than 1 need known sizes: dy is turned round where the step is
 * negative, and gets zeros between its elements. `undefined` for other slices.
 */
export function sliceBack({ builder, dy, x }: RuleContext): string | undefined {
  const [starts, ends, axes, steps] = x.slice(1).map((input) => (input ? constantIntegers(builder, input) : undefined));
  const shape = builder.type(x[0]!)?.shape;
  if (!starts || !shape || (x[3] && !axes) || (x[4] && !steps)) return undefined;
  const paddings: AxisPadding[] = [];
  let gradient = dy;
  for (const [i, start] of starts.entries()) {
    const given = axes?.[i] ?? i;
    const axis = given < 0 ? given + shape.length : given;
    const step = steps?.[i] ?? 1;
    if (step === 1) {
      paddings.push(unitStep(builder, { x: x[0]!, dy, axis, start }));
      continue;
    }
    const [size, end] = [shape[axis], ends?.[i]];
    if (typeof size !== "number" || end === undefined) return undefined;
    const { from, count } = sliceRange(size, { start, end, step });
    const spread = count > 0 ? spreadOut(builder, gradient, { axis, step, count }) : undefined;
    if (spread === undefined) return undefined;
    gradient = spread;
    const first = step > 0 ? from : from + step * (count - 1);
    const after = size - first - count * Math.abs(step);
    paddings.push({ axis, before: builder.int64s([first]), after: builder.int64s([after]) });
  }
  return padAxes(builder, gradient, shape.length, paddings);
}

interface UnitStep {
  readonly x: string;
  readonly dy: string;
  readonly axis: number;
  readonly start: number;
}

function unitStep(builder: GraphBuilder, { x, dy, axis, start }: UnitStep): AxisPadding {
  const size = dimOf(builder, x, axis);
  const before = startOf(builder, start, x, axis, size);
  return { axis, before, after: subtract(builder, subtract(builder, size, before), dimOf(builder, dy, axis)) };
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

interface Stride {
  readonly axis: number;
  readonly step: number;
  /** The size of the axis. */
  readonly count: number;
}

/** `value` in ascending order of position, with `|step| - 1` zeros behind each element of the axis. */
function spreadOut(builder: GraphBuilder, value: string, { axis, step, count }: Stride): string | undefined {
  const at = builder.int64s([axis]);
  const beginning = builder.int64s([-(2 ** 31)]);
  const ascending = step > 0 ? value : builder.slice(value, builder.int64s([-1]), beginning, at, builder.int64s([-1]));
  const gap = Math.abs(step);
  if (gap === 1) return ascending;
  const shape = builder.type(value)?.shape;
  const target = shape && spreadShape(shape, axis, count * gap);
  if (!target) return undefined;
  const zeros = { axis: axis + 1, before: builder.int64s([0]), after: builder.int64s([gap - 1]) };
  const gaps = padAxes(builder, builder.unsqueeze(ascending, [axis + 1]), shape.length + 1, [zeros]);
  return builder.reshape(gaps, builder.int64s(target));
}

/** As the target of a `Reshape`: 0 keeps an axis in front of the one that grows, -1 is what is left over. */
function spreadShape(shape: Shape, axis: number, size: number): readonly number[] | undefined {
  const target = shape.map((dim, i) => (i === axis ? size : typeof dim === "number" ? dim : i < axis ? 0 : -1));
  const isClear = shape.every((dim) => dim !== 0) && target.filter((dim) => dim === -1).length <= 1;
  return isClear ? target : undefined;
}

/**
 * The gradient of any operator that only moves elements: the operator is applied to the *positions* of its input's elements
 * instead of the elements, which tells for each element of y where it came from; dy is then added up at those places.
 * `inputs` gives the operator's inputs with the positions (int64, in the shape of x) in place of the first.
 */
export function scatterBack({ builder, node, dy, x }: RuleContext, inputs: (positions: string) => readonly string[]): string {
  const size = builder.op("Size", [x[0]!]);
  const flat = builder.op("Range", [builder.int64(0), size, builder.int64(1)]);
  const moved = builder.op(node.opType, inputs(reshapeLike(builder, flat, x[0]!)), { ...node.attributes });
  const all = builder.int64s([-1]);
  const zeros = builder.op("ConstantOfShape", [builder.reshape(size, all)], {
    value: { kind: "tensor", value: floatTensor([0]) },
  });
  const scatter = [zeros, builder.reshape(moved, all), builder.reshape(dy, all)];
  return reshapeLike(builder, builder.op("ScatterElements", scatter, { axis: int(0), reduction: string("add") }), x[0]!);
}
