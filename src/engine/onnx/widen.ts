import { int } from "./builder.js";
import type { Attribute, Graph, GraphNode, ValueType } from "./graph.js";
import { inferTypes } from "./infer.js";
import { type DType, dtypeFromOnnx, dtypeToOnnx, type Tensor } from "./tensor.js";

/** A float16 or bfloat16 tensor as float32; any other as it is. */
function widenTensor(tensor: Tensor): Tensor {
  if (!isHalf(tensor.dtype)) return tensor;
  const widen = tensor.dtype === "float16" ? halfToFloat : bfloatToFloat;
  return { dtype: "float32", dims: tensor.dims, data: widen(tensor.data as Uint16Array) };
}

/**
 * Makes a half precision graph compute in float32, in place: training needs its range. Weights, constants, casts, inputs and
 * outputs change their type; a float32 graph stays as it is.
 */
export function widenGraph(graph: Graph): void {
  if (!usesHalf(graph)) return;
  widen(graph);
  inferTypes(graph);
}

/** Bodies as well, which may compute with what they read of the graph around them alone. */
function widen(graph: Graph): void {
  for (const [name, tensor] of graph.initializers) graph.initializers.set(name, widenTensor(tensor));
  for (const types of [graph.inputs, graph.parameters, graph.types]) {
    for (const [name, type] of types) types.set(name, widenType(type));
  }
  for (const node of graph.nodes) {
    for (const [name, attribute] of Object.entries(node.attributes)) node.attributes[name] = widenAttribute(name, attribute);
  }
}

function usesHalf(graph: Graph): boolean {
  const types: { readonly dtype: DType }[] = [...graph.initializers.values(), ...graph.inputs.values(), ...graph.types.values()];
  return types.some(({ dtype }) => isHalf(dtype)) || graph.nodes.some((node) => bodiesOf(node).some(usesHalf));
}

function bodiesOf({ attributes }: GraphNode): readonly Graph[] {
  return Object.values(attributes).flatMap((attribute) => (attribute.kind === "graph" ? [attribute.value] : []));
}

function widenAttribute(name: string, attribute: Attribute): Attribute {
  if (attribute.kind === "tensor") return { kind: "tensor", value: widenTensor(attribute.value) };
  if (attribute.kind === "graph") widen(attribute.value);
  // `to` of Cast and `dtype` of the random operators hold the code of an element type.
  const isTypeCode = attribute.kind === "int" && (name === "to" || name === "dtype");
  return isTypeCode && isHalf(dtypeFromOnnx(attribute.value)) ? int(dtypeToOnnx("float32")) : attribute;
}

function widenType(type: ValueType): ValueType {
  return isHalf(type.dtype) ? { ...type, dtype: "float32" } : type;
}

function isHalf(dtype: DType): boolean {
  return dtype === "float16" || dtype === "bfloat16";
}

/** float16 and bfloat16 bit patterns as float32 numbers. */

/** IEEE 754 half precision (1 sign, 5 exponent, 10 fraction bits) to single precision; exact. */
export function halfToFloat(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) result[i] = (sign ? -1 : 1) * fraction * 2 ** -24;
    else words[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return result;
}

/** bfloat16, the upper half of a float32, to float32; exact. */
export function bfloatToFloat(bits: Uint16Array): Float32Array {
  const result = new Float32Array(bits.length);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return result;
}
