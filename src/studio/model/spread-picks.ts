import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../../core/errors.js";
import { createRandom, fillNormals, type Random } from "../../core/random.js";
import { matrixProduct } from "../../engine/runtime/matrix-product.js";

/** What items are told apart by: the outer product of an error, `[E]`, and a vector, `[D]`, of each. */
export interface SpreadItems {
  readonly errors_N_E: Float32Array;
  readonly vectors_N_D: Float32Array;
  readonly errors: number;
  readonly width: number;
}

/**
 * The gradient of the mean binary cross-entropy by the last layer's weights, were the labels what the model says: `(p - y) ⊗ h / C`, y = 1 from
 * p = 1/2 on; or the column of one label (Ash et al. 2020, arXiv:1906.03671, for labels by themselves).
 */
export function gradientItems(
  probs_N_C: Float32Array,
  vectors_N_D: Float32Array,
  { classes, width, label }: { readonly classes: number; readonly width: number; readonly label?: number | undefined },
): SpreadItems {
  const error = (p: number) => (p - Number(p >= 0.5)) / classes;
  if (label === undefined) return { errors_N_E: probs_N_C.map(error), vectors_N_D, errors: classes, width };
  const one = Float32Array.from({ length: probs_N_C.length / classes }, (_, n) => error(probs_N_C[n * classes + label]!));
  return { errors_N_E: one, vectors_N_D, errors: 1, width };
}

/** Numbers of a projection. */
const PROJECTED = 64;

/** The vectors, which have length 1, by a Gaussian projection: what differs in content, whatever a model says. */
export async function projectedItems(vectors_N_D: Float32Array, width: number, seed: number): Promise<SpreadItems> {
  const rows = vectors_N_D.length / width;
  const size = Math.min(PROJECTED, width);
  const gaussian = new Float32Array(width * size);
  fillNormals(gaussian, createRandom(seed));
  const scaled = gaussian.map((value) => value / Math.sqrt(size));
  const { data } = await matrixProduct({ rows, columns: width, data: vectors_N_D }, { rows: width, columns: size, data: scaled });
  return { errors_N_E: new Float32Array(rows).fill(1), vectors_N_D: data, errors: 1, width: size };
}

/** Centres that are compared in one product. */
const BLOCK = 256;

/**
 * Picks by the seeding of k-means++ (Arthur and Vassilvitskii 2007): each in proportion to the squared distance to the nearest centre. What is known
 * already is a centre from the start; where nothing is, the first pick is any item. Where all that is left lies on a centre, any of it.
 * Rows of the picks, in the order of picking. Throws `E_ABORTED`.
 */
export async function spreadPicks(
  items: SpreadItems,
  options: {
    /** Rows that may be picked. */
    readonly among: readonly number[];
    /** Rows that count as picked. */
    readonly centres: readonly number[];
    readonly count: number;
    readonly random: Random;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<number[]> {
  const { among, centres, count, random, signal } = options;
  const pool = takeRows(items, among);
  const squared_N = new Float64Array(among.length).fill(Infinity);
  for (let start = 0; start < centres.length; start += BLOCK) {
    throwIfAborted(signal, "Picking");
    await shrinkTo(pool, takeRows(items, centres.slice(start, start + BLOCK)), squared_N);
    await setImmediate();
  }
  const left = new Set(among.keys());
  const picks: number[] = [];
  while (picks.length < count && left.size > 0) {
    throwIfAborted(signal, "Picking");
    const isFirst = picks.length === 0 && centres.length === 0;
    const row = (isFirst ? undefined : drawn(squared_N, left, random)) ?? anyOf([...left], random);
    left.delete(row);
    picks.push(among[row]!);
    await shrinkTo(pool, takeRows(pool, [row]), squared_N);
    squared_N[row] = 0;
  }
  return picks;
}

function takeRows({ errors_N_E, vectors_N_D, errors, width }: SpreadItems, rows: readonly number[]): SpreadItems {
  const take = (data: Float32Array, size: number) => {
    const taken = new Float32Array(rows.length * size);
    for (const [n, row] of rows.entries()) taken.set(data.subarray(row * size, (row + 1) * size), n * size);
    return taken;
  };
  return { errors_N_E: take(errors_N_E, errors), vectors_N_D: take(vectors_N_D, width), errors, width };
}

/** Lowers squared distances to those to the centres: |u⊗h - v⊗g|² = |u|²|h|² + |v|²|g|² - 2 (u·v)(h·g). */
async function shrinkTo(pool: SpreadItems, centres: SpreadItems, squared_N: Float64Array): Promise<void> {
  const count = centres.errors_N_E.length / centres.errors;
  const product = (left: Float32Array, right: Float32Array, columns: number) =>
    matrixProduct(
      { rows: left.length / columns, columns, data: left },
      { rows: right.length / columns, columns, data: right },
      { transposeB: true },
    );
  const [vectors, errors] = [
    await product(pool.vectors_N_D, centres.vectors_N_D, pool.width),
    await product(pool.errors_N_E, centres.errors_N_E, pool.errors),
  ];
  const [own, others] = [squaredNorms(pool), squaredNorms(centres)];
  for (let n = 0, at = 0; n < squared_N.length; n++) {
    for (let c = 0; c < count; c++, at++) {
      const norms = own[n]! + others[c]!;
      const squared = norms - 2 * vectors.data[at]! * errors.data[at]!;
      // Less than rounding of single precision leaves is nothing.
      const exact = squared > ROUNDING * norms ? squared : 0;
      if (exact < squared_N[n]!) squared_N[n] = exact;
    }
  }
}

const ROUNDING = 1e-6;

function squaredNorms({ errors_N_E, vectors_N_D, errors, width }: SpreadItems): Float64Array {
  const squares = (data: Float32Array, row: number, size: number) => {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) sum += data[i]! ** 2;
    return sum;
  };
  return Float64Array.from(
    { length: errors_N_E.length / errors },
    (_, row) => squares(errors_N_E, row, errors) * squares(vectors_N_D, row, width),
  );
}

function drawn(weights_N: Float64Array, rows: ReadonlySet<number>, random: Random): number | undefined {
  let total = 0;
  for (const row of rows) total += weights_N[row]!;
  if (total <= 0) return undefined;
  let rest = random.uniform() * total;
  let last: number | undefined;
  for (const row of rows) {
    if (weights_N[row] === 0) continue;
    last = row;
    rest -= weights_N[row]!;
    if (rest < 0) break;
  }
  return last;
}

const anyOf = (rows: readonly number[], random: Random) => rows[random.integer(0, rows.length - 1)]!;
