import type { GraphBuilder } from "../onnx/builder.js";
import type { EmittedMap } from "./calibration-graph.js";
import type { CalibrationFit, CalibrationMethod, CalibrationState } from "./calibration-state.js";

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

export const METHODS: Readonly<Record<CalibrationMethod, Method>> = {
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
