import type { Gradient } from "./bayesian-model.js";

/** Sums an embedding table's gradient by row: the same token may occur many times in a batch. */
export interface RowGradients {
  /** Adds `values [n, width]` to the rows `ids`. Padding's row, where there is one, never gets a gradient. */
  add(ids: ArrayLike<number | bigint>, values: Float32Array): void;
  gradient(): Gradient;
}

export function rowGradients(width: number, options: { readonly paddingRow?: number | undefined } = {}): RowGradients {
  const slots = new Map<number, number>();
  let sums = new Float32Array(64 * width);
  return {
    add(ids, values) {
      for (let i = 0; i < ids.length; i++) {
        const row = Number(ids[i]);
        if (row === options.paddingRow) continue;
        let slot = slots.get(row);
        if (slot === undefined) {
          slot = slots.size;
          slots.set(row, slot);
          if ((slot + 1) * width > sums.length) sums = doubled(sums);
        }
        const target = slot * width;
        const source = i * width;
        for (let j = 0; j < width; j++) sums[target + j]! += values[source + j]!;
      }
    },
    gradient: () => ({ kind: "rows", rows: Int32Array.from(slots.keys()), data: sums.subarray(0, slots.size * width) }),
  };
}

function doubled(array: Float32Array): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(array.length * 2);
  larger.set(array);
  return larger;
}
