import type { Gradient, ParameterUpdate } from "../../core/bayesian-model.js";
import type { ParameterGradient, TrainingGraph } from "../../engine/autodiff/training-graph.js";
import { sizeOf } from "../../engine/onnx/tensor.js";
import type { Feed } from "../../engine/runtime/session.js";

export interface GradientStoreOptions {
  readonly parameters: ReadonlyMap<string, Feed>;
  /** Embedding tables whose padding row is never trained, and that row. */
  readonly paddingRows: ReadonlyMap<string, number>;
}

/** Where one training graph's gradients go. */
export interface GradientBinding {
  /** The graph's outputs; dense gradients with the buffer that they are written to. */
  readonly fetches: ReadonlyMap<string, Feed | null>;
  /** Adds what a run gave. */
  collect(outputs: ReadonlyMap<string, Feed>): void;
}

/** Keeps one gradient per trainable parameter over the micro-batches of a step, whichever training graph they ran through. */
export interface GradientStore {
  /** For a training graph of the same forward graph and the same trainable parameters. */
  bind(training: TrainingGraph): GradientBinding;
  /** Forgets the step before. */
  reset(microBatches: number): void;
  updates(): ParameterUpdate[];
}

export function gradientStore(training: TrainingGraph, options: GradientStoreOptions): GradientStore {
  const entries = new Map(Array.from(training.gradients, ([name, gradient]) => [name, parameterEntry(name, gradient, options)]));
  return {
    bind({ graph, gradients }) {
      const fetches = new Map<string, Feed | null>(graph.outputs.map((name) => [name, null]));
      const bound = Array.from(gradients, ([name, gradient]) => ({ gradient, entry: entries.get(name)! }));
      for (const { gradient, entry } of bound) {
        if (gradient.dense !== undefined && entry.buffer) fetches.set(gradient.dense, entry.buffer);
      }
      return {
        fetches,
        collect(outputs) {
          for (const { gradient, entry } of bound) entry.collect(gradient, outputs);
        },
      };
    },
    reset(microBatches) {
      for (const entry of entries.values()) entry.reset(microBatches);
    },
    updates: () => Array.from(entries.values(), (entry) => entry.update()),
  };
}

function parameterEntry(name: string, gradient: ParameterGradient, { parameters, paddingRows }: GradientStoreOptions) {
  const { dims, data } = parameters.get(name)!;
  const weights = data as Float32Array;
  const paddingRow = paddingRows.get(name);
  /** Each run writes the dense gradient here, in place. */
  const latest = gradient.dense === undefined ? undefined : new Float32Array(weights.length);
  /** The sum over micro-batches; with a single one, `latest` itself. */
  let sum = latest;
  let rows: RowGradients | undefined;
  return {
    buffer: latest && ({ dtype: "float32", dims, data: latest } satisfies Feed),
    reset(microBatches: number) {
      rows = gradient.rows.length > 0 ? rowGradients(sizeOf(dims.slice(1)), { paddingRow }) : undefined;
      if (!latest || microBatches === 1) sum = latest;
      else if (sum === latest) sum = new Float32Array(latest.length);
      else sum?.fill(0);
    },
    collect(found: ParameterGradient, outputs: ReadonlyMap<string, Feed>) {
      for (const { ids, values } of found.rows) {
        rows!.add(outputs.get(ids)!.data as BigInt64Array, outputs.get(values)!.data as Float32Array);
      }
      if (latest && sum && sum !== latest) accumulate(sum, latest);
    },
    update: (): ParameterUpdate => ({ name, dims, weights, gradient: combine(sum, rows?.gradient()) }),
  };
}

function accumulate(sum: Float32Array, addend: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += addend[i]!;
}

/** A tied embedding has both: its rows are added into the dense part. */
function combine(dense: Float32Array | undefined, rows: Gradient | undefined): Gradient {
  if (!dense) return rows!;
  if (rows?.kind === "rows") {
    const width = rows.rows.length === 0 ? 0 : rows.data.length / rows.rows.length;
    rows.rows.forEach((row, i) => {
      for (let j = 0; j < width; j++) dense[row * width + j]! += rows.data[i * width + j]!;
    });
  }
  return { kind: "dense", data: dense };
}

/** Sums an embedding table's gradient by row: the same token may occur many times in a batch. */
export interface RowGradients {
  /** Adds `values [n, width]` to the rows `ids`. Padding's row, where there is one, never gets a gradient. */
  add(ids: ArrayLike<number | bigint>, values: Float32Array): void;
  gradient(): Gradient;
}

function rowGradients(width: number, options: { readonly paddingRow?: number | undefined } = {}): RowGradients {
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
