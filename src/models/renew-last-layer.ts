import { BaalError } from "../errors.js";
import { intAttribute } from "../onnx/attributes.js";
import { type Graph, typeOf } from "../onnx/graph.js";
import type { StateDict } from "./bayesian-model.js";
import { lastClassLayer } from "./last-layer.js";

export interface RenewOptions {
  /** Value name of the present logits. */
  readonly logits: string;
  readonly classes: number;
  readonly weights: StateDict;
  /** Where the model came from, for messages. */
  readonly path: string;
}

/**
 * Makes the layer in front of the logits as wide as there are classes; its weights leave the table, to be drawn anew.
 * Throws `E_MODEL_FORMAT` when the logits come neither from a linear layer nor from the averaged channels of a convolution.
 */
export function renewLastLayer(graph: Graph, { logits, classes, weights, path }: RenewOptions): void {
  const last = lastClassLayer(graph);
  const isLayer = last?.opType === "Gemm" || last?.opType === "Conv";
  const names = isLayer ? last.inputs.slice(1).filter((name) => graph.parameters.has(name)) : [];
  if (!isLayer || names.length === 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}": the logits do not come from a linear layer, so it cannot be replaced by one for other labels.`,
    );
  }
  // A bias and a convolution's kernel have the classes first, as a linear weight that is used transposed.
  const isLastAxis = last.opType === "Gemm" && intAttribute(last, "transB", 0) === 0;
  for (const name of names) {
    const shape = typeOf(graph, name)!.shape!;
    const axis = isLastAxis ? shape.length - 1 : 0;
    const dims = shape.map((dim, i) => (i === axis ? classes : dim));
    graph.parameters.set(name, { dtype: "float32", shape: dims });
    weights.delete(name);
  }
  graph.outputs = [logits];
}
