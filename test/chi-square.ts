/**
 * Pearson's statistic of counts against expected counts, and the limit that it stays under in all but about one of 10,000 runs
 * (Wilson and Hilferty's approximation). Cells of fewer than 5 expected counts are thrown together.
 */
export function chiSquare(
  counts: readonly number[],
  expected: readonly number[],
): { readonly statistic: number; readonly limit: number } {
  const cells = expected.map((mean, i) => ({ mean, count: counts[i]! }));
  const large = cells.filter((cell) => cell.mean >= 5);
  const small = cells
    .filter((cell) => cell.mean < 5)
    .reduce((sum, cell) => ({ mean: sum.mean + cell.mean, count: sum.count + cell.count }), { mean: 0, count: 0 });
  const used = small.mean > 0 ? [...large, small] : large;
  const statistic = used.reduce((sum, { mean, count }) => sum + (count - mean) ** 2 / mean, 0);
  const freedom = used.length - 1;
  const spread = 2 / (9 * freedom);
  return { statistic, limit: freedom * (1 - spread + 3.719 * Math.sqrt(spread)) ** 3 };
}
