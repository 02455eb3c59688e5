import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../core/errors.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";
import { type PreparedRows, sliceRows } from "./prepared-rows.js";
import { squaredDistance } from "./row-space.js";

export interface WithinOptions {
  /** In the rows' space. */
  readonly squaredRadius: number;
  readonly signal?: AbortSignal | undefined;
}

const QUERY_BLOCK = 1024;
const ROW_BLOCK = 4096;

/** Share of the norms by which a float32 distance may be wrong; what is nearer to the radius than this is measured anew. */
const UNSURE = 2 ** -16;

/**
 * Calls `visit` with the positions of each query and row that are within the radius of each other, itself included. Keeps no list of
 * them, which can hold Q x N pairs.
 */
export async function visitWithin(
  queries: PreparedRows,
  rows: PreparedRows,
  { squaredRadius, signal }: WithinOptions,
  visit: (query: number, row: number) => void,
): Promise<void> {
  const products = new Float32Array(Math.min(QUERY_BLOCK, queries.rows) * Math.min(ROW_BLOCK, rows.rows));
  const limit = squaredRadius / 2;
  for (let firstQuery = 0; firstQuery < queries.rows; firstQuery += QUERY_BLOCK) {
    const left = sliceRows(queries, firstQuery, Math.min(firstQuery + QUERY_BLOCK, queries.rows));
    for (let firstRow = 0; firstRow < rows.rows; firstRow += ROW_BLOCK) {
      throwIfAborted(signal, "The search for items within a radius");
      const right = sliceRows(rows, firstRow, Math.min(firstRow + ROW_BLOCK, rows.rows));
      await matrixProduct(left, right, { transposeB: true, into: products });
      const longest = right.halfNorms.reduce((a, b) => Math.max(a, b), 0);
      for (let query = 0, at = 0; query < left.rows; query++) {
        const norm = left.halfNorms[query]!;
        // One comparison settles most pairs.
        const outside = limit - norm + (norm + longest) * UNSURE;
        for (let row = 0; row < right.rows; row++, at++) {
          const key = right.halfNorms[row]! - products[at]!;
          if (key > outside) continue;
          const isSure = key < limit - norm - (norm + longest) * UNSURE;
          if (isSure || squaredDistance(left.data, query, right.data, row, rows.columns) <= squaredRadius)
            visit(firstQuery + query, firstRow + row);
        }
      }
      await setImmediate();
    }
  }
}
