import { differentiate } from "../autodiff/differentiate.js";
import { type GraphBuilder, graphBuilder } from "../onnx/builder.js";
import { createGraph, type Graph, removeDeadNodes, sortTopologically } from "../onnx/graph.js";

/** What a method adds to the graph: the scores for log-probabilities `[N K, C]`, and what is added to the loss. */
export interface EmittedMap {
  /** `[N K, C]`. */
  readonly scores: string;
  /** A scalar. */
  readonly penalty?: string;
}

export interface CalibrationSizes {
  readonly classes: number;
  readonly iterations: number;
}

export interface CalibrationGraph {
  readonly graph: Graph;
  /** `[N]`: log-probability that the mean of the calibrated draws gives to each item's target. */
  readonly logLikelihood_N: string;
  readonly penalty: string | undefined;
  /** Name of the gradient of each parameter. */
  readonly gradients: ReadonlyMap<string, string>;
}

export const LOG_PROBS = "log_probabilities";
export const TARGETS = "targets";

/**
 * The graph that computes the loss of a calibration map and its gradient. Inputs: log-probabilities `[N K, C]` and one-hot targets
 * `[N, 1, C]`, and what `emit` declares. The loss is the mean over the items of `-ln(mean over the draws of softmax(scores)[target])`
 * plus the penalty.
 */
export function calibrationGraph(
  emit: (builder: GraphBuilder, logProbs: string) => EmittedMap,
  { classes, iterations }: CalibrationSizes,
): CalibrationGraph {
  const graph = createGraph("calibration");
  const builder = graphBuilder(graph);
  const logProbs = builder.input(LOG_PROBS, { dtype: "float32", shape: ["rows", classes] });
  const targets = builder.input(TARGETS, { dtype: "float32", shape: ["items", 1, classes] });
  const { scores, penalty } = emit(builder, logProbs);
  const calibrated_N_K_C = builder.reshape(builder.logSoftmax(scores), builder.int64s([-1, iterations, classes]));
  const target_N_K = builder.reduceSum(builder.mul(calibrated_N_K_C, targets), builder.int64s([2]), { keepDims: false });
  const sum_N = builder.op("ReduceLogSumExp", [target_N_K, builder.int64s([1])], { keepdims: { kind: "int", value: 0 } });
  const logLikelihood_N = builder.sub(sum_N, builder.scalar(Math.log(iterations)));
  const nll = builder.neg(builder.reduceMean(logLikelihood_N, undefined, { keepDims: false }));
  const loss = penalty === undefined ? nll : builder.add(nll, penalty);

  const found = differentiate(graph, { loss, wrt: [...graph.parameters.keys()] });
  const outputs = { logLikelihood_N: builder.output(logLikelihood_N), penalty: penalty && builder.output(penalty) };
  const gradients = new Map(Array.from(found, ([name, { dense }]) => [name, builder.output(dense!)]));
  removeDeadNodes(graph);
  sortTopologically(graph);
  return { graph, ...outputs, gradients };
}
