import { type PreparedRows, pickRows } from "../../neighbours/prepared-rows.js";
import { visitWithin, type WithinOptions } from "../../neighbours/visit-within.js";

/** Picks the balls that cover most. */
export interface GreedyCover {
  /** The row whose ball covers most rows that nothing covers yet, the first of several; `undefined` once everything is covered. */
  next(): Promise<{ readonly row: number; readonly newlyCovered: number } | undefined>;
}

/**
 * Greedy maximum coverage by balls around `rows`, after those around `centres`. Counts and updates by two passes over all pairs
 * together, however many balls are picked: each row's neighbours are visited once at the start, and once when it becomes covered.
 */
export async function greedyCover(
  rows: PreparedRows,
  centres: PreparedRows | undefined,
  options: WithinOptions,
): Promise<GreedyCover> {
  const isCovered_N = new Uint8Array(rows.rows);
  if (centres)
    await visitWithin(centres, rows, options, (_centre, row) => {
      isCovered_N[row] = 1;
    });
  /** Uncovered rows in the ball of each row. */
  const gains_N = new Int32Array(rows.rows);
  const open = [...isCovered_N.keys()].filter((row) => !isCovered_N[row]);
  await visitWithin(pickRows(rows, open), rows, options, (_query, row) => {
    gains_N[row]! += 1;
  });
  return {
    async next() {
      const best = gains_N.reduce((highest, gain, row) => (gain > gains_N[highest]! ? row : highest), 0);
      if (gains_N[best] === 0) return undefined;
      const covered: number[] = [];
      await visitWithin(pickRows(rows, [best]), rows, options, (_query, row) => {
        if (!isCovered_N[row]) covered.push(row);
        isCovered_N[row] = 1;
      });
      await visitWithin(pickRows(rows, covered), rows, options, (_query, row) => {
        gains_N[row]! -= 1;
      });
      return { row: best, newlyCovered: covered.length };
    },
  };
}
