import { int } from "./builder.js";
import type { Attribute, Graph, ValueType } from "./graph.js";
import { bfloatToFloat, halfToFloat } from "./half.js";
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
  for (const [name, tensor] of graph.initializers) graph.initializers.set(name, widenTensor(tensor));
  for (const types of [graph.inputs, graph.parameters, graph.types]) {
    for (const [name, type] of types) types.set(name, widenType(type));
  }
  for (const node of graph.nodes) {
    for (const [name, attribute] of Object.entries(node.attributes)) node.attributes[name] = widenAttribute(name, attribute);
  }
  inferTypes(graph);
}

function usesHalf(graph: Graph): boolean {
  const types: { readonly dtype: DType }[] = [...graph.initializers.values(), ...graph.inputs.values(), ...graph.types.values()];
  return types.some(({ dtype }) => isHalf(dtype));
}

function widenAttribute(name: string, attribute: Attribute): Attribute {
  if (attribute.kind === "tensor") return { kind: "tensor", value: widenTensor(attribute.value) };
  if (attribute.kind === "graph") widenGraph(attribute.value);
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
