import { BaalError } from "./errors.js";
import { firstNotFinite } from "./finite.js";

/**
 * One vector per item, row-major `features_N_D`: what the model's last linear layer reads (dropout off), or any embedding.
 * `indices` are the dataset indices of the N items, in the order of `data`.
 */
export interface Features {
  readonly shape: readonly [items: number, width: number];
  readonly data: Float32Array;
  readonly indices: readonly number[];
}

/**
 * Checks that shape, data and indices agree, and that the numbers are finite. Throws `E_SHAPE`, `E_NOT_FINITE` (naming the item).
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 *
 * const rows = features([2, 3], Float32Array.of(0.1, 0.2, 0.3, 1, 2, 3), [17, 4]); // a vector of 3 numbers for dataset items 17 and 4
 * console.log(rows.shape);
 * ```
 */
export function features(
  shape: readonly [number, number],
  data: Float32Array,
  indices: readonly number[] = Array.from({ length: shape[0] }, (_, i) => i),
): Features {
  const [items, width] = shape;
  if (data.length !== items * width)
    throw new BaalError("E_SHAPE", `Features of shape [${shape}] need ${items * width} numbers, ${data.length} came.`);
  if (indices.length !== items)
    throw new BaalError("E_SHAPE", `Features of ${items} items came with ${indices.length} dataset indices.`);
  const position = firstNotFinite(data);
  if (position >= 0)
    throw new BaalError(
      "E_NOT_FINITE",
      `Dataset item ${indices[Math.floor(position / width)]} has the feature ${data[position]} at ${position % width}, where a finite number was expected.`,
    );
  return { shape, data, indices };
}

/** The vectors at these positions. */
export function rowsOf({ shape: [items, width], data, indices }: Features, rows: readonly number[]): Features {
  if (rows.length === items && rows.every((row, n) => row === n)) return { shape: [items, width], data, indices };
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, n) => {
    picked.set(data.subarray(row * width, (row + 1) * width), n * width);
  });
  return { shape: [rows.length, width], data: picked, indices: rows.map((row) => indices[row]!) };
}

/** Copies of the vectors, of length 1. */
export function toLengthOne({ shape, data, indices }: Features): Features {
  return { shape, data: scaleToLengthOne(data.slice(), shape[1]), indices };
}

/** In place: each row divided by its Euclidean length; a row of zeros stays. */
export function scaleToLengthOne(rows_N_D: Float32Array, width: number): Float32Array {
  for (let start = 0; start < rows_N_D.length; start += width) {
    let squares = 0;
    for (let i = start; i < start + width; i++) squares += rows_N_D[i]! ** 2;
    const length = Math.max(Math.sqrt(squares), 1e-9);
    for (let i = start; i < start + width; i++) rows_N_D[i]! /= length;
  }
  return rows_N_D;
}
