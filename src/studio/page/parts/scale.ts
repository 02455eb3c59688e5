/** Round values from `low` to `high` that are about `most` at most: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, most: number): number[] {
  if (!(high > low)) return [low];
  const least = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The range that values lie in, widened to round values. `floor` and `ceiling` are not passed. */
export function niceRange(
  values: readonly number[],
  {
    floor = Number.NEGATIVE_INFINITY,
    ceiling = Number.POSITIVE_INFINITY,
  }: { readonly floor?: number; readonly ceiling?: number } = {},
): readonly [low: number, high: number] {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return [Math.max(0, floor), Math.min(1, ceiling)];
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const spread = most - least || Math.max(Math.abs(most), 1) * 0.1;
  // What is all the same lies in the middle of a range, if that goes on at both sides.
  const [low, high] = most > least ? [least, most] : [least - spread, most + spread];
  const [first, second] = niceTicks(low - 0.05 * spread, high + 0.05 * spread, 5);
  const step = second === undefined ? spread : second - first!;
  return [Math.max(floor, Math.floor(low / step) * step), Math.min(ceiling, Math.ceil(high / step - 1e-9) * step)];
}

/** From values to pixels. */
export function linear([low, high]: readonly [number, number], [from, to]: readonly [number, number]): (value: number) => number {
  return (value) => (high > low ? from + ((value - low) / (high - low)) * (to - from) : (from + to) / 2);
}

/** Points of a polyline. */
export function line(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}
