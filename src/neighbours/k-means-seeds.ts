import { throwIfAborted } from "../errors.js";
import type { Random } from "../random.js";
import { matrixProduct } from "../runtime/matrix-product.js";
import { type PreparedRows, pickRows, squaredFromProduct } from "./prepared-rows.js";

/** Rows proposed at once: one pass over all rows then serves several seeds. */
const PROPOSALS = 16;

/**
 * The positions of `count` rows, by k-means++ (Arthur and Vassilvitskii 2007): each after the first is drawn in proportion to its
 * squared distance to the nearest one drawn before; evenly from the rest where all of these are 0.
 *
 * Rows are proposed by the distances as they are at the start of a round, and taken with the probability by which their own
 * distance has shrunk since: the same distribution by rejection, in a fraction of the passes.
 */
export async function kMeansSeeds(rows: PreparedRows, count: number, random: Random, signal?: AbortSignal): Promise<number[]> {
  const seeds = [random.integer(0, rows.rows - 1)];
  const squared_N = new Float64Array(rows.rows).fill(Infinity);
  const shrink = (centres: PreparedRows, column: number, products: Float32Array) => {
    for (let row = 0, at = column; row < rows.rows; row++, at += centres.rows) {
      if (squared_N[row] === 0) continue;
      const squared = squaredFromProduct(rows, row, centres, column, products[at]!);
      if (squared < squared_N[row]!) squared_N[row] = squared;
    }
  };
  const first = pickRows(rows, seeds);
  shrink(first, 0, (await matrixProduct(rows, first, { transposeB: true })).data);

  const products = new Float32Array(rows.rows * PROPOSALS);
  while (seeds.length < count) {
    throwIfAborted(signal, `k-means++ (after ${seeds.length} of ${count} seeds)`);
    const sums_N = runningSums(squared_N);
    if (sums_N.at(-1) === 0) return [...seeds, ...anyOthers(rows.rows, seeds, count - seeds.length, random)];
    const proposed = Array.from({ length: Math.min(PROPOSALS, count - seeds.length) }, () => drawn(sums_N, random));
    const before = proposed.map((row) => squared_N[row]!);
    const centres = pickRows(rows, proposed);
    await matrixProduct(rows, centres, { transposeB: true, into: products });
    for (const [column, row] of proposed.entries()) {
      if (random.uniform() * before[column]! >= squared_N[row]!) continue;
      seeds.push(row);
      shrink(centres, column, products);
    }
  }
  return seeds;
}

function runningSums(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

/** A position in proportion to its part of the sums. */
function drawn(sums_N: Float64Array, random: Random): number {
  const target = random.uniform() * sums_N.at(-1)!;
  let [low, high] = [0, sums_N.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums_N[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

function anyOthers(size: number, taken: readonly number[], count: number, random: Random): number[] {
  const isTaken = new Set(taken);
  const others = Array.from({ length: size }, (_, position) => position).filter((position) => !isTaken.has(position));
  return random.shuffled(others).slice(0, count);
}
