import type { Random } from "../../core/random.js";

/**
 * The Gauss-Newton curvature H of the loss in the last layer's weights `[C, P]` (the bias is the last of the P columns), taken
 * apart so that every prior precision delta is cheap: the posterior's covariance is `(H + delta I)^-1`.
 */
export interface Curvature {
  /** The eigenvalues of H, those that are 0 left out. */
  readonly eigenvalues: Float64Array;
  /** A sample of N(0, (H + delta I)^-1), `[C, P]`. */
  sample(delta: number, random: Random): Promise<Float32Array>;
  /** Writes the variances of the C logits of an item that the last layer reads `h_P` of. */
  variances(variances_C: Float64Array, h_P: Float64Array, delta: number): void;
}

/** The data that curvature is made from: the last layer's inputs (a 1 appended for the bias) and the class probabilities. */
export interface CurvatureData {
  readonly h_N_P: Float64Array;
  readonly probs_N_C: Float64Array;
  /** `p (1 - p)`, 0 where a label is unknown. */
  readonly spread_N_C: Float64Array;
  /** Whether each label is predicted by itself: then logits of different labels have nothing to do with each other. */
  readonly isIndependent: boolean;
  readonly items: number;
  readonly width: number;
  readonly classes: number;
}
