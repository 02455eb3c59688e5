/** Squared Euclidean distance of two rows of `width` numbers, in float64. */
export function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let [even, odd] = [0, 0];
  let at = i * width;
  let bt = j * width;
  const end = at + width;
  for (; at + 1 < end; at += 2, bt += 2) {
    const x = a[at]! - b[bt]!;
    const y = a[at + 1]! - b[bt + 1]!;
    even += x * x;
    odd += y * y;
  }
  if (at < end) even += (a[at]! - b[bt]!) ** 2;
  return even + odd;
}
