/** Grid of log10 of the precision, from nearly no prior to one that no data moves. */
const LOWEST = -4;
const HIGHEST = 6;
const GRID = 81;

/**
 * The precision with the largest log marginal likelihood: the best of a grid over ten orders of magnitude, then golden-section
 * search between its neighbours (MacKay 1992, "A practical Bayesian framework for backpropagation networks").
 */
export function choosePrecision(logMarginalLikelihood: (delta: number) => number): number {
  const at = (exponent: number) => logMarginalLikelihood(10 ** exponent);
  const step = (HIGHEST - LOWEST) / (GRID - 1);
  const grid = Array.from({ length: GRID }, (_, i) => LOWEST + i * step);
  const values = grid.map(at);
  const best = grid[values.indexOf(Math.max(...values))]!;
  let [low, high] = [Math.max(LOWEST, best - step), Math.min(HIGHEST, best + step)];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-4) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (at(left) > at(right)) high = right;
    else low = left;
  }
  return 10 ** ((low + high) / 2);
}
