import { BaalError } from "../errors.js";

/**
 * Area under the ROC curve, in [0, 1]: the probability that a positive item scores higher than a negative one, ties counting half
 * (Mann and Whitney 1947). `positives_N` holds 1 or true for positives, 0 or false for the rest. O(N log N).
 * Throws `E_ARGUMENT` when one of the two kinds is missing, `E_SHAPE`, `E_NOT_FINITE`.
 */
export function auroc(scores_N: ArrayLike<number>, positives_N: ArrayLike<number | boolean>): number {
  const items = scores_N.length;
  if (positives_N.length !== items)
    throw new BaalError("E_SHAPE", `${items} scores came with ${positives_N.length} marks of positives.`);
  for (let i = 0; i < items; i++) {
    if (!Number.isFinite(scores_N[i])) throw new BaalError("E_NOT_FINITE", `Item ${i} has the score ${scores_N[i]}.`);
  }
  const ascending = Uint32Array.from({ length: items }, (_, i) => i).sort((a, b) => scores_N[a]! - scores_N[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < items; ) {
    let end = start;
    let tied = 0;
    for (; end < items && scores_N[ascending[end]!] === scores_N[ascending[start]!]; end++)
      if (positives_N[ascending[end]!]) tied++;
    positives += tied;
    rankSum += (tied * (start + 1 + end)) / 2; // equal scores share their mean rank
    start = end;
  }
  const negatives = items - positives;
  if (positives === 0 || negatives === 0) {
    throw new BaalError("E_ARGUMENT", `AUROC needs positive and negative items; ${positives} and ${negatives} came.`);
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
