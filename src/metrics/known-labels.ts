import { BaalError } from "../core/errors.js";

/** How the arrays of a metric of several labels are read. */
export interface LabelsOptions {
  /** C, the number of labels. */
  readonly labels: number;
}

/** The known entries of N items with C labels each. */
export interface KnownLabels {
  readonly items: number;
  readonly labels: number;
  /** 1: there, 0: not, -1: nobody has said. `[N, C]` */
  readonly marks_N_C: Int8Array;
}

/**
 * Checks probabilities (or other scores) of labels, `[N, C]` row-major, and their targets: 1 or 0, a share that counts as 1 from 0.5 on, and
 * `null` or NaN where nobody has said. Throws `E_ARGUMENT` where there are no items or a target is none, `E_SHAPE`, `E_NOT_FINITE`.
 */
export function knownLabels(
  scores_N_C: ArrayLike<number>,
  targets_N_C: ArrayLike<number | null>,
  { labels }: LabelsOptions,
): KnownLabels {
  if (!Number.isInteger(labels) || labels < 1)
    throw new BaalError("E_ARGUMENT", `labels is expected to be the number of labels, at least 1; ${labels} came.`);
  if (targets_N_C.length === 0) throw new BaalError("E_ARGUMENT", "A metric needs at least one labelled item; none came.");
  if (scores_N_C.length !== targets_N_C.length || targets_N_C.length % labels !== 0) {
    throw new BaalError(
      "E_SHAPE",
      `Scores and targets of ${labels} labels are both [N, ${labels}]; ${scores_N_C.length} and ${targets_N_C.length} numbers came.`,
    );
  }
  const place = (i: number) => `Item ${Math.floor(i / labels)} has for label ${i % labels}`;
  const marks_N_C = new Int8Array(targets_N_C.length);
  for (let i = 0; i < targets_N_C.length; i++) {
    const target = targets_N_C[i]!;
    if (!Number.isFinite(scores_N_C[i])) throw new BaalError("E_NOT_FINITE", `${place(i)} the score ${scores_N_C[i]}.`);
    if (target === null || Number.isNaN(target)) marks_N_C[i] = -1;
    else if (target >= 0 && target <= 1) marks_N_C[i] = target >= 0.5 ? 1 : 0;
    else throw new BaalError("E_ARGUMENT", `${place(i)} the target ${target}, where 1, 0 or null (unknown) was expected.`);
  }
  return { items: targets_N_C.length / labels, labels, marks_N_C };
}

/** The scores of a label's items with and without it, of those where it is known. */
export interface LabelColumn {
  readonly scores: number[];
  readonly positives: boolean[];
}

/** One column per label. */
export function labelColumns(scores_N_C: ArrayLike<number>, { labels, marks_N_C }: KnownLabels): readonly LabelColumn[] {
  const columns = Array.from({ length: labels }, (): LabelColumn => ({ scores: [], positives: [] }));
  marks_N_C.forEach((mark, i) => {
    if (mark < 0) return;
    const column = columns[i % labels]!;
    column.scores.push(scores_N_C[i]!);
    column.positives.push(mark === 1);
  });
  return columns;
}

/** The mean of what is a number; NaN of nothing. */
export function meanOfDefined(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i]!;
    count++;
  }
  return sum / count;
}
