import type { LabelledItems } from "../heuristics/heuristic.js";
import { randomOrder, requireEvidence } from "./evidence.js";
import { labelRows } from "./label-rows.js";
import { pickCount } from "./score-strategy.js";
import type { Selection, Strategy } from "./strategy.js";

/**
 * Rare labels first: a batch that evens out how many items each label has. Each pick is for the label that has the fewest so far (the labelled items that have it,
 * a pick that was made for it, and the probabilities with which other picks have it), and is the item on which the model is least sure of that label: the
 * highest entropy `-p ln p - (1 - p) ln(1 - p)` of its mean probability p. A greedy form of class-balanced selection (Bengar et al. 2022, arXiv:2110.04543),
 * whose balance is over all labels and not over one class an item, so that it serves both. For data whose labels are far from equally common, and a
 * measure that counts each label alike.
 *
 * `scores` are these entropies. Where nothing is labelled yet all labels have none. Throws `E_SHAPE` for dense predictions, `E_NOT_FINITE`, `E_ARGUMENT`.
 *
 * @example
 * ```ts
 * import { predictions } from "baaljs/heuristics";
 * import { createRandom, rareLabels } from "baaljs/strategies";
 *
 * // Three items with the probabilities of two labels, of which the first has been seen often.
 * const draws = predictions("sigmoid", [3, 2, 1], Float32Array.of(0.5, 0.01, 0.9, 0.3, 0.4, 0.02), [7, 8, 9]);
 * const labelled = { indices: [1, 2, 3], targets: [], targetLists: [[1, 0], [1, 0], [1, 1]] };
 * const picked = await rareLabels().select({ indices: [7, 8, 9], predictions: draws, labelled }, 1, createRandom(1));
 * console.log(picked.indices); // [8]
 * ```
 */
export function rareLabels(): Strategy {
  const strategy: Strategy = {
    name: "rarelabels",
    needs: ["probabilities", "labelled"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, predictions, labelled } = requireEvidence(pool, strategy);
      const { probs_N_C, classes } = labelRows(predictions);
      // In an order of their own, so that of labels with as few items none is favoured for its place.
      const labels = createOrder(classes, random);
      const counts_C = countsOf(labelled, classes);
      const left = randomOrder(indices, random);
      const picked: Selection = { indices: [], scores: [] };
      while (picked.indices.length < picks) {
        const rarest = labels.reduce((best, label) => (counts_C[label]! < counts_C[best]! ? label : best));
        let place = 0;
        let highest = -1;
        for (const [at, item] of left.entries()) {
          const uncertainty = binaryEntropy(probs_N_C[item * classes + rarest]!);
          if (uncertainty > highest) [highest, place] = [uncertainty, at];
        }
        const [item = 0] = left.splice(place, 1);
        picked.indices.push(indices[item]!);
        picked.scores.push(highest);
        for (let c = 0; c < classes; c++) counts_C[c]! += c === rarest ? 1 : probs_N_C[item * classes + c]!;
      }
      return picked;
    },
  };
  return strategy;
}

function createOrder(classes: number, random: Parameters<Strategy["select"]>[2]): number[] {
  return randomOrder(
    Array.from({ length: classes }, (_, label) => label),
    random,
  );
}

/** How many labelled items have each label. */
function countsOf(labelled: LabelledItems | undefined, classes: number): Float64Array {
  const counts_C = new Float64Array(classes);
  for (const target of labelled?.targets ?? []) if (target >= 0 && target < classes) counts_C[target]!++;
  for (const list of labelled?.targetLists ?? []) {
    for (let c = 0; c < classes; c++) if ((list[c] ?? 0) >= 0.5) counts_C[c]!++;
  }
  return counts_C;
}

function binaryEntropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -p * Math.log(p) - (1 - p) * Math.log1p(-p);
}
