import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A seeded source of randomness, handed in by the caller. Same seed, same sequence. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** Standard Gumbel: `-ln(-ln U)`. */
  gumbel(): number;
  /** A new array with the items in random order (Fisher and Yates). */
  shuffled<T>(items: Iterable<T>): T[];
  /** The state as plain numbers, for JSON. */
  state(): readonly number[];
}

/**
 * A generator from an integer seed. Seeds next to each other give sequences that have nothing to do with each other.
 *
 * @example
 * ```ts
 * import { createRandom } from "baaljs";
 *
 * const random = createRandom(42);
 * console.log(random.integer(1, 6), random.uniform(), random.shuffled(["a", "b", "c"])); // the same each time
 * ```
 */
export function createRandom(seed: number): Random {
  return fromGenerator(xoroshiro128plusFromState(mixedState(seed32(seed))));
}

/** A generator that continues where `random.state()` was read. */
export function restoreRandom(state: readonly number[]): Random {
  return fromGenerator(xoroshiro128plusFromState(state));
}

/**
 * Four words that each depend on all bits of the seed: the sequence of a Weyl generator through the finaliser of MurmurHash3, as
 * SplitMix does (Steele, Lea and Flood 2014). With the seed itself as state, small seeds start with nearly the same numbers.
 */
function mixedState(seed: number): number[] {
  return [1, 2, 3, 4].map((step) => {
    let x = ((seed | 0) + Math.imul(step, 0x9e3779b9)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return x ^ (x >>> 16);
  });
}

function fromGenerator(generator: ReturnType<typeof xoroshiro128plusFromState>): Random {
  const uniform = () => uniformFloat64(generator);
  /** In (0, 1), for logarithms. */
  const open = () => {
    for (;;) {
      const u = uniform();
      if (u > 0) return u;
    }
  };
  return {
    uniform,
    integer: (low, high) => uniformInt(generator, low, high),
    // Box and Muller: sqrt(-2 ln U) cos(2 pi V)
    normal: () => Math.sqrt(-2 * Math.log(open())) * Math.cos(2 * Math.PI * uniform()),
    gumbel: () => -Math.log(-Math.log(open())),
    shuffled(items) {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = uniformInt(generator, 0, i);
        [result[i], result[j]] = [result[j]!, result[i]!];
      }
      return result;
    },
    state: () => generator.getState(),
  };
}

/** Where the lowest layer of the ziggurat begins, and the area of each. */
const ZIGGURAT = { layers: 128, tail: 3.442619855899, area: 9.91256303526217e-3 } as const;

/** By layer: its width per step of 25 bits with a sign, the steps below which a point lies under the curve for sure, and the curve's height at its edge. */
const layers = (() => {
  const { layers: count, tail, area } = ZIGGURAT;
  const density = (x: number) => Math.exp(-0.5 * x * x);
  const edges = new Float64Array(count + 1);
  edges[0] = area / density(tail);
  edges[1] = tail;
  for (let i = 2; i < count; i++) edges[i] = Math.sqrt(-2 * Math.log(area / edges[i - 1]! + density(edges[i - 1]!)));
  const steps = 2 ** 24;
  return {
    widths: edges.subarray(0, count).map((edge) => edge / steps),
    inside: Int32Array.from({ length: count }, (_, i) => Math.floor((edges[i + 1]! / edges[i]!) * steps)),
    heights: edges.map(density),
  };
})();

/**
 * Fills `values` with standard normals, in a tenth of the time of `random.normal()` for each: by the ziggurat (Marsaglia and Tsang 2000, with bits of
 * their own for layer and place, as Doornik 2005 asks), from a generator that `random` begins (sfc32 of PractRand: 128 bits of state, 32 a step).
 */
export function fillNormals(values: Float32Array | Float64Array, random: Random): void {
  const { widths, inside, heights } = layers;
  const word = () => random.integer(0, 0xffffffff) | 0;
  let [a, b, c, counter] = [word(), word(), word(), 1];
  for (let i = 0; i < values.length; ) {
    // Written out here: variables that a function of its own changed would be kept as objects.
    const bits = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + bits) | 0;
    const layer = bits & 127;
    const place = bits >> 7;
    const value = (place + 0.5) * widths[layer]!;
    if (Math.abs(place) < inside[layer]!) values[i++] = value;
    else if (layer === 0) values[i++] = Math.sign(value) * beyond(ZIGGURAT.tail, random);
    else {
      const height = heights[layer]! + random.uniform() * (heights[layer + 1]! - heights[layer]!);
      if (height < Math.exp(-0.5 * value * value)) values[i++] = value;
    }
  }
}

/** A standard normal beyond `x` (Marsaglia 1964). */
function beyond(x: number, random: Random): number {
  for (;;) {
    const more = -Math.log(1 - random.uniform()) / x;
    if (-2 * Math.log(1 - random.uniform()) > more * more) return x + more;
  }
}

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

/** What {@link itemUniform} is below, by the upper half of its bits: for half of the work. */
export function itemUniformCeiling(key: ItemKey, index: number): number {
  const high = Math.floor(index / 2 ** 32) | 0;
  return ((mixed((mixed((index | 0) ^ key[0]) + high) ^ key[1]) >>> 6) + 1) * 2 ** -26;
}

/** A bijection of the 32-bit integers whose output bits each depend on all input bits (C. Wellons' "lowbias32"). */
function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97);
  return x ^ (x >>> 15);
}

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

/** A seed of 32 bits from a seed of any size: one that fits stays as it is, the bits of a larger one all count. */
export function seed32(seed: number): number {
  return Math.trunc(seed / 2 ** 32) === 0 ? seed : deriveSeed(seed);
}

/** The purposes that seeds are derived for. */
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
  classMates: 11,
} as const;
