import type { Gradient } from "./bayesian-model.js";
import { BaalError } from "./errors.js";

export interface ClippingOptions {
  /** Of the step that the gradients are of; it must be finite as well. */
  readonly loss: number;
  readonly maxGradNorm: number;
  readonly step: number;
  readonly learningRate: number;
}

export interface ClippedGradients {
  /** Global L2 norm before clipping. */
  readonly gradientNorm: number;
  /** The factor of the gradients in the optimizer. */
  readonly gradientScale: number;
}

/**
 * How much a step's gradients are to be scaled down, as `torch.nn.utils.clip_grad_norm_` does it: max_norm / (norm + 1e-6), never above 1.
 * Throws `E_NOT_FINITE` when the loss or a gradient is not finite: before anything has been updated.
 */
export function clipGradients(gradients: readonly Gradient[], options: ClippingOptions): ClippedGradients {
  const { loss, maxGradNorm, step, learningRate } = options;
  const gradientNorm = globalNorm(gradients);
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    throw new BaalError(
      "E_NOT_FINITE",
      `The loss is ${loss} and the gradient's norm ${gradientNorm} at step ${step} with learning rate ${learningRate}; the weights were not updated. Lower the learning rate or clip the gradient (maxGradNorm).`,
    );
  }
  return { gradientNorm, gradientScale: Math.min(1, maxGradNorm / (gradientNorm + 1e-6)) };
}

/** sqrt(sum over all gradients of g^2) */
export function globalNorm(gradients: readonly Gradient[]): number {
  let sum = 0;
  for (const { data } of gradients) sum += sumOfSquares(data);
  return Math.sqrt(sum);
}

/** Four sums, since each addition waits for the one before. */
function sumOfSquares(data: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const inFours = data.length - 3;
  let i = 0;
  for (; i < inFours; i += 4) {
    a += data[i]! * data[i]!;
    b += data[i + 1]! * data[i + 1]!;
    c += data[i + 2]! * data[i + 2]!;
    d += data[i + 3]! * data[i + 3]!;
  }
  for (; i < data.length; i++) a += data[i]! * data[i]!;
  return a + b + (c + d);
}
