import type { Dataset } from "../core/dataset.js";
import { exactDuplicates } from "../hygiene/exact-duplicates.js";
import { labelErrors } from "../hygiene/label-errors.js";
import { nearDuplicateTexts } from "../hygiene/near-duplicate-texts.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { outOfSamplePredictions } from "../training/out-of-sample.js";

/** Something to look at in a file of labelled texts. */
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

interface Item {
  readonly row: number;
  readonly text: string;
  readonly label?: unknown;
}

interface Search {
  readonly similarity: number;
  readonly signal: AbortSignal;
}

function labelOf({ label }: Item): string | null {
  return label === null || label === undefined || label === ""
    ? null
    : typeof label === "object"
      ? JSON.stringify(label)
      : String(label);
}

/** Texts that are there several times: with one label, with several (a conflict), or nearly. One finding for each copy behind the first; of a conflict for each. */
export async function duplicateFindings(items: readonly Item[], { similarity, signal }: Search): Promise<readonly Finding[]> {
  const texts = items.map(({ text }) => text);
  const exact = exactDuplicates(texts);
  const groupOf = new Map(exact.flatMap((group, g) => group.map((position) => [position, g] as const)));
  const near = await nearDuplicateTexts(texts, { threshold: similarity, signal });
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

function finding(issue: Finding["issue"], position: number, group: readonly number[], items: readonly Item[]): Finding {
  const { row, text } = items[position]!;
  const others = group.filter((other) => other !== position).map((other) => items[other]!.row);
  return { issue, row, label: labelOf(items[position]!), suggested: null, score: null, others, text };
}

/** Texts of the training data that the test data have, too, exactly or nearly: what a model is tested with, it must not have seen. */
export async function leakFindings(
  train: readonly Item[],
  test: readonly Item[],
  { similarity, signal }: Search,
): Promise<readonly Finding[]> {
  const texts = [...train, ...test].map(({ text }) => text);
  const groups = await nearDuplicateTexts(texts, { threshold: similarity, signal });
  return groups.flatMap((group) => {
    const others = group.filter((position) => position >= train.length).map((position) => test[position - train.length]!.row);
    if (others.length === 0) return [];
    return group
      .filter((position) => position < train.length)
      .map((position) => ({ ...finding("in test data", position, [], train), others }));
  });
}

/** What labels are judged by. */
interface Judge<Input> {
  /** Whose features are read. */
  readonly model: Pick<GraphClassifier<Input>, "features">;
  readonly dataset: Dataset<Input>;
  readonly labels: readonly string[];
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Labels that the others speak against (confident learning), the most suspicious first. Throws as {@link outOfSamplePredictions}. */
export async function labelErrorFindings<Input>(
  items: readonly Item[],
  { model, dataset, labels, seed, signal }: Judge<Input>,
): Promise<{ readonly findings: readonly Finding[]; readonly errorRate: number }> {
  const draws = await outOfSamplePredictions(model, dataset, { classes: labels.length, seed, signal });
  const targets = items.map((_, n) => Number(dataset.at(n).target));
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
