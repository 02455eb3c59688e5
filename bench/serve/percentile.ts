/** The smallest of the values that `share` of them do not exceed: 0.5 the median, 0.99 what one in a hundred exceeds. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("The percentile of no values is not defined.");
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** `p50 / p99` in milliseconds. */
export function showLatency(values: readonly number[]): string {
  return `${percentile(values, 0.5).toFixed(1)} / ${percentile(values, 0.99).toFixed(1)} ms`;
}
