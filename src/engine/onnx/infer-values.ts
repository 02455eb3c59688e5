import { intAttribute, intsAttribute, tensorAttribute } from "./attributes.js";
import { divideDims, isStatic, multiplyDims } from "./dims.js";
import { constantShapeValue, MOST_ELEMENTS, type ShapeValue, type ValueType } from "./graph.js";
import type { Inference } from "./infer-rule.js";
import { sliceValue, transposeValue } from "./move-values.js";
import { type Dim, sizeOf, toNumbers } from "./tensor.js";

type Element = Dim | undefined;
type ValueRule = (inference: Inference, output: ValueType | undefined) => ShapeValue | undefined;

/** How operators act on small integer values that may be symbolic. An operator that is not here gives unknown elements. */
export const VALUE_RULES: Readonly<Record<string, ValueRule>> = {
  Constant: ({ node }) => {
    const tensor = tensorAttribute(node, "value");
    if (tensor) return constantShapeValue(tensor);
    const one = intAttribute(node, "value_int");
    if (one !== undefined) return { dims: [], elements: [one] };
    const many = intsAttribute(node, "value_ints");
    return many && vector(many);
  },
  Shape: ({ node, inputs }) => {
    const shape = inputs[0]?.shape;
    if (!shape) return undefined;
    return vector(shape.slice(intAttribute(node, "start", 0), intAttribute(node, "end", shape.length)));
  },
  Size: ({ inputs }) => inputs[0]?.shape && { dims: [], elements: [multiplyDims(inputs[0].shape)] },
  Identity: same,
  Cast: (inference, output) =>
    output?.dtype.includes("int") ? unary(Math.trunc, (dim) => dim)(inference, output) : same(inference),
  Floor: unary(Math.floor, (dim) => dim),
  Ceil: unary(Math.ceil, (dim) => dim),
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Reshape: reshaped,
  Flatten: reshaped,
  Concat: ({ node, value }) => {
    const parts = node.inputs.map((_, i) => value(i));
    if (!parts.every((part) => part?.dims.length === 1)) return undefined;
    return vector(parts.flatMap((part) => part!.elements));
  },
  Gather: ({ value }) => {
    const data = value(0);
    const indices = value(1);
    if (data?.dims.length !== 1 || !indices) return undefined;
    return {
      dims: indices.dims,
      elements: indices.elements.map((i) => (typeof i === "number" ? data.elements.at(i) : undefined)),
    };
  },
  Slice: ({ node, value }) => {
    const [data, starts, ends] = [value(0), numeric(value(1)), numeric(value(2))];
    const axes = node.inputs[3] ? numeric(value(3)) : starts?.map((_, axis) => axis);
    const steps = node.inputs[4] ? numeric(value(4)) : starts?.map(() => 1);
    if (!data || !starts || !ends || !axes || !steps || steps.includes(0)) return undefined;
    return starts.reduce((part, start, i) => sliceValue(part, { axis: axes[i]!, start, end: ends[i]!, step: steps[i]! }), data);
  },
  Transpose: ({ node, value }) => {
    const data = value(0);
    return data && transposeValue(data, intsAttribute(node, "perm"));
  },
  Add: elementwise((a, b) => (a === 0 ? b : b === 0 ? a : numbers(a, b, (x, y) => x + y))),
  Sub: elementwise((a, b) => (b === 0 ? a : a === b ? 0 : numbers(a, b, (x, y) => x - y))),
  Mul: elementwise((a, b) => numbers(a, b, (x, y) => x * y) ?? (isSize(a) && isSize(b) ? multiplyDims([a, b]) : undefined)),
  Div: elementwise((a, b, isFloat) => divideDims(a, b) ?? numbers(a, b, (x, y) => (isFloat ? x / y : Math.trunc(x / y)))),
  Mod: elementwise((a, b) => (b === 1 ? 0 : numbers(a, b, (x, y) => x % y))),
  Min: elementwise((a, b) => (a === b ? a : numbers(a, b, Math.min))),
  Max: elementwise((a, b) => (a === b ? a : numbers(a, b, Math.max))),
  Equal: elementwise(areEqual),
  Greater: elementwise((a, b) => numbers(a, b, (x, y) => Number(x > y))),
  Less: elementwise((a, b) => numbers(a, b, (x, y) => Number(x < y))),
  GreaterOrEqual: elementwise((a, b) => numbers(a, b, (x, y) => Number(x >= y))),
  LessOrEqual: elementwise((a, b) => numbers(a, b, (x, y) => Number(x <= y))),
  And: elementwise((a, b) => numbers(a, b, (x, y) => x & y)),
  Or: elementwise((a, b) => numbers(a, b, (x, y) => x | y)),
  Not: unary((x) => 1 - x),
  Neg: unary((x) => -x),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Pow: elementwise((a, b) => numbers(a, b, (x, y) => x ** y)),
  Where: ({ value }, output) => {
    const parts = [value(0), value(1), value(2)];
    if (!isStatic(output?.shape) || output.shape.length > 1 || !parts.every((part) => part !== undefined)) return undefined;
    const size = sizeOf(output.shape);
    const [condition, yes, no] = parts.map((part) => (i: number) => pick(part!, i));
    const elements = Array.from({ length: size }, (_, i) => {
      const test = condition!(i);
      return typeof test === "number" ? (test ? yes! : no!)(i) : yes!(i) === no!(i) ? yes!(i) : undefined;
    });
    return { dims: output.shape, elements };
  },
  ConstantOfShape: ({ node }, output) => {
    if (!isStatic(output?.shape) || sizeOf(output.shape) > MOST_ELEMENTS) return undefined;
    const fill = tensorAttribute(node, "value");
    const element = fill ? toNumbers(fill)[0] : 0;
    return { dims: output.shape, elements: Array<Element>(sizeOf(output.shape)).fill(element) };
  },
  Expand: ({ value }, output) => {
    const data = value(0);
    if (!data || !isStatic(output?.shape) || sizeOf(output.shape) > MOST_ELEMENTS) return undefined;
    const size = sizeOf(output.shape);
    if (data.elements.length === 1) return { dims: output.shape, elements: Array<Element>(size).fill(data.elements[0]) };
    return data.elements.length === size ? { dims: output.shape, elements: data.elements } : undefined;
  },
  Range: ({ value }) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => value(i)?.elements[0]);
    if (typeof start !== "number" || typeof limit !== "number" || typeof delta !== "number" || delta === 0) return undefined;
    const size = Math.max(0, Math.ceil((limit - start) / delta));
    return size > MOST_ELEMENTS ? undefined : vector(Array.from({ length: size }, (_, i) => start + i * delta));
  },
  ReduceProd: ({ node, value }) => {
    const data = value(0);
    if (data?.dims.length !== 1 || !allKnown(data.elements)) return undefined;
    return { dims: intAttribute(node, "keepdims", 1) ? [1] : [], elements: [multiplyDims(data.elements)] };
  },
};

