import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Features } from "../../core/features.js";

/** Items whose labels are to spread. */
export interface PropagationLabels {
  /** Dataset indices. */
  readonly indices: readonly number[];
  /** A class index for each; or, of labels by themselves, a list of 1, 0 and `null` (unknown) for each. */
  readonly targets: readonly NonNullable<Target>[];
}

/** What spreads from the labelled items, in the order of the features. */
export interface SpreadTargets {
  /** Whether each label spreads by itself. */
  readonly isMulti: boolean;
  /** How many things spread: the classes, or each label's no and yes (2 c and 2 c + 1). */
  readonly columns: number;
  /** 1 where an item has the column, 0 where not or unknown. */
  readonly column: (column: number) => Float64Array;
  /** Whether nothing is left to be found out about the item at a position. */
  readonly isKnown: (position: number) => boolean;
}

/**
 * Checks the labels and places them among the features. Throws `E_DATA` when no item is labelled, `E_SHAPE`, `E_ARGUMENT` for an item without
 * features, labelled twice, or of the other kind, `E_LABEL_UNKNOWN` for a class outside `0 .. classes - 1`.
 */
export function spreadTargets({ indices }: Features, labelled: PropagationLabels, classes: number): SpreadTargets {
  if (!(Number.isInteger(classes) && classes >= 1))
    throw new BaalError("E_ARGUMENT", `classes is expected to be an integer of at least 1; ${classes} came.`);
  if (labelled.indices.length !== labelled.targets.length)
    throw new BaalError("E_SHAPE", `${labelled.indices.length} labelled items came with ${labelled.targets.length} targets.`);
  if (labelled.indices.length === 0) throw new BaalError("E_DATA", "No item is labelled; label some of each class first.");
  const isMulti = typeof labelled.targets[0] !== "number";
  const positionOf = new Map(indices.map((index, position) => [index, position]));
  const columnsOf = new Map<number, readonly number[]>();
  labelled.indices.forEach((index, i) => {
    const position = positionOf.get(index);
    if (position === undefined)
      throw new BaalError("E_ARGUMENT", `Item ${index} is labelled but has no features; give the features of all items.`);
    if (columnsOf.has(position)) throw new BaalError("E_ARGUMENT", `Item ${index} is labelled twice.`);
    const target = labelled.targets[i]!;
    if ((typeof target !== "number") !== isMulti)
      throw new BaalError(
        "E_ARGUMENT",
        `Item ${index} has ${isMulti ? "a class" : "a list of labels"}, and the first item not; give all in one form.`,
      );
    columnsOf.set(position, typeof target === "number" ? [classOf(target, index, classes)] : labelsOf(target, index, classes));
  });
  return {
    isMulti,
    columns: isMulti ? 2 * classes : classes,
    column: (column) => Float64Array.from(indices, (_, position) => Number(columnsOf.get(position)?.includes(column) ?? false)),
    isKnown: (position) => (columnsOf.get(position)?.length ?? 0) === (isMulti ? classes : 1),
  };
}

function classOf(target: number, index: number, classes: number): number {
  if (Number.isInteger(target) && target >= 0 && target < classes) return target;
  throw new BaalError("E_LABEL_UNKNOWN", `Item ${index} has the class ${target}; the classes are 0 to ${classes - 1}.`);
}

function labelsOf(entries: readonly (number | null)[], index: number, labels: number): readonly number[] {
  if (entries.length !== labels)
    throw new BaalError("E_SHAPE", `Item ${index} has ${entries.length} labels, where ${labels} were expected.`);
  return entries.flatMap((entry, label) => {
    if (entry === null) return [];
    if (entry === 0 || entry === 1) return [2 * label + entry];
    throw new BaalError("E_ARGUMENT", `Item ${index} has the label ${entry}, where 1, 0 or null (unknown) was expected.`);
  });
}
