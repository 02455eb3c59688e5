/** Wilcoxon's signed-rank test of paired differences. */
export interface SignedRankTest {
  /** Sum of the ranks of the positive differences. */
  readonly statistic: number;
  /** Of two sides, exact. */
  readonly pValue: number;
  /** Differences other than 0. */
  readonly pairs: number;
}

/**
 * Whether paired differences lie around 0 (Wilcoxon 1945), exactly: by counting all signs that the ranks could have had, ties sharing their
 * mean rank, differences of 0 left out. With n pairs no p-value can be below 2 / 2^n: three seeds give 0.25 at best, six 0.031.
 */
export function signedRankTest(differences: readonly number[]): SignedRankTest {
  const kept = differences.filter((difference) => difference !== 0);
  const order = [...kept].sort((a, b) => Math.abs(a) - Math.abs(b));
  // Twice the ranks, which are whole numbers with ties, too.
  const ranks = order.map((difference) => {
    const first = order.findIndex((other) => Math.abs(other) === Math.abs(difference));
    const count = order.filter((other) => Math.abs(other) === Math.abs(difference)).length;
    return 2 * first + count + 1;
  });
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranks.reduce((sum, rank, i) => (order[i]! > 0 ? sum + rank : sum), 0);
  // How probable each sum is when every sign is a coin's.
  let chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    const next = new Float64Array(total + 1);
    for (let sum = 0; sum <= total; sum++) {
      const chance = chances[sum]! / 2;
      if (chance === 0) continue;
      next[sum]! += chance;
      next[sum + rank]! += chance;
    }
    chances = next;
  }
  const lower = Math.min(positive, total - positive);
  let tail = 0;
  for (let sum = 0; sum <= lower; sum++) tail += chances[sum]!;
  return { statistic: positive / 2, pValue: Math.min(1, 2 * tail), pairs: kept.length };
}
