import { BaalError } from "../errors.js";
import { addItems, type Fold, type MetricDefinition } from "./metric.js";

/** Measures items that come in batches. */
export interface Accumulator<Value = number, Target extends number | boolean = number> {
  /** Takes in a batch, `[B, C]` row-major and `[B]`. A batch that throws leaves the accumulator as it was. */
  update(values_B_C: ArrayLike<number>, targets_B: ArrayLike<Target>): void;
  /** The metric of all items since the start or the last reset: to the last bit what the metric gives for them at once. */
  compute(): Value;
  reset(): void;
}

/**
 * An accumulator for a metric, or for one with options (`accumulate(accuracy.with({ topK: 3 }))`). Memory: mean metrics (accuracy,
 * NLL, Brier) keep two numbers, binned and counting ones their bins or C x C counts; those that sort (AUROC, average precision, FPR at
 * TPR, adaptive calibration error) keep 1 or 2 numbers per item. Batches are not kept.
 * `update` throws as the metric does for bad data and `E_SHAPE` when the number of classes changes; `compute` throws `E_ARGUMENT` before
 * the first item and where the items do not define the metric.
 */
export function accumulate<Value, Target extends number | boolean>(
  metric: MetricDefinition<Value, Target>,
): Accumulator<Value, Target> {
  let state: { readonly fold: Fold<Value>; readonly classes: number } | undefined;
  return {
    update(values_B_C, targets_B) {
      const classes = metric.check(values_B_C, targets_B);
      if (state && state.classes !== classes)
        throw new BaalError("E_SHAPE", `A batch of ${classes} classes came after batches of ${state.classes}.`);
      state ??= { fold: metric.fold(classes), classes };
      addItems(metric, state.fold, classes, values_B_C, targets_B);
    },
    compute() {
      if (!state) throw new BaalError("E_ARGUMENT", "A metric needs at least one labelled item; call update first.");
      return state.fold.value();
    },
    reset() {
      state = undefined;
    },
  };
}
