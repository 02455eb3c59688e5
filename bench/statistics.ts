/** The middle value; of an even number of values the mean of the two in the middle. Throws `RangeError` for an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("The median of no values is not defined.");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `median (smallest-largest)`, each with so many decimals. */
export function showSamples(values: readonly number[], options: { readonly unit: string; readonly decimals: number }): string {
  const show = (value: number) => value.toFixed(options.decimals);
  const range = values.length > 1 ? ` (${show(Math.min(...values))}-${show(Math.max(...values))})` : "";
  return `${show(median(values))} ${options.unit}${range}`;
}

/** Lower and upper quartile, between values in proportion. Throws `RangeError` for an empty list. */
export function quartiles(values: readonly number[]): readonly [lower: number, upper: number] {
  if (values.length === 0) throw new RangeError("The quartiles of no values are not defined.");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below]! + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!);
  };
  return [at(0.25), at(0.75)];
}
