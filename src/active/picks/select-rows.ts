import type { Dataset, Target } from "../../core/dataset.js";
import { createDataset } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import { FeatureDataset } from "../../data/features/feature-dataset.js";
import { encodeLabels } from "../../data/rows/encode-labels.js";
import type { Row } from "../../data/rows/row.js";
import { labelNormalizer } from "../../data/rows/similar-labels.js";
import { namesOfLabels } from "../../models/checkpoint/model-labels.js";
import type { GraphClassifier } from "../../models/graph/graph-classifier.js";
import type { PickTask } from "./default-strategy.js";
import type { VectorOptions } from "./item-vectors.js";
import { pickByRecipe, type RecipePickOptions } from "./pick-by-recipe.js";
import { type PickedItems, type PickOptions, pickItems } from "./pick-items.js";
import type { RowContent } from "./row-content.js";

/** A model that is trained for the picks. */
export interface TrainedPicks<Input> extends Pick<RecipePickOptions, "recipe" | "onProgress"> {
  /** One for these labels, which is disposed of in the end, and the rows that have a content as it reads them, in their order. */
  readonly load: (
    labels: readonly string[],
    task: PickTask,
  ) => Promise<{ readonly model: GraphClassifier<Input>; readonly items: Dataset<Input> }>;
}

export interface SelectRowsOptions<Input = never> extends Pick<PickOptions, "count" | "strategy" | "seed">, VectorOptions {
  readonly content: RowContent;
  /** `"label"` by default. An empty value, or none, is an item without a label. */
  readonly labelColumn?: string | undefined;
  /** Classes that may have no label yet; those of the rows are known without. */
  readonly labels?: readonly string[] | undefined;
  /** What stands between the labels of an item: then each has any number of them, as where the rows have lists. Alone it means none of them. */
  readonly labelSeparator?: string | undefined;
  /** Takes labels for one that differ only in blanks, case or Unicode form. Otherwise they are warned of. */
  readonly normalizeLabels?: boolean | undefined;
  /** The label of rows that belong to none of the classes. */
  readonly outOfScopeLabel?: string | undefined;
  /** A model is trained, and picks; otherwise a head that is solved on vectors. */
  readonly trained?: TrainedPicks<Input> | undefined;
  /** A row by its position, for error messages. */
  readonly where?: ((position: number) => string) | undefined;
}

/** As {@link PickedItems}, each index being a row's position. */
export interface SelectedRows extends PickedItems {
  readonly labels: readonly string[];
  readonly task: PickTask;
  /** Rows of the label for what is out of scope. */
  readonly outOfScope: number;
  /** Whether the labels' names took part as what is known of the classes. */
  readonly areNamesUsed: boolean;
  /** Rows that were left out for having no text. */
  readonly withoutText: number;
  /** Rows that were left out for having the content of another row: one that is labelled, or one before them. */
  readonly repeated: number;
}

/**
 * Picks the rows that are worth labelling next, of rows some of which have a label: {@link pickItems} does it by their vectors, or {@link pickByRecipe} by a model
 * that it trains. Throws `E_DATA` for labels that are of no use, and what these throw.
 */
