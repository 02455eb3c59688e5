/** The sum of `length` numbers from `start` on; four sums at a time, since each addition waits for the one before. */
export function sumOf(values: Float32Array, start: number, length: number): number {
  const end = start + length;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  for (; i + 3 < end; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (; i < end; i++) a += values[i]!;
  return a + b + (c + d);
}
