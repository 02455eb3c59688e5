// exp(x) = 2^(n/64) * exp(r), where n = round(64 x / ln2) and |r| <= ln2/128: the powers come from a table, exp(r) from its series.
const STEPS = 64;
const HALF = 64 * STEPS;
const POWERS = Float64Array.from({ length: 2 * HALF }, (_, i) => 2 ** ((i - HALF) / STEPS));
const SCALE = STEPS / Math.LN2;
const STEP = Math.LN2 / STEPS;
const OFFSET = HALF * STEP;

/** {@link quickExp} is made for -QUICK_EXP_RANGE <= x <= QUICK_EXP_RANGE. */
export const QUICK_EXP_RANGE = 44;

/**
 * `exp(x)` for |x| <= 44 to a relative error of 4e-11, NaN beyond: a softmax over a pool is one exponential per class and draw, logits
 * are float32, and this takes a fraction of the time of `Math.exp`.
 */
export function quickExp(x: number): number {
  const i = (x * SCALE + (HALF + 0.5)) | 0;
  const r = x + OFFSET - i * STEP;
  return POWERS[i]! * (1 + r * (1 + r * (1 / 2 + r * (1 / 6))));
}
