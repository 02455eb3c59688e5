import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../core/errors.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";
import { type PreparedRows, sliceRows, squaredFromProduct } from "./prepared-rows.js";

/** The nearest centre of each row so far. */
export interface NearestCentres {
  /** Squared distances in the rows' space; `Infinity` where nothing was near yet. */
  readonly squared_N: Float64Array;
  /** Positions of the nearest centres, where they are wanted. */
  readonly centre_N?: Int32Array | undefined;
}

const ROW_BLOCK = 4096;
const CENTRE_BLOCK = 1024;

/** Lowers `nearest` to the nearest of `centres` where one is nearer than what was; the first of equally near ones. */
export async function shrinkToNearest(
  rows: PreparedRows,
  centres: PreparedRows,
  { squared_N, centre_N }: NearestCentres,
  signal?: AbortSignal,
): Promise<void> {
  const products = new Float32Array(Math.min(ROW_BLOCK, rows.rows) * Math.min(CENTRE_BLOCK, centres.rows));
  for (let first = 0; first < rows.rows; first += ROW_BLOCK) {
    throwIfAborted(signal, "The search for nearest centres");
    const left = sliceRows(rows, first, Math.min(first + ROW_BLOCK, rows.rows));
    for (let firstCentre = 0; firstCentre < centres.rows; firstCentre += CENTRE_BLOCK) {
      const right = sliceRows(centres, firstCentre, Math.min(firstCentre + CENTRE_BLOCK, centres.rows));
      await matrixProduct(left, right, { transposeB: true, into: products });
      for (let row = 0; row < left.rows; row++) {
        const best = nearestColumn(products, row * right.rows, right.halfNorms);
        const squared = squaredFromProduct(left, row, right, best, products[row * right.rows + best]!);
        if (squared >= squared_N[first + row]!) continue;
        squared_N[first + row] = squared;
        if (centre_N) centre_N[first + row] = firstCentre + best;
      }
    }
    await setImmediate();
  }
}

function nearestColumn(products: Float32Array, at: number, halfNorms: Float32Array): number {
  let best = 0;
  let lowest = Infinity;
  for (let column = 0; column < halfNorms.length; column++) {
    const key = halfNorms[column]! - products[at + column]!;
    if (key < lowest) {
      lowest = key;
      best = column;
    }
  }
  return best;
}
