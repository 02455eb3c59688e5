import { createDataset } from "../core/dataset-view.js";
import type { Features } from "../core/features.js";
import type { DuplicateGroups } from "../hygiene/duplicate-groups.js";
import { exactDuplicates } from "../hygiene/exact-duplicates.js";
import { labelErrors } from "../hygiene/label-errors.js";
import { nearDuplicateTexts } from "../hygiene/near-duplicate-texts.js";
import { outOfSamplePredictions } from "../training/out-of-sample.js";

/** Something to look at in labelled texts or images. */
export interface Finding {
  /** `"in test data"`: a text of the training data that the test data have, too, or nearly. */
  readonly issue: "label error" | "conflict" | "duplicate" | "near-duplicate" | "in test data";
  readonly row: number;
  readonly label: string | null;
  /** Of a label error: the label that the other labels speak for. */
  readonly suggested: string | null;
  /** Of a label error: the probability of the label that was given. */
  readonly score: number | null;
  /** Rows that it is the same as: of its own file, or of the test data. */
  readonly others: readonly number[];
  readonly text: string;
}

/** A text, or an image by its name. */
export interface HygieneItem {
  readonly row: number;
  readonly text: string;
  readonly label?: unknown;
}

/** What was found without a look at whether labels are right, and what that takes. */
export interface Found {
  readonly kind: "texts" | "images";
  readonly items: readonly HygieneItem[];
  readonly duplicates: readonly Finding[];
  readonly leaks: readonly Finding[];
  /** Of items by their positions: what labels are judged by. */
  readonly vectors: (positions: readonly number[]) => Promise<Features>;
}

interface Search {
  readonly similarity: number;
  readonly signal: AbortSignal;
}

function labelOf({ label }: HygieneItem): string | null {
  return label === null || label === undefined || label === ""
    ? null
    : typeof label === "object"
      ? JSON.stringify(label)
      : String(label);
}

/** Texts that are there several times: with one label, with several (a conflict), or nearly. One finding for each copy behind the first; of a conflict for each. */
export async function duplicateFindings(
  items: readonly HygieneItem[],
  { similarity, signal }: Search,
): Promise<readonly Finding[]> {
  const texts = items.map(({ text }) => text);
  const near = await nearDuplicateTexts(texts, { threshold: similarity, signal });
  return duplicatesOf(items, { exact: exactDuplicates(texts), near });
}

/** Findings of groups that are the same, and of groups that nearly are. */
export function duplicatesOf(
  items: readonly HygieneItem[],
  { exact, near }: { readonly exact: DuplicateGroups; readonly near: DuplicateGroups },
): readonly Finding[] {
  const groupOf = new Map(exact.flatMap((group, g) => group.map((position) => [position, g] as const)));
  const findings = exact.flatMap((group) => {
    const labels = new Set(group.flatMap((position) => labelOf(items[position]!) ?? []));
    const isConflict = labels.size > 1;
    return (isConflict ? group : group.slice(1)).map((position) =>
      finding(isConflict ? "conflict" : "duplicate", position, group, items),
    );
  });
  for (const group of near) {
    // Copies of one text are told already.
    const distinct = group.filter((position, i) => {
      const own = groupOf.get(position);
      return own === undefined || group.findIndex((other) => groupOf.get(other) === own) === i;
    });
    for (const position of distinct.slice(1)) findings.push(finding("near-duplicate", position, distinct, items));
  }
  return findings;
}

function finding(issue: Finding["issue"], position: number, group: readonly number[], items: readonly HygieneItem[]): Finding {
  const { row, text } = items[position]!;
  const others = group.filter((other) => other !== position).map((other) => items[other]!.row);
  return { issue, row, label: labelOf(items[position]!), suggested: null, score: null, others, text };
}

/** Texts of the training data that the test data have, too, exactly or nearly: what a model is tested with, it must not have seen. */
export async function leakFindings(
  train: readonly HygieneItem[],
  test: readonly HygieneItem[],
  { similarity, signal }: Search,
): Promise<readonly Finding[]> {
  const texts = [...train, ...test].map(({ text }) => text);
  return leaksOf(train, test, await nearDuplicateTexts(texts, { threshold: similarity, signal }));
}

/** Findings of groups of training and test items, the latter behind the former. */
export function leaksOf(
  train: readonly HygieneItem[],
  test: readonly HygieneItem[],
  groups: DuplicateGroups,
): readonly Finding[] {
  return groups.flatMap((group) => {
    const others = group.filter((position) => position >= train.length).map((position) => test[position - train.length]!.row);
    if (others.length === 0) return [];
    return group
      .filter((position) => position < train.length)
      .map((position) => ({ ...finding("in test data", position, [], train), others }));
  });
}

/** What labels are judged by. */
interface Judge {
  /** Row n is item n. */
  readonly vectors: Features;
  /** Class indices. */
  readonly targets: readonly number[];
  readonly labels: readonly string[];
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Labels that the others speak against (confident learning), the most suspicious first. Throws as {@link outOfSamplePredictions}. */
export async function labelErrorFindings(
  items: readonly HygieneItem[],
  { vectors, targets, labels, seed, signal }: Judge,
): Promise<{ readonly findings: readonly Finding[]; readonly errorRate: number }> {
  const dataset = createDataset(items.length, (n) => ({ index: n, input: undefined, target: targets[n] }));
  const model = { features: () => only(vectors) };
  const draws = await outOfSamplePredictions(model, dataset, { classes: labels.length, seed, signal });
  const { candidates, errorRate } = labelErrors(draws, targets);
  const findings = candidates.map(({ index, suggested, selfConfidence }): Finding => {
    const { row, text } = items[index]!;
    return {
      issue: "label error",
      row,
      label: labelOf(items[index]!),
      suggested: labels[suggested]!,
      score: selfConfidence,
      others: [],
      text,
    };
  });
  return { findings, errorRate };
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one;
}
