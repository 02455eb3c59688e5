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

// ln p = e ln2 + ln(left) + ln(1 + r), where p = 2^e (left + rest), left is a multiple of 1/512 in [1, 2) and r = rest / left < 1/512.
const LOG_STEPS = 512;
const STEP_BITS = 14; // of the 23 bits of a float32's mantissa, those beyond the 9 that choose the table's entry
const LOGS = Float64Array.from({ length: LOG_STEPS }, (_, j) => Math.log1p(j / LOG_STEPS));
const SCALES = Float64Array.from({ length: LOG_STEPS }, (_, j) => 2 ** -23 / (1 + j / LOG_STEPS));
const SMALLEST_NORMAL = 0x00800000;

/**
 * `-p ln p` in nats for p >= 0, to 1e-14: `bits` are those of p as a float32. Where p is not one itself, the caller subtracts what
 * rounding took away: d(p ln p) = (1 + ln p) dp, of which the second part is in here. 0 for p = 0. The entropies of a pool's draws
 * take one logarithm per class and draw, and from the bits it takes a third of the time of `Math.log`.
 */
export function negativePLogP(p: number, bits: number): number {
  if (bits < SMALLEST_NORMAL) return p > 0 ? -p * Math.log(p) : 0;
  const j = (bits >> STEP_BITS) & (LOG_STEPS - 1);
  const r = (bits & ((1 << STEP_BITS) - 1)) * SCALES[j]!;
  const log = ((bits >> 23) - 127) * Math.LN2 + (LOGS[j]! + r * (1 - r * (1 / 2 - r * (1 / 3 - r * (1 / 4)))));
  return -p * log;
}

const rounded = new Float32Array(1);
const bits = new Int32Array(rounded.buffer);

/** `-sum p ln p` in nats, to 1e-14 per class; 0 ln 0 is 0. */
export function shannonEntropy(probs_C: Float64Array): number {
  let entropy = 0;
  for (let c = 0; c < probs_C.length; c++) {
    const p = probs_C[c]!;
    rounded[0] = p;
    entropy += negativePLogP(p, bits[0]!) - (p - rounded[0]!);
  }
  return entropy;
}
