import { drawsReader, sizesOf } from "../../heuristics/draws.js";
import type { Predictions } from "../../predictions.js";

/** The probabilities of a pool up to this many numbers (128 MiB) are kept once read; a larger pool's are read anew each time. */
const KEPT_NUMBERS = 2 ** 25;

/** Copies an item's `probs_C_K` in single precision to `target` at `offset`. */
export type CopyDraws = (item: number, target: Float32Array, offset: number) => void;

export function candidateDraws(predictions: Predictions): CopyDraws {
  const { items, classes, iterations } = sizesOf(predictions);
  const read = drawsReader(predictions);
  const size = classes * iterations;
  if (items * size > KEPT_NUMBERS) return (item, target, offset) => target.set(read(item, 0).probs_C_K, offset);
  const probs_N_C_K = new Float32Array(items * size);
  const isRead_N = new Uint8Array(items);
  return (item, target, offset) => {
    if (!isRead_N[item]) {
      isRead_N[item] = 1;
      probs_N_C_K.set(read(item, 0).probs_C_K, item * size);
    }
    target.set(probs_N_C_K.subarray(item * size, (item + 1) * size), offset);
  };
}
