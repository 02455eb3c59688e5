/**
 * A 32-bit seed of its own for each purpose: the same keys give the same seed, other keys give unrelated ones, so that, for
 * example, the draws of a prediction never repeat the dropout of training. Mixing is MurmurHash3's (Appleby 2011).
 */
export function deriveSeed(seed: number, ...keys: readonly number[]): number {
  // A seed beyond 32 bits keeps its upper bits too.
  let hash = Math.floor(seed / 2 ** 32) | 0;
  for (const key of [seed, ...keys]) {
    let k = Math.imul(key | 0, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    hash ^= k;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** What a seed is derived for. */
export const SEED_PURPOSE = {
  order: 1,
  predict: 2,
  evaluate: 3,
  mix: 4,
  unlabelledOrder: 5,
  teacherDropout: 6,
  teacherAugmentation: 7,
  studentAugmentation: 8,
  imageAugmentation: 9,
  pretraining: 10,
} as const;
