import { type Attribute, freshName, type Graph, type GraphNode, MICROSOFT, typeOf, type ValueType } from "./graph.js";
import { inferNode } from "./infer.js";
import { type DType, dtypeToOnnx, floatTensor, int64Tensor, type Tensor } from "./tensor.js";

type Attributes = Readonly<Record<string, Attribute>>;

/** Details of a node that a builder appends. */
export interface OpOptions {
  /** Number of outputs, 1 by default. */
  readonly outputs?: number | undefined;
  readonly domain?: string | undefined;
  /** Name of the node and prefix of its outputs; made from the op type by default. */
  readonly name?: string | undefined;
}

/** Appends nodes to a graph. Methods read like the ONNX ops, take value names and return value names. */
export type GraphBuilder = ReturnType<typeof graphBuilder>;

export const int = (value: number): Attribute => ({ kind: "int", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const string = (value: string): Attribute => ({ kind: "string", value });

/**
 * Attributes of nodes by their ONNX kind.
 *
 * @example
 * ```ts with=engine
 * import { attribute } from "baaljs/engine";
 *
 * const leaky = builder.op("LeakyRelu", ["x"], { alpha: attribute.float(0.1) });
 * ```
 */
export const attribute = { int, ints, float, string, tensor: (value: Tensor): Attribute => ({ kind: "tensor", value }) } as const;

/**
 * A builder that appends to `graph` and infers the type of each value as it is made. Any operator goes through `op`; those that are used
 * often have a method of their name. Throws `E_SHAPE` for inputs that an operator cannot take.
 *
 * @example
 * ```ts
 * import { createGraph, graphBuilder } from "baaljs/engine";
 *
 * const b = graphBuilder(createGraph("line"));
 * const x = b.input("x", { dtype: "float32", shape: ["n", 3] });
 * b.output(b.add(b.matMul(x, b.parameter("weight", [3, 1])), b.parameter("bias", [1])), "y");
 * b.output(b.op("Clip", [x, b.scalar(-1), b.scalar(1)]), "clipped"); // any operator
 * ```
 */
export function graphBuilder(graph: Graph) {
  function ops(opType: string, inputs: readonly string[], attributes: Attributes = {}, options: OpOptions = {}): string[] {
    const name = freshName(graph, options.name ?? opType);
    const count = options.outputs ?? 1;
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : freshName(graph, `${name}.${i}`)));
    const node: GraphNode = {
      opType,
      domain: options.domain ?? "",
      name,
      inputs: [...inputs],
      outputs,
      attributes: { ...attributes },
    };
    graph.nodes.push(node);
    inferNode(graph, node);
    return outputs;
  }
  const op = (opType: string, inputs: readonly string[], attributes: Attributes = {}, options: OpOptions = {}): string =>
    ops(opType, inputs, attributes, options)[0]!;
  const microsoft = (opType: string, inputs: readonly string[], attributes: Attributes = {}): string =>
    op(opType, inputs, attributes, { domain: MICROSOFT });

  function constant(tensor: Tensor, hint = "constant"): string {
    const name = freshName(graph, hint);
    graph.initializers.set(name, tensor);
    graph.literals.add(name);
    return name;
  }
  const scalars = new Map<string, string>();
  function shared(key: string, make: () => Tensor): string {
    const known = scalars.get(key);
    if (known !== undefined && graph.initializers.has(known)) return known;
    const name = constant(make(), key);
    scalars.set(key, name);
    return name;
  }

  return {
    graph,
    /** Any single-output op. */
    op,
    /** Any op, all outputs. */
    ops,
    constant,
    /** A float32 scalar. */
    scalar: (value: number) => shared(`scalar_${value}`, () => floatTensor([value], [])),
    /** A constant int64 vector, as `Reshape`, `Slice`, `ReduceSum` ... take for their shapes and axes. */
    int64s: (values: readonly number[]) => shared(`int64s_${values.join("_")}`, () => int64Tensor(values)),
    int64: (value: number) => shared(`int64_${value}`, () => int64Tensor([value], [])),
    input(name: string, type: ValueType): string {
      graph.inputs.set(name, type);
      return name;
    },
    parameter(name: string, dims: readonly number[]): string {
      graph.parameters.set(name, { dtype: "float32", shape: dims });
      return name;
    },
    /** Declares `value` a graph output, under `name` where given. */
    output(value: string, name?: string): string {
      const output = name === undefined || name === value ? value : op("Identity", [value], {}, { name });
      graph.outputs.push(output);
      return output;
    },
    type: (value: string) => typeOf(graph, value),

    add: (a: string, b: string) => op("Add", [a, b]),
    sub: (a: string, b: string) => op("Sub", [a, b]),
    mul: (a: string, b: string) => op("Mul", [a, b]),
    div: (a: string, b: string) => op("Div", [a, b]),
    pow: (a: string, b: string) => op("Pow", [a, b]),
    neg: (x: string) => op("Neg", [x]),
    exp: (x: string) => op("Exp", [x]),
    log: (x: string) => op("Log", [x]),
    sqrt: (x: string) => op("Sqrt", [x]),
    reciprocal: (x: string) => op("Reciprocal", [x]),
    erf: (x: string) => op("Erf", [x]),
    tanh: (x: string) => op("Tanh", [x]),
    sigmoid: (x: string) => op("Sigmoid", [x]),
    relu: (x: string) => op("Relu", [x]),
    identity: (x: string) => op("Identity", [x]),
    gelu: (x: string, approximate: "none" | "tanh" = "none") => op("Gelu", [x], { approximate: string(approximate) }),
    softmax: (x: string, axis = -1) => op("Softmax", [x], { axis: int(axis) }),
    logSoftmax: (x: string, axis = -1) => op("LogSoftmax", [x], { axis: int(axis) }),
    where: (condition: string, a: string, b: string) => op("Where", [condition, a, b]),
    equal: (a: string, b: string) => op("Equal", [a, b]),
    cast: (x: string, to: DType) => op("Cast", [x], { to: int(dtypeToOnnx(to)) }),

    matMul: (a: string, b: string) => op("MatMul", [a, b]),
    /** `alpha * A' B' + beta * C` on matrices. */
    gemm: (a: string, b: string, c: string | undefined, flags: { readonly transA?: boolean; readonly transB?: boolean } = {}) =>
      op("Gemm", c === undefined ? [a, b] : [a, b, c], {
        transA: int(Number(flags.transA ?? false)),
        transB: int(Number(flags.transB ?? false)),
      }),
    /** Batched `alpha * A' B'` with the last two axes transposed on request: ONNX Runtime's own operator. */
    fusedMatMul: (
      a: string,
      b: string,
      flags: { readonly transA?: boolean; readonly transB?: boolean; readonly alpha?: number } = {},
    ) =>
      microsoft("FusedMatMul", [a, b], {
        transA: int(Number(flags.transA ?? false)),
        transB: int(Number(flags.transB ?? false)),
        alpha: float(flags.alpha ?? 1),
      }),
    layerNormalization: (x: string, scale: string, bias: string, epsilon: number, name?: string) =>
      op("LayerNormalization", [x, scale, bias], { axis: int(-1), epsilon: float(epsilon) }, { name }),

    shape: (x: string) => op("Shape", [x]),
    reshape: (x: string, shape: string) => op("Reshape", [x, shape]),
    transpose: (x: string, perm: readonly number[]) => op("Transpose", [x], { perm: ints(perm) }),
    expand: (x: string, shape: string) => op("Expand", [x, shape]),
    unsqueeze: (x: string, axes: readonly number[]) =>
      op("Unsqueeze", [x, shared(`int64s_${axes.join("_")}`, () => int64Tensor(axes))]),
    squeeze: (x: string, axes: readonly number[]) =>
      op("Squeeze", [x, shared(`int64s_${axes.join("_")}`, () => int64Tensor(axes))]),
    concat: (values: readonly string[], axis: number) => op("Concat", values, { axis: int(axis) }),
    gather: (data: string, indices: string, axis = 0) => op("Gather", [data, indices], { axis: int(axis) }),
    slice: (x: string, starts: string, ends: string, axes: string, steps?: string) =>
      op("Slice", steps === undefined ? [x, starts, ends, axes] : [x, starts, ends, axes, steps]),
    /** `axes` is the name of an int64 vector; `undefined` reduces everything. */
    reduceSum: (x: string, axes: string | undefined, options: { readonly keepDims?: boolean } = {}) =>
      op("ReduceSum", axes === undefined ? [x] : [x, axes], { keepdims: int(Number(options.keepDims ?? true)) }),
    reduceMean: (x: string, axes: string | undefined, options: { readonly keepDims?: boolean } = {}) =>
      op("ReduceMean", axes === undefined ? [x] : [x, axes], { keepdims: int(Number(options.keepDims ?? true)) }),
  };
}
