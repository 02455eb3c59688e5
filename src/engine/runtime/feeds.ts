import { BaalError } from "../../core/errors.js";
import type { Graph, ValueType } from "../onnx/graph.js";
import type { Parameter } from "../onnx/parameters.js";
import { DTYPES, type DType, type NumericArray, sizeOf } from "../onnx/tensor.js";

/** An array on its way into or out of a session: row-major `data` of shape `dims`. */
export interface Feed {
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly data: NumericArray;
}

type Elements = NumericArray | readonly number[];

/**
 * An array for an input of a graph: with its shape, or the elements alone (a scalar as a number) where the graph declares the
 * shape but for one size at most. Numbers in a plain array are converted to the input's type; typed arrays are fed as they are, not copied.
 */
export type NamedArray = Elements | number | { readonly data: Elements; readonly dims: readonly number[] };

/** Arrays by the names of a graph's inputs and parameters. */
export type NamedArrays = Readonly<Record<string, NamedArray>>;

/** Parameters that a run by names reads, and the outputs that it gives. */
export interface NamedRunOptions {
  /** Arrays of the graph's parameters. Those that the graph does not read are ignored. */
  readonly parameters?: ReadonlyMap<string, Parameter> | undefined;
  /** The outputs wanted; all by default. */
  readonly outputs?: readonly string[] | undefined;
}

/** The feeds of a run from arrays by name. Throws `E_ARGUMENT` or `E_SHAPE` as `GraphSession.run` says. */
export function feedsOf(
  graph: Graph,
  arrays: NamedArrays,
  parameters: ReadonlyMap<string, Parameter> = new Map(),
): Map<string, Feed> {
  const declared = new Map([...graph.inputs, ...graph.parameters]);
  const given = new Map<string, NamedArray>([...parameters].filter(([name]) => declared.has(name)));
  for (const [name, array] of Object.entries(arrays)) given.set(name, array);
  const unknown = [...given.keys()].filter((name) => !declared.has(name));
  const missing = [...declared.keys()].filter((name) => !given.has(name));
  if (unknown.length > 0 || missing.length > 0) {
    const problems = [
      missing.length > 0 ? `nothing came for ${quoted(missing)}` : "",
      unknown.length > 0 ? `${quoted(unknown)} came, which it does not read` : "",
    ];
    throw new BaalError(
      "E_ARGUMENT",
      `The graph "${graph.name}" reads ${quoted([...declared.keys()]) || "nothing"}: ${problems.filter(Boolean).join("; ")}.`,
    );
  }
  return new Map(Array.from(declared, ([name, type]) => [name, feedOf(name, type, given.get(name)!)]));
}

/** The outputs asked for, or all. Throws `E_ARGUMENT` for a name that is none of the graph's outputs. */
export function wantedOutputs(graph: Graph, names: readonly string[] = graph.outputs): readonly string[] {
  const unknown = names.filter((name) => !graph.outputs.includes(name));
  if (unknown.length === 0) return names;
  throw new BaalError(
    "E_ARGUMENT",
    `The graph "${graph.name}" has the outputs ${quoted(graph.outputs)}; ${quoted(unknown)} was asked for.`,
  );
}

function feedOf(name: string, type: ValueType, array: NamedArray): Feed {
  const isBare = typeof array === "number" || Array.isArray(array) || ArrayBuffer.isView(array);
  const elements = typeof array === "number" ? [array] : isBare ? (array as Elements) : (array as { data: Elements }).data;
  const data = elementsOf(name, type.dtype, elements);
  const dims = isBare ? declaredDims(name, type, data.length) : (array as { dims: readonly number[] }).dims;
  const { shape } = type;
  const fits = !shape || (shape.length === dims.length && shape.every((dim, i) => typeof dim === "string" || dim === dims[i]));
  if (!fits || sizeOf(dims) !== data.length) {
    throw new BaalError(
      "E_SHAPE",
      `"${name}" should have the shape ${shape ? `[${shape.join(", ")}]` : `that its dims say`}; ${data.length} elements of shape [${dims.join(", ")}] came.`,
    );
  }
  return { dtype: type.dtype, dims, data };
}

function elementsOf(name: string, dtype: DType, elements: Elements): NumericArray {
  if (dtype === "string") {
    throw new BaalError("E_ARGUMENT", `"${name}" takes strings, which cannot be fed; change the graph to take numbers.`);
  }
  const { array: ArrayType } = DTYPES[dtype];
  if (elements instanceof ArrayType) return elements;
  if (!Array.isArray(elements)) {
    throw new BaalError(
      "E_ARGUMENT",
      `"${name}" is ${dtype} and takes a ${ArrayType.name}; ${elements?.constructor.name ?? String(elements)} came.`,
    );
  }
  const data = new ArrayType(elements.length);
  const isWide = dtype === "int64" || dtype === "uint64";
  elements.forEach((element: number, i) => {
    data[i] = isWide ? BigInt(element) : element;
  });
  return data;
}

/** The declared shape with its one open size, if any, filled in from the number of elements. */
function declaredDims(name: string, { shape }: ValueType, length: number): readonly number[] {
  const open = shape?.filter((dim) => typeof dim === "string") ?? [];
  if (!shape || open.length > 1) {
    throw new BaalError(
      "E_SHAPE",
      `The shape of "${name}" is ${shape ? `[${shape.join(", ")}]` : "not declared"}: pass { data, dims }, the elements alone do not say it.`,
    );
  }
  const fixed = sizeOf(shape.filter((dim) => typeof dim === "number"));
  const rest = fixed === 0 ? 0 : length / fixed;
  if (open.length === 1 && !Number.isInteger(rest)) {
    throw new BaalError("E_SHAPE", `"${name}" should have the shape [${shape.join(", ")}]; ${length} elements came.`);
  }
  return shape.map((dim) => (typeof dim === "string" ? rest : dim));
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
