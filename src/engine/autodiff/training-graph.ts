import { BaalError } from "../../core/errors.js";
import { type GraphBuilder, graphBuilder } from "../onnx/builder.js";
import { cloneGraph, type Graph, producers, removeDeadNodes, sortTopologically } from "../onnx/graph.js";
import { useBatchStatistics } from "./batch-statistics.js";
import { differentiate, type ParameterGradient } from "./differentiate.js";
import { type GraphLossName, LOSSES } from "./losses.js";
import { mergeImages } from "./merge-images.js";

export type { ParameterGradient } from "./differentiate.js";

/** The loss that a training graph computes, and what it differentiates by. */
export interface TrainingGraphOptions {
  /** The value that the loss reads, `[batch, C]`; of a contrastive loss the vectors `[batch, D]`. */
  readonly logits: string;
  /** The value with the log-variances `[batch, C]` of a model of numbers that has them. */
  readonly logVariance?: string | undefined;
  readonly loss: GraphLossName;
  /** The parameters to differentiate by; the others cost nothing. */
  readonly trainable: readonly string[];
  /** BatchNormalization normalizes by its running statistics (default), which then are constants, or the batch's own. */
  readonly batchNormalization?: "running" | "batch" | undefined;
}

/** A graph that computes a loss, its gradients and the next running statistics. */
export interface TrainingGraph {
  /** Its outputs are the loss, the logits and all gradients. Inputs: the forward graph's and the loss's fed arrays. */
  readonly graph: Graph;
  /** Name of the scalar loss. */
  readonly loss: string;
  /** The inputs that the loss added, float32: what `encodeTargets`, `encodeSoftTargets` or `encodeClassPairs` makes. */
  readonly targets: readonly string[];
  readonly logits: string;
  /** Where each trainable parameter's gradient comes out; parameters that the loss does not depend on have no entry. */
  readonly gradients: Map<string, ParameterGradient>;
  /** Parameters that change by themselves, and the output with what to copy into each after a step: running statistics. */
  readonly updates: Map<string, string>;
}

/**
 * A copy of `forward` that also computes a loss and its gradient by the trainable parameters; `forward` stays as it is.
 * Throws `E_ARGUMENT` when no trainable parameter leads to the logits, and as {@link differentiate} does.
 */
export function trainingGraph(
  forward: Graph,
  { logits, logVariance, loss: name, trainable, batchNormalization = "running" }: TrainingGraphOptions,
): TrainingGraph {
  const graph = cloneGraph(forward);
  graph.outputs = [];
  mergeImages(graph);
  const next = batchNormalization === "batch" ? useBatchStatistics(graph, trainable) : new Map<string, string>();
  const { loss, inputs: targets } = LOSSES[name](graphBuilder(graph), logits, logVariance);
  const found = differentiate(graph, { loss, wrt: trainable });
  if (found.size === 0) {
    throw new BaalError(
      "E_ARGUMENT",
      `The logits "${logits}" do not depend on any of the ${trainable.length} trainable parameters.`,
    );
  }
  const builder = graphBuilder(graph);
  const computed = producers(graph);
  const output = (value: string) => declareOutput(builder, value, computed.has(value));
  const result = {
    graph,
    loss: output(loss),
    targets,
    logits: output(logits),
    gradients: new Map(
      Array.from(found, ([parameter, { dense, rows }]) => [
        parameter,
        {
          dense: dense && output(dense),
          rows: rows.map(({ ids, values }) => ({ ids: output(ids), values: output(values) })),
        },
      ]),
    ),
    updates: new Map(Array.from(next, ([parameter, value]) => [parameter, output(value)])),
  };
  removeDeadNodes(graph);
  sortTopologically(graph);
  return result;
}

/** Outputs have one name each: a value that is fed, constant or an output already goes out through an `Identity`. */
function declareOutput(builder: GraphBuilder, value: string, isComputed: boolean): string {
  const isFree = isComputed && !builder.graph.outputs.includes(value);
  return builder.output(isFree ? value : builder.identity(value));
}
