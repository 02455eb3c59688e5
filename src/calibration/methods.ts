import { differentiate } from "../engine/autodiff/differentiate.js";
import { type GraphBuilder, graphBuilder } from "../engine/onnx/builder.js";
import { createGraph, type Graph, removeDeadNodes, sortTopologically } from "../engine/onnx/graph.js";
import type { CalibrationFit, CalibrationState, ClassCalibrationMethod } from "./calibration-state.js";

export interface CalibrationParameter {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A parametric map of log-probabilities to scores, with what its fit needs. */
export interface Method {
  /** The parameters of the identity, by name. */
  readonly identity: (classes: number) => Map<string, CalibrationParameter>;
  /** Declares the parameters and emits the map. */
  readonly emit: (builder: GraphBuilder, logProbs: string, classes: number) => EmittedMap;
  readonly minimumItems: (classes: number) => number;
  /** Whether a class without an item would make the best parameters infinite or arbitrary. */
  readonly needsEveryClass: boolean;
  readonly state: (values: ReadonlyMap<string, CalibrationParameter>, classes: number, fit: CalibrationFit) => CalibrationState;
}

const LOG_TEMPERATURE = "log_temperature";
const WEIGHTS = "weights";
const BIASES = "biases";

/** Scalar inputs: the weights of the two penalties of Dirichlet calibration. */
export const OFF_DIAGONAL = "off_diagonal";
export const BIAS_PENALTY = "bias_penalty";

export const METHODS: Readonly<Record<ClassCalibrationMethod, Method>> = {
  // z = x / T, T = exp(t): positive for every t
  temperature: {
    identity: () => new Map([[LOG_TEMPERATURE, { dims: [1], data: new Float32Array(1) }]]),
    emit: (builder, logProbs) => {
      const inverse = builder.exp(builder.neg(builder.parameter(LOG_TEMPERATURE, [1])));
      return { scores: builder.mul(logProbs, inverse) };
    },
    minimumItems: () => 2,
    needsEveryClass: false,
    state: (values, classes, fit) => ({
      version: 1,
      method: "temperature",
      classes,
      temperature: Math.exp(values.get(LOG_TEMPERATURE)!.data[0]!),
      fit,
    }),
  },
  // z = w * x + b
  vector: {
    identity: (classes) =>
      new Map([
        [WEIGHTS, { dims: [classes], data: new Float32Array(classes).fill(1) }],
        [BIASES, { dims: [classes], data: new Float32Array(classes) }],
      ]),
    emit: (builder, logProbs, classes) => {
      const scaled = builder.mul(logProbs, builder.parameter(WEIGHTS, [classes]));
      return { scores: builder.add(scaled, builder.parameter(BIASES, [classes])) };
    },
    minimumItems: (classes) => 2 * classes,
    needsEveryClass: true,
    state: (values, classes, fit) => ({
      version: 1,
      method: "vector",
      classes,
      weights_C: [...values.get(WEIGHTS)!.data],
      biases_C: [...values.get(BIASES)!.data],
      fit,
    }),
  },
  // z = W x + b, penalty l / (C (C - 1)) sum of W_ij^2 (i != j) + m / C sum of b_j^2
  dirichlet: {
    identity: (classes) =>
      new Map([
        [WEIGHTS, { dims: [classes, classes], data: squareMatrix(classes, (isDiagonal) => (isDiagonal ? 1 : 0)) }],
        [BIASES, { dims: [classes], data: new Float32Array(classes) }],
      ]),
    emit: (builder, logProbs, classes) => {
      const weights = builder.parameter(WEIGHTS, [classes, classes]);
      const biases = builder.parameter(BIASES, [classes]);
      const outside = squareMatrix(classes, (isDiagonal) => (isDiagonal ? 0 : 1));
      const mask = builder.constant({ dtype: "float32", dims: [classes, classes], data: outside });
      const scalar = (name: string) => builder.input(name, { dtype: "float32", shape: [] });
      const meanSquare = (x: string, count: number) =>
        builder.mul(builder.reduceSum(builder.mul(x, x), undefined, { keepDims: false }), builder.scalar(1 / count));
      const offDiagonal = builder.mul(meanSquare(builder.mul(weights, mask), classes * (classes - 1)), scalar(OFF_DIAGONAL));
      const bias = builder.mul(meanSquare(biases, classes), scalar(BIAS_PENALTY));
      return { scores: builder.gemm(logProbs, weights, biases, { transB: true }), penalty: builder.add(offDiagonal, bias) };
    },
    minimumItems: (classes) => 2 * classes,
    needsEveryClass: true,
    state: (values, classes, fit) => ({
      version: 1,
      method: "dirichlet",
      classes,
      weights_C_C: [...values.get(WEIGHTS)!.data],
      biases_C: [...values.get(BIASES)!.data],
      fit,
    }),
  },
};

function squareMatrix(size: number, value: (isDiagonal: boolean) => number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, at) => value(at % (size + 1) === 0));
}

/** The part of the graph that a method adds: the scores for log-probabilities `[N K, C]`, and a penalty on the loss. */
export interface EmittedMap {
  /** `[N K, C]`. */
  readonly scores: string;
  /** A scalar. */
  readonly penalty?: string | undefined;
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
