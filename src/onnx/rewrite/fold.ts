import type { Graph } from "../graph.js";
import { typeOf } from "../graph.js";
import { shapeValueOf } from "../infer.js";
import { DTYPES, type DType, type Tensor } from "../tensor.js";
import { edit } from "./editor.js";

/** Replaces small values that inference knows by number (sizes, axes, scales made from sizes) by constants. */
export function foldConstants(graph: Graph): void {
  edit(graph, ({ b, bypass, isWeight }) => {
    for (const node of [...graph.nodes]) {
      const output = node.outputs[0];
      if (!output || node.outputs.length !== 1 || node.inputs.some(isWeight)) continue;
      const value = shapeValueOf(graph, output);
      const type = typeOf(graph, output);
      if (!value || !type?.shape || type.shape.join() !== value.dims.join()) continue;
      const tensor = toTensor(value.elements, value.dims, type.dtype);
      if (tensor && !graph.outputs.includes(output)) bypass(output, b.constant(tensor, `${output}.folded`));
    }
  });
}

function toTensor(elements: readonly (number | string | undefined)[], dims: readonly number[], dtype: DType): Tensor | undefined {
  if (dtype === "string" || dtype === "float16" || dtype === "bfloat16") return undefined;
  if (!elements.every((element) => typeof element === "number")) return undefined;
  const numbers = elements as readonly number[];
  const isWide = dtype === "int64" || dtype === "uint64";
  if (isWide && !numbers.every(Number.isInteger)) return undefined;
  const data = new DTYPES[dtype].array(numbers.length);
  numbers.forEach((element, i) => {
    data[i] = isWide ? BigInt(element) : element;
  });
  return { dtype, dims, data };
}
