import { BaalError } from "../errors.js";
import { type Graph, typeOf } from "../onnx/graph.js";
import type { StateDict } from "./bayesian-model.js";
import { lastLinear } from "./last-layer.js";

export interface RenewOptions {
  /** Value name of the present logits, `[batch, outputs]`. */
  readonly logits: string;
  readonly outputs: number;
  readonly classes: number;
  readonly weights: StateDict;
  /** Where the model came from, for messages. */
  readonly path: string;
}

/**
 * Makes the layer in front of the logits as wide as there are classes; its weights leave the table, to be drawn anew.
 * Throws `E_MODEL_FORMAT` when the logits do not come from a linear layer.
 */
export function renewLastLayer(graph: Graph, { logits, outputs, classes, weights, path }: RenewOptions): void {
  const last = lastLinear(graph);
  const names = last?.opType === "Gemm" ? last.inputs.slice(1).filter((name) => graph.parameters.has(name)) : [];
  if (names.length === 0) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `"${path}": the logits do not come from a linear layer, so it cannot be replaced by one for other labels.`,
    );
  }
  for (const name of names) {
    const dims = typeOf(graph, name)!.shape!.map((dim) => (dim === outputs ? classes : dim));
    graph.parameters.set(name, { dtype: "float32", shape: dims });
    weights.delete(name);
  }
  graph.outputs = [logits];
}
