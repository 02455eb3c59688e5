/**
 * The most even distribution that the mean over all draws can be, when the draws so far are the share `s` of them and have the mean p: of all
 * distributions that are nowhere below `s p` the one that raises the lowest classes to one level (water-filling). No such mean has a higher entropy,
 * and none has a lower largest probability.
 */
export function mostEvenMean(mean_C: Float64Array, share: number): Float64Array {
  const floor_C = mean_C.map((p) => share * p);
  const lowestFirst = Float64Array.from(floor_C).sort();
  let left = 1 - floor_C.reduce((a, b) => a + b);
  let level = lowestFirst[0]!;
  for (let c = 1; c <= lowestFirst.length; c++) {
    const next = lowestFirst[c] ?? Number.POSITIVE_INFINITY;
    const needed = c * (next - level);
    if (needed >= left) {
      level += left / c;
      break;
    }
    left -= needed;
    level = next;
  }
  return floor_C.map((p) => Math.max(p, level));
}