export async function selectRows<Input = never>(rows: readonly Row[], options: SelectRowsOptions<Input>): Promise<SelectedRows> {
  const { content, count, strategy, seed, signal, onProgress, trained, outOfScopeLabel } = options;
  const { positions } = content;
  const { labels, task, targets, outside } = readLabels(rows, options);
  const isKnown = (n: number) => targets[n] !== undefined || outside.has(n);
  const copies = copiesOf(content.keys, isKnown);
  const withTargets = <Of>(items: Dataset<Of>) =>
    createDataset(positions.length, (n) => ({ ...items.at(n), index: n, target: targets[n] }));
  const told = (picked: PickedItems, areNamesUsed: boolean): SelectedRows => ({
    ...picked,
    picks: picked.picks.map((pick) => ({ ...pick, index: positions[pick.index]! })),
    ...{ labels, task, areNamesUsed, withoutText: rows.length - positions.length },
    ...{ repeated: copies.length, outOfScope: outside.size },
  });
  if (trained) {
    const { model, items } = await trained.load(labels, task);
    try {
      const excluded = [...new Set([...copies, ...outside])];
      const { recipe, onProgress: tell } = trained;
      const how = { recipe, count, strategy, seed, signal, excluded, onProgress: tell };
      return told(await pickByRecipe(model, withTargets(items), how), false);
    } finally {
      await model.dispose();
    }
  }
  const named = content.canName && task === "single" && labels.length > 1 ? namesOfLabels(labels) : undefined;
  const { items, names } = await content.vectors(named, { signal, onProgress });
  const dataset = new FeatureDataset(
    withTargets({ length: positions.length, at: (n) => ({ index: n, input: undefined, target: undefined }) }),
    items,
  );
  const outOfScope = outOfScopeLabel === undefined ? undefined : { label: outOfScopeLabel, items: [...outside] };
  const how = { count, strategy, seed, signal, task, names, outOfScope, excluded: copies };
  return told(await pickItems(dataset, labels, how), names !== undefined);
}

interface ReadLabels {
  readonly labels: readonly string[];
  readonly task: PickTask;
  /** Of the rows with a content, in their order. */
  readonly targets: readonly Target[];
  /** Those of them that belong to none of the classes. */
  readonly outside: ReadonlySet<number>;
}

function readLabels<Input>(
  rows: readonly Row[],
  {
    content: { positions },
    labelColumn = "label",
    labels: given = [],
    labelSeparator,
    normalizeLabels,
    outOfScopeLabel,
    where = (position) => `Row ${position}`,
  }: SelectRowsOptions<Input>,
): ReadLabels {
  if (outOfScopeLabel !== undefined && given.includes(outOfScopeLabel))
    throw new BaalError(
      "E_ARGUMENT",
      `"${outOfScopeLabel}" is what belongs to none of the classes; it cannot be one of the labels.`,
    );
  const column = positions.map((position) => rows[position]![labelColumn]);
  const outside = new Set(column.flatMap((value, n) => (outOfScopeLabel !== undefined && value === outOfScopeLabel ? [n] : [])));
  const values = column.map((value, n) => (outside.has(n) ? null : value));
  const place = (n: number) => `${where(positions[n]!)}, column "${labelColumn}"`;
  const { labels: found, task, targets: own } = encodeLabels(values, place, { normalizeLabels, labelSeparator });
  if (task === "regression") throw new BaalError("E_DATA", `Column "${labelColumn}" holds numbers; rows are picked for labels.`);
  if (task === "multi" && outOfScopeLabel !== undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      "outOfScopeLabel is for one label an item; of several labels none is an answer already. Leave it out.",
    );
  }
  // Lists of 0 and 1 have no names of their own.
  if (task === "multi" && given.length === found.length && found.every((name, c) => name === String(c)))
    return { labels: given, task, targets: own, outside };
  const nameOf = normalizeLabels ? labelNormalizer([...given, ...found]) : (label: string) => label;
  const labels = [...new Set([...given, ...found].map(nameOf))];
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const placeOf = found.map((label) => indexOf.get(nameOf(label))!);
  const targets = own.map((target): Target => {
    if (target === undefined || typeof target === "number") return target === undefined ? undefined : placeOf[target];
    const entries = new Array<number | null>(labels.length).fill(0);
    for (const [c, entry] of Array.from(target as ArrayLike<number | null>).entries()) entries[placeOf[c]!] = entry;
    return entries;
  });
  return { labels, task, targets, outside };
}

/** Unlabelled items whose content another item has: one that is known, or an unlabelled one before it. */
function copiesOf(keys: readonly string[], isKnown: (n: number) => boolean): number[] {
  const seen = new Set(keys.filter((_, n) => isKnown(n)));
  return keys.flatMap((key, n) => {
    if (isKnown(n)) return [];
    if (seen.has(key)) return [n];
    seen.add(key);
    return [];
  });
}
