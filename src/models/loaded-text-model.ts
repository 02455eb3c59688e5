import type { StateDict } from "../core/bayesian-model.js";
import type { Graph } from "../engine/onnx/graph.js";
import type { InitialWeightsOptions } from "./graph/initial-weights.js";

/** A text classifier's parts, as read from a folder in the hub's layout. */
export interface LoadedTextModel {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  /** config.json as it was found. */
  readonly hubConfig: Readonly<Record<string, unknown>>;
  readonly padTokenId: number;
  readonly vocabSize: number;
  readonly maxLength: number;
  readonly initialization: InitialWeightsOptions;
  readonly fresh: ReadonlySet<string>;
  /** Whether the graph came from an ONNX file. */
  readonly isImported: boolean;
}
