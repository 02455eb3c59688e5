import fc from "fast-check";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";

/** Nested draws `[N][C][K]` as predictions. */
export function logitsOf(draws: readonly (readonly (readonly number[])[])[], indices?: readonly number[]): Predictions {
  return predictions("logits", shapeOf(draws), Float32Array.from(draws.flat(2)), indices);
}

export function probabilitiesOf(draws: readonly (readonly (readonly number[])[])[], indices?: readonly number[]): Predictions {
  return predictions("probabilities", shapeOf(draws), Float32Array.from(draws.flat(2)), indices);
}

function shapeOf(draws: readonly (readonly (readonly number[])[])[]): number[] {
  return [draws.length, draws[0]?.length ?? 0, draws[0]?.[0]?.length ?? 0];
}

/** One item's logits `[C][K]`, up to 6 classes and 8 draws, far apart and close together. */
export const itemLogits: fc.Arbitrary<number[][]> = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 8 }), fc.constantFrom(0.01, 1, 10, 1000))
  .chain(([classes, draws, scale]) =>
    fc.array(
      fc.array(
        fc.double({ min: -1, max: 1, noNaN: true }).map((value) => Math.fround(value * scale)),
        { minLength: draws, maxLength: draws },
      ),
      { minLength: classes, maxLength: classes },
    ),
  );

/** The softmax of each draw, written down as plainly as can be. */
export function softmaxed(logits_C_K: readonly (readonly number[])[]): number[][] {
  const draws = logits_C_K[0]!.map((_, k) => {
    const column = logits_C_K.map((row) => row[k]!);
    const highest = Math.max(...column);
    const weights = column.map((logit) => Math.exp(logit - highest));
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  });
  return logits_C_K.map((_, c) => draws.map((draw) => draw[c]!));
}

/** Normal logits `[N][C][K]`, the same for the same seed. */
export function randomLogits(
  [items, classes, draws]: readonly [items: number, classes: number, draws: number],
  seed: number,
): number[][][] {
  const random = createRandom(seed);
  return Array.from({ length: items }, () =>
    Array.from({ length: classes }, () => Array.from({ length: draws }, () => Math.fround(2 * random.normal()))),
  );
}

/** The same predictions, said to be of the same samples of the parameters for all items. */
export const consistent = (given: Predictions): Predictions => ({ ...given, isConsistent: true });
