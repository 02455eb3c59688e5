import { type Predictions, predictions } from "../../src/core/predictions.js";

/** Items and classes of {@link sineDraws}. */
export const ITEMS = 300;
export const CLASSES = 4;

/** Overconfident logits `[300, 4, K]` made of sines, so that the same data could be made in numpy. */
export function sineDraws(iterations: number): Predictions {
  const data = new Float32Array(ITEMS * CLASSES * iterations);
  for (let i = 0, at = 0; i < ITEMS; i++) {
    for (let c = 0; c < CLASSES; c++) for (let k = 0; k < iterations; k++, at++) data[at] = logit(i, c, k);
  }
  return predictions("logits", [ITEMS, CLASSES, iterations], data);
}

function logit(i: number, c: number, k: number): number {
  return 4 * Math.sin(1.3 * i + 2.1 * c * c) + 2 * Math.sin(0.7 * i * (c + 1)) + 1.5 * Math.sin(0.9 * i + 1.1 * c + 2.7 * k);
}

const BIASES = [0.5, 0, -0.5, 0];

/** Classes drawn from a flatter distribution in which class 1 is often taken for class 2. */
export const sineTargets_N: readonly number[] = Array.from({ length: ITEMS }, (_, i) => {
  const logits = BIASES.map((bias, c) => logit(i, c, 0) / 2.5 + bias + (c === 1 ? 0.15 * logit(i, 2, 0) : 0));
  const weights = logits.map(Math.exp);
  let left = ((i * 0.6180339887498949) % 1) * weights.reduce((a, b) => a + b);
  return weights.findIndex((weight) => {
    left -= weight;
    return left <= 0;
  });
});
