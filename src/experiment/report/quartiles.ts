/** Of some values: linear between them, as numpy's default. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Infinite values (a target that was not reached) count as the highest. */
export function quartiles(values: readonly number[]): Quartiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => {
    const place = p * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    const share = place - Math.floor(place);
    return share === 0 || below === above ? below : below + share * (above - below);
  };
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}
