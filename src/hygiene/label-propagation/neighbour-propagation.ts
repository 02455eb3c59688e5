import { setImmediate } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { Features } from "../../core/features.js";
import { exactNeighbours, type FindNeighbours } from "../../neighbours/exact-neighbours.js";
import { multiply, type SparseMatrix } from "./sparse-matrix.js";

/** Options of {@link neighbourGraph}. */
export interface NeighbourGraphOptions {
  /** Neighbours of an item, itself not counted. */
  readonly neighbours: number;
  /** By which cosine distances are divided: the lower, the more the nearest alone count. */
  readonly temperature: number;
  readonly findNeighbours?: FindNeighbours | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** `D^(-1/2) A D^(-1/2)`: A has `exp(-d / T)` at an item's nearest neighbours, d being 1 less the cosine; D its row sums. A is as it is, not made symmetric. */
export async function neighbourGraph(features: Features, options: NeighbourGraphOptions): Promise<SparseMatrix> {
  const { neighbours, temperature, findNeighbours = exactNeighbours, signal } = options;
  if (!(Number.isInteger(neighbours) && neighbours >= 1))
    throw new BaalError("E_ARGUMENT", `neighbours is a whole number of at least 1; ${neighbours} came.`);
  if (!(temperature > 0)) throw new BaalError("E_ARGUMENT", `temperature is a number above 0; ${temperature} came.`);
  const size = features.shape[0];
  const found = await findNeighbours(features, features, neighbours + 1, { metric: "cosine", signal });
  const k = Math.min(neighbours, Math.max(0, size - 1));
  const columns = new Int32Array(size * k);
  const values = new Float64Array(size * k);
  const scale = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    let at = row * k;
    let sum = 0;
    // An item is among its own nearest ones, but where more of the same content are as near.
    for (let n = 0; n < found.k && at < (row + 1) * k; n++) {
      const column = found.positions[row * found.k + n]!;
      if (column === row) continue;
      columns[at] = column;
      values[at] = Math.exp(-found.distances[row * found.k + n]! / temperature);
      sum += values[at++]!;
    }
    scale[row] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
  for (let at = 0; at < values.length; at++) values[at]! *= scale[Math.floor(at / k)]! * scale[columns[at]!]!;
  return { size, rowStart: Int32Array.from({ length: size + 1 }, (_, row) => row * k), columns, values };
}

/** What is known of the labels of some rows: 1, 0 and `null` for each. */
export type KnownRows = ReadonlyMap<number, readonly (0 | 1 | null)[]>;

/**
 * Labels spread over a graph of neighbours: each label's yes and no by themselves, `Y <- W Y` so many times, what is known put back each time, and an
 * item's probability is the yes's share of both (as Zhu and Ghahramani 2002 clamp what is known). `[N, C]`; NaN where neither has come. Throws `E_ABORTED`.
 */
export async function spreadOverNeighbours(
  graph: SparseMatrix,
  known: KnownRows,
  options: { readonly labels: number; readonly iterations: number; readonly signal?: AbortSignal | undefined },
): Promise<Float32Array> {
  const { labels, iterations, signal } = options;
  const probs_N_C = new Float32Array(graph.size * labels);
  for (let label = 0; label < labels; label++) {
    let [yes, no] = [clamped(graph.size, known, label, 1), clamped(graph.size, known, label, 0)];
    let nextYes: Float64Array = new Float64Array(graph.size);
    let nextNo: Float64Array = new Float64Array(graph.size);
    for (let iteration = 0; iteration < iterations; iteration++) {
      throwIfAborted(signal, "Label propagation");
      multiply(graph, yes, nextYes);
      multiply(graph, no, nextNo);
      for (const [row, entries] of known) {
        const entry = entries[label];
        if (entry === null || entry === undefined) continue;
        nextYes[row] = entry;
        nextNo[row] = 1 - entry;
      }
      [yes, nextYes] = [nextYes, yes];
      [no, nextNo] = [nextNo, no];
      if (iteration % 8 === 7) await setImmediate();
    }
    for (let row = 0; row < graph.size; row++) {
      const sum = yes[row]! + no[row]!;
      probs_N_C[row * labels + label] = sum > 0 ? yes[row]! / sum : Number.NaN;
    }
  }
  return probs_N_C;
}

function clamped(size: number, known: KnownRows, label: number, value: 0 | 1): Float64Array {
  const column = new Float64Array(size);
  for (const [row, entries] of known) if (entries[label] === value) column[row] = 1;
  return column;
}
