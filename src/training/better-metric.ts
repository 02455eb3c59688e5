/** Whether a metric's value beats the best so far by more than `threshold`. Anything but NaN beats nothing at all. */
export function isBetter(
  value: number,
  best: number | null,
  options: { readonly greaterIsBetter: boolean; readonly threshold?: number },
): boolean {
  if (Number.isNaN(value)) return false;
  if (best === null) return true;
  return (options.greaterIsBetter ? value - best : best - value) > (options.threshold ?? 0);
}
