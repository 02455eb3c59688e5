import { installMasks } from "../../bayesian/dropout-sites.js";
import type { ModelPatch } from "../../bayesian/model-patch.js";
import { weightSamples } from "../../bayesian/weight-samples.js";
import type { StateDict } from "../../core/bayesian-model.js";
import type { RunItems } from "../../core/draws.js";
import { BaalError } from "../../core/errors.js";
import { cloneGraph, type Graph, removeDeadNodes } from "../../engine/onnx/graph.js";
import type { DeviceOptions, Feed } from "../../engine/runtime/session.js";
import { newDigest } from "../../system/digest.js";
import { lastLayer } from "./graph-layers.js";
import { createPredictor, type GraphPredictor, type GraphPredictorRunOptions } from "./graph-predictor.js";
import type { InputAdapter } from "./input-adapter.js";

export interface GraphOutputsOptions<Input> {
  /** The forward graph with its `Dropout` nodes; its only output are the logits `[batch, C]`. */
  readonly graph: Graph;
  /** The graph that ends in the last linear layer, where more comes behind it in `graph`; `graph` itself by default. */
  readonly linear?: Graph | undefined;
  readonly weights: StateDict;
  /** The same arrays as feeds. */
  readonly parameters: ReadonlyMap<string, Feed>;
  readonly adapter: InputAdapter<Input>;
  readonly device: DeviceOptions;
  /** A number that differs whenever the weights have changed. */
  readonly changes?: (() => number) | undefined;
}

/** A graph's outputs for items. Predictors are made when they are first needed, and kept. */
export interface GraphOutputs<Input> {
  /** Logits `[n, C, draws]`; without a patch of one deterministic draw. */
  logits(patch: ModelPatch | undefined, options: GraphPredictorRunOptions): Promise<RunItems<Input>>;
  /** The inputs of the last layer, `[n, D]`. Throws `E_MODEL_FORMAT` when there is no such layer. */
  features(options: Omit<GraphPredictorRunOptions, "draws" | "seed">): Promise<RunItems<Input>>;
  /** SHA-256 of the layers in front of the last one and of their weights as they are now. Throws as `features`. */
  featureFingerprint(): Promise<string>;
  /** Gives the sessions back; those of what is asked for later are made anew. */
  release(): Promise<void>;
}

export function graphOutputs<Input>(options: GraphOutputsOptions<Input>): GraphOutputs<Input> {
  const { linear = options.graph } = options;
  const predictors = new Map<string, Promise<GraphPredictor<Input>>>();

  return {
    async logits(patch, runOptions) {
      const samples = patch?.kind === "weights" ? weightSamples(patch, options.weights, runOptions) : undefined;
      const { run } = await kept(predictors, predictorKey(patch), () => createPredictor({ ...options, patch }));
      return (examples) => run(examples, { ...runOptions, samples });
    },
    async features(runOptions) {
      const { run } = await kept(predictors, "features", () => {
        const graph = featureGraph(linear);
        // Features are kept by the weights' digest, so they are always the same ones.
        const device = { ...options.device, precision: undefined };
        return createPredictor({ ...options, device, graph, outputName: "feature", patch: undefined });
      });
      return (examples) => run(examples, { ...runOptions, draws: 1, seed: 0 });
    },
    async featureFingerprint() {
      const { encodeModel } = await import("../../engine/onnx/encode.js");
      const { graph } = installMasks(featureGraph(linear), () => false);
      const hash = newDigest().update(encodeModel(graph));
      for (const name of graph.parameters.keys()) hash.update(name).update(options.weights.get(name)!.data);
      return hash.digest("hex");
    },
    async release() {
      const made = [...predictors.values()];
      predictors.clear();
      // One that could not be made holds nothing.
      for (const predictor of await Promise.allSettled(made))
        if (predictor.status === "fulfilled") await predictor.value.release();
    },
  };
}

/** The same for patches that one predictor serves: those of the same rates, and those of the same parameters. */
function predictorKey(patch: ModelPatch | undefined): string {
  if (!patch) return "deterministic";
  if (patch.kind === "weights") return JSON.stringify(["weights", ...[...patch.varying].sort()]);
  return JSON.stringify(["dropout", patch.isConsistent, patch.isBalanced, ...patch.rates]);
}

function kept<T>(table: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = table.get(key);
  if (!value) {
    value = make();
    table.set(key, value);
    value.catch(() => table.delete(key));
  }
  return value;
}

/** The part of a classifier's graph in front of its last linear layer. Throws `E_MODEL_FORMAT` where there is none. */
export function featureGraph(graph: Graph): Graph {
  const last = lastLayer(graph);
  if (!last) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      `The logits of "${graph.name}" do not come from a linear layer with weights of its own, so it has no features; use a strategy that needs predictions alone.`,
    );
  }
  const copy = cloneGraph(graph);
  copy.outputs = [last.input];
  removeDeadNodes(copy);
  return copy;
}
