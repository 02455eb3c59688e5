import type { Random } from "../core/random.js";

/** 128 random bits that name a family of numbers, one per dataset index. */
export type ItemKey = readonly [number, number, number, number];

/** A fresh key, drawn from `random`. */
export function itemKey(random: Random): ItemKey {
  const word = () => random.integer(0, 0xffffffff);
  return [word(), word(), word(), word()];
}

/**
 * A number in (0, 1), never 0 or 1, that only depends on the key and the dataset index. Giving each item its own number in this
 * way, where a sequence would go by position, makes random choices independent of the order of a pool.
 */
export function itemUniform(key: ItemKey, index: number): number {
  const low = index | 0;
  const high = Math.floor(index / 2 ** 32) | 0;
  const a = mixed((mixed(low ^ key[0]) + high) ^ key[1]) >>> 6;
  const b = mixed((mixed(low ^ key[2]) + high) ^ key[3]) >>> 6;
  return (a * 2 ** 26 + b + 0.5) * 2 ** -52;
}

/** A bijection of the 32-bit integers whose output bits each depend on all input bits (C. Wellons' "lowbias32"). */
function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return x ^ (x >>> 15);
}
