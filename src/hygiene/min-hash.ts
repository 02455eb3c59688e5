import { createRandom } from "../random.js";

/** Makes signatures of sets of 32-bit hashes: the share of equal elements of two estimates the Jaccard similarity of the sets. */
export type MinHash = (elements: Uint32Array, signature: Uint32Array) => void;

/** MinHash (Broder 1997, "On the resemblance and containment of documents"): per permutation the least image of the set. */
export function minHash(permutations: number, seed: number): MinHash {
  const random = createRandom(seed);
  const offsets = Int32Array.from({ length: permutations }, () => random.integer(-0x80000000, 0x7fffffff));
  const factors = Int32Array.from({ length: permutations }, () => random.integer(-0x80000000, 0x7fffffff) | 1);
  return (elements, signature) => {
    signature.fill(0xffffffff);
    for (let e = 0; e < elements.length; e++) {
      const element = elements[e]!;
      for (let p = 0; p < permutations; p++) {
        // x -> (x xor b) a, a odd: a bijection of the 32-bit numbers.
        const image = Math.imul(element ^ offsets[p]!, factors[p]!) >>> 0;
        if (image < signature[p]!) signature[p] = image;
      }
    }
  };
}

/** How a signature is cut: items that agree in all `rows` numbers of any of the `bands` are compared. */
export interface Banding {
  readonly bands: number;
  readonly rows: number;
}

/**
 * The cut with the most rows, so the fewest needless comparisons, that still finds a pair of this similarity with probability
 * `recall`: one less `(1 - s^rows)^bands` (Leskovec, Rajaraman & Ullman 2014, section 3.4).
 */
export function banding(permutations: number, similarity: number, recall: number): Banding {
  for (let rows = permutations; rows > 1; rows--) {
    const bands = Math.floor(permutations / rows);
    if (1 - (1 - similarity ** rows) ** bands >= recall) return { bands, rows };
  }
  return { bands: permutations, rows: 1 };
}
