import type { Graph } from "../onnx/graph.js";
import type { StateDict } from "./bayesian-model.js";
import type { InitialWeightsOptions } from "./initial-weights.js";

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
