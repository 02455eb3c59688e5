import type { Draws } from "./draws.js";
import { shannonEntropy } from "./shannon-entropy.js";

/** Target rows that are multiplied at once: what the first level of a processor's cache holds beside an item. */
const TILE = 64;

/**
 * Makes a function that gives the sum over the targets of the joint entropies of an item's label and a target's:
 * p(y, y*) = mean over the draws of p(y | w) p(y* | w), so the products of the item's rows `[C, K]` with the targets' `[rows, K]`.
 */
export function jointEntropies(
  targetRows: Float64Array,
  iterations: number,
): (draws: Pick<Draws, "probs_C_K" | "classes">) => number {
  // Rows are taken in twos on both sides; a row of zeros makes an odd number even and adds 0 ln 0.
  const targets = evenRows(targetRows, iterations);
  const rows = targets.length / iterations;
  const joint = new Float64Array(2 * TILE);
  return ({ probs_C_K }) => {
    const own = evenRows(probs_C_K, iterations).map((p) => p / iterations);
    let total = 0;
    for (let first = 0; first < rows; first += TILE) {
      const tile = Math.min(TILE, rows - first);
      for (let y = 0; y < own.length; y += 2 * iterations) {
        const products = joint.subarray(0, 2 * tile);
        multiply({ own, y, targets, first: first * iterations, iterations }, products);
        total += shannonEntropy(products);
      }
    }
    return total;
  };
}

interface Factors {
  readonly own: Float64Array;
  readonly y: number;
  readonly targets: Float64Array;
  readonly first: number;
  readonly iterations: number;
}

/** The inner products of two of the item's rows, at `y`, with the target rows from `first` on, two by two. */
function multiply({ own, y, targets, first, iterations }: Factors, products: Float64Array): void {
  for (let at = 0, left = first; at < products.length; at += 4, left += 2 * iterations) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let k = 0; k < iterations; k++) {
      const even = own[y + k]!;
      const odd = own[y + iterations + k]!;
      const one = targets[left + k]!;
      const other = targets[left + iterations + k]!;
      a += even * one;
      b += even * other;
      c += odd * one;
      d += odd * other;
    }
    products[at] = a;
    products[at + 1] = b;
    products[at + 2] = c;
    products[at + 3] = d;
  }
}

function evenRows(rows: Float64Array, width: number): Float64Array {
  if ((rows.length / width) % 2 === 0) return rows;
  const padded = new Float64Array(rows.length + width);
  padded.set(rows);
  return padded;
}
