import type { ParameterUpdate } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";

/** Updates the weights `[start, end)` with the gradients that begin at `offset`. */
export type RangeUpdate = (gradient: Float32Array, offset: number, start: number, end: number) => void;

/** Per row of a parameter: whether its optimizer state may differ from zero. */
export type TouchedRows = Uint8Array;

const AT_REST = 0;
const MOVING = 1;
const UPDATED_NOW = 2;

/**
 * Applies a gradient of rows so that the result equals, bit for bit, the dense update with zeros in all other rows: rows that have
 * a gradient are updated with it, rows that had one before with zeros (their moments still move them), and all the others
 * by `updateAtRest`, which may leave out what zero moments and a zero gradient leave unchanged.
 */
export function updateRows(
  { name, weights, gradient }: ParameterUpdate & { readonly gradient: { readonly kind: "rows" } },
  touched: TouchedRows,
  update: RangeUpdate,
  updateAtRest: ((start: number, end: number) => void) | undefined,
): void {
  const width = weights.length / touched.length;
  if (gradient.data.length !== gradient.rows.length * width) {
    throw new BaalError(
      "E_SHAPE",
      `The gradient of ${name} names ${gradient.rows.length} rows of ${width} numbers and holds ${gradient.data.length} numbers.`,
    );
  }
  checkRows(name, gradient.rows, touched.length);
  gradient.rows.forEach((row, i) => {
    update(gradient.data, i * width, row * width, (row + 1) * width);
    touched[row] = UPDATED_NOW;
  });
  const zeros = new Float32Array(width);
  for (let row = 0; row < touched.length; row++) {
    const start = row * width;
    if (touched[row] === UPDATED_NOW) touched[row] = MOVING;
    else if (touched[row] === MOVING) update(zeros, 0, start, start + width);
    else updateAtRest?.(start, start + width);
  }
}

/** Which rows have state, read from the state arrays themselves (after a dense step or after loading). */
export function findTouchedRows(rowCount: number, states: readonly Float32Array[]): TouchedRows {
  const touched = new Uint8Array(rowCount);
  for (const state of states) {
    const width = state.length / rowCount;
    for (let row = 0; row < rowCount; row++) {
      if (touched[row] === AT_REST && state.subarray(row * width, (row + 1) * width).some((x) => x !== 0)) touched[row] = MOVING;
    }
  }
  return touched;
}

/** Checked before anything is written, so that a wrong gradient leaves the weights as they were. */
function checkRows(name: string, rows: Int32Array, rowCount: number): void {
  const seen = new Set<number>();
  for (const row of rows) {
    if (row < 0 || row >= rowCount) {
      throw new BaalError("E_SHAPE", `The gradient of ${name} names row ${row}; its rows run from 0 to ${rowCount - 1}.`);
    }
    if (seen.has(row)) throw new BaalError("E_SHAPE", `The gradient of ${name} names row ${row} twice; sum equal rows first.`);
    seen.add(row);
  }
}
