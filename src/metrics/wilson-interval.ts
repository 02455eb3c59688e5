/**
 * The 95 % interval of a share that was counted: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927. Within
 * [0, 1] for few items, too, where the usual one is not. `share` in [0, 1] of `items`; the whole range for no items.
 */
export function wilsonInterval(share: number, items: number): { readonly low: number; readonly high: number } {
  if (!(items > 0)) return { low: 0, high: 1 };
  const z = 1.959964;
  const spread = z * z;
  const middle = (share + spread / (2 * items)) / (1 + spread / items);
  const half = (z / (1 + spread / items)) * Math.sqrt((share * (1 - share)) / items + spread / (4 * items * items));
  // At the ends the formula's terms cancel out, and rounding must not leave a trace of that.
  return { low: share === 0 ? 0 : Math.max(0, middle - half), high: share === 1 ? 1 : Math.min(1, middle + half) };
}

/** A share that was counted of so many items. */
export interface CountedShare {
  readonly share: number;
  readonly items: number;
}

/**
 * The 95 % interval of `a - b`, of items that were drawn apart: Newcombe, "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 1998, method 10.
 */
export function shareDifference(a: CountedShare, b: CountedShare): { readonly low: number; readonly high: number } {
  const [ofA, ofB] = [wilsonInterval(a.share, a.items), wilsonInterval(b.share, b.items)];
  const difference = a.share - b.share;
  return {
    low: difference - Math.hypot(a.share - ofA.low, ofB.high - b.share),
    high: difference + Math.hypot(ofA.high - a.share, b.share - ofB.low),
  };
}
