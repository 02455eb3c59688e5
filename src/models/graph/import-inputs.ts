import { BaalError } from "../../core/errors.js";
import { graphBuilder } from "../../engine/onnx/builder.js";
import { type Graph, replaceUses, sortTopologically, type ValueType } from "../../engine/onnx/graph.js";
import type { DType } from "../../engine/onnx/tensor.js";

/** How an input of an imported graph is fed from now on. */
export interface FedInput {
  /** As the file calls it. */
  readonly from: string;
  readonly name: string;
  /** Fed, and what the graph's own nodes get: another element type is cast, other axes are transposed. */
  readonly type: ValueType;
  /** The order of the fed axes that gives the file's own. */
  readonly perm?: readonly number[] | undefined;
  readonly path: string;
}

/** Element types that can stand for each other without loss: a mask of 0 and 1 is read in any. */
const CONVERTIBLE: Readonly<Partial<Record<DType, readonly DType[]>>> = {
  int64: ["int64", "int32", "bool", "float32", "float16", "float64", "int16", "uint8", "int8", "uint32", "uint64"],
  float32: ["float32", "float64", "float16", "bfloat16"],
};

/**
 * Lets an input be fed under a name, a type and an order of axes of ours; the nodes behind it read what they declared.
 * Throws `E_MODEL_FORMAT` for an element type that ours cannot stand for.
 */
export function feedInput(graph: Graph, { from, name, type, perm, path }: FedInput): void {
  const declared = graph.inputs.get(from)!;
  if (!CONVERTIBLE[type.dtype]?.includes(declared.dtype)) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}": the input ${from} takes ${declared.dtype}; ${type.dtype} is fed. Export the model with an input of type ${type.dtype}.`,
    );
  }
  graph.inputs.delete(from);
  const placeholder = `${from}.declared`;
  replaceUses(graph, from, placeholder);
  graph.inputs.set(name, type);
  const b = graphBuilder(graph);
  const moved = perm ? b.transpose(name, perm) : name;
  // Half precision graphs are widened as a whole.
  const isSame = declared.dtype === type.dtype || (type.dtype === "float32" && declared.dtype !== "float64");
  replaceUses(graph, placeholder, isSame ? moved : b.cast(moved, declared.dtype));
  sortTopologically(graph);
}
