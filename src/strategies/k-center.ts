import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../core/errors.js";
import { matrixProduct } from "../engine/runtime/matrix-product.js";
import { shrinkToNearest } from "../neighbours/nearest-centres.js";
import { type PreparedRows, pickRows, prepareRows, squaredFromProduct } from "../neighbours/prepared-rows.js";
import { rowSpace } from "../neighbours/row-space.js";
import { randomOrder, requireEvidence, requireLabelledFeatures } from "./evidence.js";
import { pickCount, topPositions } from "./score-strategy.js";
import type { Selection, SelectionWorkOptions, Strategy } from "./strategy.js";

/** Items whose distances to all others are computed at once: the farthest ones, of which the next picks mostly are some. */
const LOOK_AHEAD = 16;

/**
 * Core-set selection by greedy k-center (Sener and Savarese 2018, arXiv:1708.00489; the greedy choice is Gonzalez 1985): each pick
 * is the item that is farthest from everything labelled or picked, in Euclidean distance of the features. No item of the pool is then
 * farther from its nearest centre than twice what the best choice could reach. Outliers are picked early: see `probCover` and
 * `typiclust` where they are noise. While nothing is labelled the first pick is the item nearest to the mean.
 *
 * `scores` are the distances to the nearest centre when an item was picked; for the first pick of a cold start, its distance to the
 * item farthest from it. Exact; (L + count) x N x D multiplications at most by matrix products, and memory for a copy of the features.
 *
 * Throws `E_ARGUMENT`, `E_POOL_EMPTY`, `E_SHAPE` for labelled features of another width, `E_NOT_FINITE`, `E_ABORTED` between picks.
 *
 * @example
 * ```ts
 * import { features } from "baaljs/heuristics";
 * import { createRandom, kCenterGreedy } from "baaljs/strategies";
 *
 * const rows = features([4, 1], Float32Array.of(0, 1, 2, 9));
 * const { indices } = await kCenterGreedy().select(rows, 2, createRandom(42));
 * console.log(indices); // the item nearest to the mean, and the one farthest from it
 * ```
 */
export function kCenterGreedy({ signal, onProgress }: SelectionWorkOptions = {}): Strategy {
  const strategy: Strategy = {
    name: "coreset",
    needs: ["features", "labelled"],
    async select(pool, count, random) {
      const picks = pickCount(count, pool.indices.length);
      if (picks === 0) return { indices: [], scores: [] };
      const { indices, features, labelled } = requireEvidence(pool, strategy);
      const centres = labelled && requireLabelledFeatures(labelled, strategy.name);
      const space = rowSpace("euclidean", features, centres ? [centres] : []);
      const order = randomOrder(indices, random);
      const rows = prepareRows(space, features, order);
      const squared_N = new Float64Array(rows.rows).fill(Infinity);
      await shrinkToNearest(rows, centres ? prepareRows(space, centres) : meanRow(rows), { squared_N }, signal);
      const distances = lookAhead(rows, squared_N);
      let row = centres ? indexOfHighest(squared_N) : indexOfLowest(squared_N);
      if (!centres) squared_N.fill(Infinity);

      const picked: Selection = { indices: [], scores: [] };
      for (;;) {
        const distance = Math.sqrt(squared_N[row]!) * space.unit;
        const next = await distances.pick(row);
        picked.indices.push(indices[order[row]!]!);
        picked.scores.push(Number.isFinite(distance) ? distance : Math.sqrt(Math.max(0, squared_N[next]!)) * space.unit);
        onProgress?.({ type: "select", done: picked.indices.length, total: picks });
        if (picked.indices.length === picks) return picked;
        row = next;
        await setImmediate();
        throwIfAborted(signal, `Core-set selection (after ${picked.indices.length} of ${picks} picks)`);
      }
    },
  };
  return strategy;
}

/** Marks what is picked in `squared_N`, the squared distances to the nearest centre. */
const PICKED = -1;

/** Distances to the rows that are likely to be picked next, a few at a time: reading all rows is what takes the time. */
function lookAhead(rows: PreparedRows, squared_N: Float64Array) {
  const products = new Float32Array(rows.rows * LOOK_AHEAD);
  let ahead: { readonly centres: PreparedRows; readonly columns: ReadonlyMap<number, number> } | undefined;
  return {
    /** Makes a row a centre: lowers `squared_N`. Gives the row that is now the farthest. */
    async pick(row: number): Promise<number> {
      if (!ahead?.columns.has(row)) {
        const likely = topPositions(rows.rows, Math.min(LOOK_AHEAD, rows.rows), (a, b) =>
          squared_N[a] === squared_N[b] ? a < b : squared_N[a]! > squared_N[b]!,
        );
        const positions = [row, ...likely.filter((other) => other !== row)].slice(0, LOOK_AHEAD);
        ahead = { centres: pickRows(rows, positions), columns: new Map(positions.map((position, column) => [position, column])) };
        await matrixProduct(rows, ahead.centres, { transposeB: true, into: products });
      }
      const column = ahead.columns.get(row)!;
      squared_N[row] = PICKED;
      for (let other = 0, at = column; other < rows.rows; other++, at += ahead.centres.rows) {
        if (squared_N[other]! <= 0) continue;
        const squared = squaredFromProduct(rows, other, ahead.centres, column, products[at]!);
        if (squared < squared_N[other]!) squared_N[other] = squared;
      }
      return indexOfHighest(squared_N);
    },
  };
}

function meanRow({ rows, columns, data }: PreparedRows): PreparedRows {
  const mean_D = new Float64Array(columns);
  for (let at = 0; at < data.length; ) for (let d = 0; d < columns; d++) mean_D[d]! += data[at++]! / rows;
  const mean = Float32Array.from(mean_D);
  const halfNorms = Float32Array.of(mean.reduce((sum, value) => sum + value * value, 0) / 2);
  return { rows: 1, columns, data: mean, halfNorms };
}

function indexOfHighest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

function indexOfLowest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! < values[best]!) best = i;
  return best;
}
