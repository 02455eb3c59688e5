import { BaalError } from "./errors.js";
import { type Features, features } from "./features.js";
import { type PredictionKind, type Predictions, predictions } from "./predictions.js";

export interface ExpectedPredictions {
  /** Number of items of all chunks together. */
  readonly total: number;
  /** Shape of an item, `[C, ..., K]`, for a total of 0. By default no chunk at all is an error. */
  readonly itemShape?: readonly number[] | undefined;
  /** For a total of 0; `"logits"` by default. */
  readonly kind?: PredictionKind | undefined;
}

/**
 * Predictions that come in chunks as one; the result is allocated once. Consistent only if every chunk is.
 * Throws `E_SHAPE` when the chunks do not fit together, hold another number of items, or when there are none.
 */
export async function joinPredictions(
  chunks: AsyncIterable<Predictions>,
  { total, itemShape, kind = "logits" }: ExpectedPredictions,
): Promise<Predictions> {
  let first: Predictions | undefined;
  let data = new Float32Array(0);
  let isConsistent = true;
  let beyondScope_N: Float32Array | undefined;
  let logVariances: Float32Array | undefined;
  const indices: number[] = [];
  for await (const chunk of chunks) {
    const dims = chunk.shape.slice(1);
    const size = dims.reduce((product, dim) => product * dim, 1);
    if (first === undefined) data = new Float32Array(total * size);
    first ??= chunk;
    if (chunk.kind !== first.kind || String(dims) !== String(first.shape.slice(1))) {
      const [one, other] = [first, chunk].map(({ kind, shape }) => `${kind} [N, ${shape.slice(1).join(", ")}]`);
      throw new BaalError("E_SHAPE", `Chunks of predictions differ: ${one}, then ${other}.`);
    }
    checkRoom(indices.length + chunk.indices.length, total);
    data.set(chunk.data, indices.length * size);
    if (chunk.beyondScope_N) {
      beyondScope_N ??= new Float32Array(total);
      beyondScope_N.set(chunk.beyondScope_N, indices.length);
    }
    if (chunk.logVariances) {
      logVariances ??= new Float32Array(total * size);
      logVariances.set(chunk.logVariances, indices.length * size);
    }
    isConsistent &&= chunk.isConsistent === true;
    for (const index of chunk.indices) indices.push(index);
  }
  if (!first && !(itemShape && total === 0)) throw new BaalError("E_SHAPE", "No predictions came; at least one chunk is needed.");
  checkComplete(indices.length, total);
  const shape = [total, ...(first?.shape.slice(1) ?? itemShape ?? [])];
  const more = { isConsistent: first !== undefined && isConsistent, beyondScope_N, logVariances };
  return predictions(first?.kind ?? kind, shape, data, indices, more);
}

/** Features that come in chunks as one. Throws `E_SHAPE` as {@link joinPredictions}; no items at all give the shape `[0, 0]`. */
export async function joinFeatures(chunks: AsyncIterable<Features>, { total }: { readonly total: number }): Promise<Features> {
  let width: number | undefined;
  let data = new Float32Array(0);
  const indices: number[] = [];
  for await (const chunk of chunks) {
    if (width === undefined) data = new Float32Array(total * chunk.shape[1]);
    width ??= chunk.shape[1];
    if (chunk.shape[1] !== width)
      throw new BaalError("E_SHAPE", `Chunks of features differ: ${width} numbers per item, then ${chunk.shape[1]}.`);
    checkRoom(indices.length + chunk.indices.length, total);
    data.set(chunk.data, indices.length * width);
    for (const index of chunk.indices) indices.push(index);
  }
  checkComplete(indices.length, total);
  return features([total, width ?? 0], data, indices);
}

function checkRoom(items: number, total: number): void {
  if (items > total) throw new BaalError("E_SHAPE", `${total} items were asked for; at least ${items} came.`);
}

function checkComplete(items: number, total: number): void {
  if (items !== total) throw new BaalError("E_SHAPE", `${total} items were asked for; ${items} came.`);
}
