import { inspect } from "node:util";
import type { LossName } from "./bayesian-model.js";
import type { Dataset, Target } from "./dataset.js";
import { BaalError } from "./errors.js";
import { TASK_OF_LOSS, type Task } from "./task.js";

/** PyTorch's class index of a target that does not count. */
export const IGNORED_CLASS = -100;

interface TargetRule {
  readonly expected: (classes: number) => string;
  readonly fits: (target: NonNullable<Target>, classes: number) => boolean;
}

const RULES: Readonly<Record<Task, TargetRule>> = {
  single: {
    expected: (classes) => `a class index from 0 to ${classes - 1} (or ${IGNORED_CLASS}: does not count)`,
    fits: (target, classes) =>
      typeof target === "number" && Number.isInteger(target) && ((target >= 0 && target < classes) || target === IGNORED_CLASS),
  },
  multi: {
    expected: (classes) => `a list of ${classes} numbers from 0 to 1 (or null: unknown)${classes === 1 ? ", or one number" : ""}`,
    fits: (target, classes) => isList(target, classes, (x) => x >= 0 && x <= 1),
  },
  regression: {
    expected: (classes) => (classes === 1 ? "a finite number or a list of one" : `a list of ${classes} finite numbers`),
    fits: (target, classes) => isList(target, classes, Number.isFinite),
  },
};

/** One known or unknown entry per class; a plain number stands for a list of one. */
function isList(target: NonNullable<Target>, classes: number, fits: (entry: number) => boolean): boolean {
  const entries = entriesOf(target);
  return entries.length === classes && entries.every((entry) => entry === null || fits(entry));
}

/** The entries of a target, `null` where unknown; a plain number stands for a list of one. */
export function entriesOf(target: NonNullable<Target>): readonly (number | null)[] {
  return typeof target === "number" ? [target] : target;
}

/** Targets of regression, `[N, C]`. Throws `E_DATA` for an item with an unknown number, naming it. */
export function knownNumbers(targets: readonly NonNullable<Target>[], dataset: Dataset<unknown>): Float64Array {
  const rows = targets.map((target, position) =>
    entriesOf(target).map((value) => {
      if (value !== null) return value;
      throw new BaalError(
        "E_DATA",
        `Item ${dataset.at(position).index}: a solved regression needs every number, and one is unknown. Leave the item out.`,
      );
    }),
  );
  return Float64Array.from(rows.flat());
}

/**
 * Reads every target once before work begins. Throws `E_DATA` for an empty data set, an unlabelled item or a target that the
 * loss cannot use, naming the item. Gives the dataset indices and the targets in the data set's order.
 */
export function checkTargets(
  dataset: Dataset<unknown>,
  options: { readonly loss: LossName; readonly classes: number; readonly what: string },
): { readonly indices: readonly number[]; readonly targets: readonly NonNullable<Target>[] } {
  const { loss, classes, what } = options;
  if (dataset.length === 0) throw new BaalError("E_DATA", `The ${what} data is empty; at least one labelled item is needed.`);
  const rule = RULES[TASK_OF_LOSS[loss]];
  const indices: number[] = [];
  const targets: NonNullable<Target>[] = [];
  for (let position = 0; position < dataset.length; position++) {
    const { index, target } = dataset.at(position);
    if (target === undefined) {
      throw new BaalError("E_DATA", `Item ${index} of the ${what} data has no label; label it or leave it out.`);
    }
    if (!rule.fits(target, classes)) {
      const expected = rule.expected(classes);
      throw new BaalError(
        "E_DATA",
        `Item ${index} of the ${what} data: the loss "${loss}" needs ${expected}; ${inspect(target)} came.`,
      );
    }
    indices.push(index);
    targets.push(target);
  }
  return { indices, targets };
}
