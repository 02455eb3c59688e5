import type { Dataset, Target } from "../../src/core/dataset.js";
import { BaalError } from "../../src/core/errors.js";

/** Items whose input is their index as text. */
export function smallDataset(targets: readonly Target[]): Dataset<string> {
  return {
    length: targets.length,
    at(position) {
      if (!(position in targets)) throw new BaalError("E_ARGUMENT", `no item ${position}`);
      return { index: position, input: `item ${position}`, target: targets[position] };
    },
  };
}

/** `length` items with the targets 0, 1, 2, 0, ... */
export function labelledDataset(length: number): Dataset<string> {
  return smallDataset(Array.from({ length }, (_, index) => index % 3));
}

export function items<Input>(dataset: Dataset<Input>) {
  return Array.from({ length: dataset.length }, (_, position) => dataset.at(position));
}