function vector(elements: readonly Element[]): ShapeValue {
  return { dims: [elements.length], elements };
}

function same({ value }: Inference): ShapeValue | undefined {
  return value(0);
}

function reshaped({ value }: Inference, output: ValueType | undefined): ShapeValue | undefined {
  const data = value(0);
  return data && isStatic(output?.shape) ? { dims: output.shape, elements: data.elements } : undefined;
}

function elementwise(rule: (a: Dim, b: Dim, isFloat: boolean) => Element): ValueRule {
  return ({ value, inputs }, output) => {
    const [left, right] = [value(0), value(1)];
    if (!left || !right || left.dims.length > 1 || right.dims.length > 1 || !isStatic(output?.shape)) return undefined;
    const isFloat = inputs[0]?.dtype.startsWith("float") ?? false;
    const elements = Array.from({ length: sizeOf(output.shape) }, (_, i) => {
      const [a, b] = [pick(left, i), pick(right, i)];
      return a === undefined || b === undefined ? undefined : rule(a, b, isFloat);
    });
    return { dims: output.shape, elements };
  };
}

function unary(rule: (x: number) => number, ofSymbol: (x: string) => Element = () => undefined): ValueRule {
  return ({ value }) => {
    const data = value(0);
    const elements = data?.elements.map((x) => (typeof x === "number" ? rule(x) : x === undefined ? undefined : ofSymbol(x)));
    return data && elements && { dims: data.dims, elements };
  };
}

/** Whether it can be a factor of a dimension. */
function isSize(element: Dim): boolean {
  return typeof element === "string" || (Number.isInteger(element) && element > 0);
}

function numbers(a: Dim, b: Dim, rule: (a: number, b: number) => number): Element {
  return typeof a === "number" && typeof b === "number" ? rule(a, b) : undefined;
}

/** Sizes are never negative, so a symbol never equals -1: exporters ask that of each dimension of an `Expand`. */
function areEqual(a: Dim, b: Dim): Element {
  if (a === b) return 1;
  if (typeof a === "number" && typeof b === "number") return 0;
  return (typeof a === "number" && a < 0) || (typeof b === "number" && b < 0) ? 0 : undefined;
}

/** The element at `i` of a vector, or the only one of a scalar. */
function pick(value: ShapeValue, i: number): Element {
  return value.elements[value.elements.length === 1 ? 0 : i];
}

function numeric(value: ShapeValue | undefined): readonly number[] | undefined {
  return value?.elements.every((element) => typeof element === "number") ? (value.elements as readonly number[]) : undefined;
}

function allKnown(elements: readonly Element[]): elements is readonly Dim[] {
  return elements.every((element) => element !== undefined);
}
