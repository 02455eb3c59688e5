import { BaalError } from "../core/errors.js";

/** N items in which out of scope and the rest are known. */
export interface ScopedItems {
  /** Higher: rather out of scope. */
  readonly scores_N: readonly number[];
  readonly isOutOfScope_N: readonly boolean[];
  /** Whether the most probable class is the item's own, for those in scope. */
  readonly isRight_N: readonly boolean[];
}

/** Share of the items in scope that are accepted and right, and share of those out of scope that are rejected. */
export interface ScopedResult {
  readonly inScopeAccuracy: number;
  readonly outOfScopeRecall: number;
}

/**
 * The score above which items are best taken for out of scope: the one with the highest accuracy over all items, out of scope counting
 * as a class of its own (Larson et al. 2019, arXiv:1909.02027, "oos-threshold"). To be called with validation items only.
 * Lies halfway between two scores; the lowest such one among equals. Throws `E_DATA` where one of the two kinds is missing.
 */
export function chooseThreshold({ scores_N, isOutOfScope_N, isRight_N }: ScopedItems): number {
  if (!isOutOfScope_N.includes(true) || !isOutOfScope_N.includes(false)) {
    throw new BaalError("E_DATA", "A threshold is chosen on items in scope and out of scope; one of the two kinds is missing.");
  }
  const order = Array.from(scores_N.keys()).sort((a, b) => scores_N[a]! - scores_N[b]!);
  const scoreAt = (position: number) => scores_N[order[position]!]!;
  // From "all are rejected" on, accepting one item after the other.
  let right = isOutOfScope_N.filter(Boolean).length;
  let best = { right, threshold: scoreAt(0) - 1 };
  order.forEach((item, position) => {
    if (isOutOfScope_N[item]) right--;
    else if (isRight_N[item]) right++;
    const isLast = position === order.length - 1;
    if (!isLast && scoreAt(position + 1) === scoreAt(position)) return;
    const threshold = isLast ? scoreAt(position) : (scoreAt(position) + scoreAt(position + 1)) / 2;
    if (right > best.right) best = { right, threshold };
  });
  return best.threshold;
}

/** The result of a threshold on items. */
export function applyThreshold({ scores_N, isOutOfScope_N, isRight_N }: ScopedItems, threshold: number): ScopedResult {
  const counts = { inScope: 0, right: 0, outOfScope: 0, rejected: 0 };
  scores_N.forEach((score, item) => {
    const isRejected = score > threshold;
    if (isOutOfScope_N[item]) {
      counts.outOfScope++;
      if (isRejected) counts.rejected++;
    } else {
      counts.inScope++;
      if (isRight_N[item] && !isRejected) counts.right++;
    }
  });
  return { inScopeAccuracy: counts.right / counts.inScope, outOfScopeRecall: counts.rejected / counts.outOfScope };
}
