import type { ImageProcessor } from "../data/images/image-processor.js";
import type { Graph } from "../onnx/graph.js";
import type { ImageNetworkConfig } from "./architectures/image-architectures.js";
import type { StateDict } from "./bayesian-model.js";
import type { InitialWeightsOptions } from "./initial-weights.js";

/** An image classifier's parts, as read from a folder or made from a configuration. */
export interface LoadedImageModel {
  readonly graph: Graph;
  readonly weights: StateDict;
  readonly labels: readonly string[];
  /** config.json as it was found. */
  readonly hubConfig: Readonly<Record<string, unknown>>;
  /** What the graph is built from; `undefined` for an imported one. */
  readonly network: ImageNetworkConfig | undefined;
  readonly processor: ImageProcessor;
  /** Of the pixels: `[channels, height, width]`. */
  readonly inputShape: readonly [number, number, number];
  readonly initialization: InitialWeightsOptions;
  readonly fresh: ReadonlySet<string>;
}
