import { itemKey } from "../../src/core/random.js";
import { requireEvidence } from "../../src/strategies/evidence.js";
import { labelRows } from "../../src/strategies/label-rows.js";
import { pickCount, selectByKey } from "../../src/strategies/score-strategy.js";
import type { Strategy } from "../../src/strategies/strategy.js";

/**
 * Category vector inconsistency and ranking of scores (Reyes, Morell and Ventura 2018, "Effective active learning strategy for multi-label learning",
 * Neurocomputing 273): {@link bordaScores} times {@link inconsistencies}, the highest first. Labels that are not known count as absent. Here to be measured; the library does not offer it.
 */
export function cvirs(): Strategy {
  const strategy: Strategy = {
    name: "cvirs",
    needs: ["probabilities", "labelled"],
    select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      const { indices, predictions, labelled } = requireEvidence(pool, strategy);
      const { probs_N_C, classes } = labelRows(predictions);
      const ranking = bordaScores(probs_N_C, classes);
      const targets = (labelled?.targetLists ?? []).map((list) => list.map((has) => Number((has ?? 0) >= 0.5)));
      const inconsistency = inconsistencies(probs_N_C, targets, classes);
      const scores = ranking.map((score, item) => score * inconsistency[item]!);
      return selectByKey({ indices, scores, keys: scores }, picks, itemKey(random));
    },
  };
  return strategy;
}

/** Of each item: the share of the other items that are surer of a label (a larger margin |p - (1 - p)|), averaged over the labels. 1 is the least sure of all. */
function bordaScores(probs_N_C: Float64Array, classes: number): Float64Array {
  const items = probs_N_C.length / classes;
  const scores = new Float64Array(items);
  for (let c = 0; c < classes; c++) {
    const margins = Float64Array.from({ length: items }, (_, item) => Math.abs(2 * probs_N_C[item * classes + c]! - 1));
    const order = Uint32Array.from({ length: items }, (_, item) => item).sort((a, b) => margins[a]! - margins[b]!);
    for (const [rank, item] of order.entries()) scores[item]! += (items - 1 - rank) / (classes * Math.max(1, items - 1));
  }
  return scores;
}

/** Of each item: the mean {@link labelDistance} of its predicted labels (p >= 0.5) from those of the labelled items; 1 where nothing is labelled. */
function inconsistencies(probs_N_C: Float64Array, labelled: readonly ArrayLike<number>[], classes: number): Float64Array {
  return Float64Array.from({ length: probs_N_C.length / classes }, (_, item) => {
    if (labelled.length === 0) return 1;
    const predicted = Array.from(probs_N_C.subarray(item * classes, (item + 1) * classes), (p) => Number(p >= 0.5));
    return labelled.reduce((sum, target) => sum + labelDistance(predicted, target), 0) / labelled.length;
  });
}

/**
 * The entropy distance (2 H(a, b) - H(a) - H(b)) / H(a, b) of two vectors of 0 and 1, of the joint frequencies of their entries, in [0, 1]; 1 where they differ in
 * every entry, which entropies cannot tell from agreement.
 */
function labelDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const counts = [0, 0, 0, 0];
  for (let c = 0; c < a.length; c++) counts[2 * a[c]! + b[c]!]!++;
  const [neither, second, first, both] = counts as [number, number, number, number];
  if (neither + both === 0) return 1;
  const joint = entropyOf(counts);
  if (joint === 0) return 0;
  return (2 * joint - entropyOf([neither + second, first + both]) - entropyOf([neither + first, second + both])) / joint;
}

function entropyOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log(count / total)), 0);
}
