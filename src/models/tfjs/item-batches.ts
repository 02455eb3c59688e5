import type { Example } from "../../core/dataset.js";
import { throwIfAborted } from "../../core/errors.js";
import { prepareAhead } from "../../core/prepare-ahead.js";
import { type Batch, MAX_ACTIVATION_ELEMENTS, planBatches } from "../../engine/runtime/batching.js";
import { type LayerValue, type LayerValues, largestPerRow } from "./layer-graph.js";
import type { TfLayersModel, TfTensor } from "./tf-types.js";
import { inputValues, type TfjsGraph } from "./tfjs-graph.js";

export interface ItemBatchOptions {
  /** Most rows (items times draws) in one pass. */
  readonly rowsPerPass: number;
  readonly signal: AbortSignal | undefined;
}

export interface ItemBatch {
  /** Positions of its items in the caller's list. */
  readonly positions: readonly number[];
  readonly inputs: LayerValues;
  /** Has these values freed when the batch is done. */
  own(values: readonly LayerValue[]): readonly LayerValue[];
}

/** Loads items batch by batch, the next one while `work` runs; each batch is freed after its work. Throws `E_ABORTED`. */
export async function forEachBatch<Input>(
  { model, tensorsOf }: Pick<TfjsGraph<Input>, "model" | "tensorsOf">,
  examples: readonly Example<Input>[],
  { rowsPerPass, signal }: ItemBatchOptions,
  work: (batch: ItemBatch) => Promise<void>,
): Promise<void> {
  const loading = new Set<Promise<readonly TfTensor[]>>();
  const load = ({ positions }: Batch) => {
    const tensors = tensorsOf(positions.map((position) => examples[position]!));
    loading.add(tensors);
    return tensors.then((loaded) => ({ tensors, loaded }));
  };
  const lengths = examples.map(() => 1);
  try {
    const batches = planBatches(lengths, { capacity: () => passCapacity(model, rowsPerPass) });
    for await (const [{ positions }, { tensors, loaded }] of prepareAhead(batches, load)) {
      throwIfAborted(signal, "The prediction");
      const owned: LayerValue[] = [];
      const own = (values: readonly LayerValue[]) => {
        owned.push(...values);
        return values;
      };
      try {
        await work({ positions, inputs: inputValues(model, loaded), own });
      } finally {
        free(owned.flatMap(({ tensor, mask }) => (mask ? [tensor, mask] : [tensor])));
        free(loaded);
        loading.delete(tensors);
      }
    }
  } finally {
    // Inputs that nobody waits for any more, after an error.
    for (const tensors of loading) tensors.then(free, () => undefined);
  }
}

/** Rows that fit through the model at once. */
export function passCapacity({ outputs }: TfLayersModel, rowsPerPass: number): number {
  return Math.min(rowsPerPass, MAX_ACTIVATION_ELEMENTS / largestPerRow(outputs[0]!));
}

export function free(tensors: readonly TfTensor[]): void {
  for (const tensor of tensors) if (!tensor.isDisposed) tensor.dispose();
}
