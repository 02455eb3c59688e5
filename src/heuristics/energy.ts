import { BaalError } from "../errors.js";
import { sizesOf } from "./draws.js";
import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, positionHeuristic } from "./position-heuristic.js";
import { softmaxWeight } from "./quick-exp.js";
import { type DrawsPlace, unusableDraws } from "./unusable-draws.js";

export interface EnergyOptions extends DenseOptions {
  /** T of `-T ln sum exp(z / T)`; 1 by default, as the paper recommends. */
  readonly temperature?: number;
}

/**
 * The energy of the logits, as a score for items out of distribution (Liu et al. 2020, arXiv:2010.03759): `-T ln sum exp(z / T)`,
 * averaged over the draws; high where no class has a high logit, which the softmax does not show. May be negative, and often is.
 *
 * Throws `E_ARGUMENT` for a temperature that is not a positive number and, on scoring, for probabilities: the softmax has removed
 * what the energy looks at.
 */
export function energy({ temperature = 1, ...options }: EnergyOptions = {}): Heuristic {
  if (!(temperature > 0 && temperature < Infinity))
    throw new BaalError("E_ARGUMENT", `The temperature of the energy is a positive number; ${temperature} came.`);
  return positionHeuristic(
    {
      name: "energy",
      needs: ["probabilities"],
      upperBound: () => Infinity,
      scorer(predictions) {
        const { classes, positions, iterations } = sizesOf(predictions);
        if (predictions.kind !== "logits")
          throw new BaalError(
            "E_ARGUMENT",
            '"energy" needs logits, and probabilities came: the softmax has removed what it looks at. Predict logits, or use "maxsoftmax".',
          );
        const stride = positions * iterations;
        return (item, position) => {
          const place = { item, start: item * classes * stride + position * iterations, stride, classes, iterations };
          const score = meanEnergy(predictions.data, place, temperature);
          if (!Number.isFinite(score)) throw unusableDraws(predictions, place);
          return score;
        };
      },
    },
    options,
  );
}

function meanEnergy(data: Float32Array, { start, stride, classes, iterations }: DrawsPlace, temperature: number): number {
  const end = start + classes * stride;
  let total = 0;
  for (let k = 0; k < iterations; k++) {
    let highest = -Infinity;
    for (let i = start + k; i < end; i += stride) {
      highest = Math.max(highest, data[i]!);
      total += 0 * data[i]!; // NaN for an infinity, which the exponential would make 0 of
    }
    let sum = 0;
    for (let i = start + k; i < end; i += stride) sum += softmaxWeight((data[i]! - highest) / temperature);
    total -= highest + temperature * Math.log(sum);
  }
  return total / iterations;
}
