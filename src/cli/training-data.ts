import type { Dataset, EncodedText } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import type { Task } from "../core/task.js";
import { encodeLabels } from "../data/rows/encode-labels.js";
import type { Row } from "../data/rows/row.js";
import { readClassNames } from "../data/rows/stream-rows.js";
import { TextDataset } from "../data/text/text-dataset.js";
import type { TokenizerLike } from "../data/text/text-tokenizer.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { type FromPretrainedOptions, TextClassifier } from "../models/text/text-classifier.js";
import type { CommandContext } from "./base-command.js";
import { readTextRows } from "./text-rows.js";
import { type DataOptions, type TextDataOptions, type TrainOptions, taskOf } from "./train-options.js";
import { checkUsage, UsageError } from "./usage-error.js";

/**
 * Labelled rows, read but not yet tokenized, since the tokenizer belongs to a model that needs the labels first. In the label's column they have its name;
 * where each label is given by itself a list of 0, 1 or `null` (unknown), one per label; of a regression the number.
 */
export interface TrainingRows {
  readonly task: Task;
  readonly train: readonly Row[];
  readonly evaluation: readonly Row[] | undefined;
  /** Rows of `--data` without a label. */
  readonly unlabelled: readonly Row[];
  /** The labels that occur, in the order of the file's class names where it has them. */
  readonly labels: readonly string[];
  /** A row's file, and its number there. */
  readonly where: (row: Row) => string;
  /** Rows of the label that stands for none of the classes, where there is such a one. */
  readonly outOfScope?: readonly Row[] | undefined;
}

/**
 * Reads the texts of `--data` and `--eval-data`, or splits the evaluation data off. Rows without a text are left out with a word where that is asked
 * for. Throws `E_DATA`, `E_FILE_NOT_FOUND`.
 */
export async function readTrainingRows(options: TextDataOptions, seed: number): Promise<TrainingRows> {
  const { data, evalData, labelColumn } = options;
  const read = (path: string) => readTextRows(path, { ...options, columns: columnsOf(options), labels: "needed" });
  const evaluation = evalData === undefined ? undefined : await read(evalData);
  const classNames = (await readClassNames(data)).get(labelColumn);
  const rows = splitTrainingRows(options, { rows: await read(data), evaluation, labelColumn, classNames, seed });
  return setApart(options.onBadText === "skip" ? withTexts(rows, options) : rows, options);
}

/** The rows of the label that stands for none of the classes by themselves. Throws `E_DATA` where there are fewer than two. */
function setApart(rows: TrainingRows, { outOfScopeLabel, labelColumn }: TextDataOptions): TrainingRows {
  if (outOfScopeLabel === undefined) return rows;
  if (rows.task !== "single") {
    const what = rows.task === "multi" ? `column "${labelColumn}" holds lists of labels` : "numbers are predicted";
    throw new UsageError(
      `--out-of-scope-label is for models of one label an item, and ${what}: leave it out, and give items of none of the labels an empty list.`,
    );
  }
  const isOutside = (row: Row) => row[labelColumn] === outOfScopeLabel;
  const outOfScope = [...rows.train, ...(rows.evaluation ?? [])].filter(isOutside);
  if (outOfScope.length < 2) {
    throw new BaalError(
      "E_DATA",
      `--out-of-scope-label ${outOfScopeLabel}: ${outOfScope.length} rows have this label in column "${labelColumn}", and at least 2 are needed.`,
    );
  }
  const inside = (some: readonly Row[]) => some.filter((row) => !isOutside(row));
  const labels = rows.labels.filter((label) => label !== outOfScopeLabel);
  return { ...rows, train: inside(rows.train), evaluation: rows.evaluation && inside(rows.evaluation), labels, outOfScope };
}

function withTexts(rows: TrainingRows, { textColumn, pairColumn }: TextDataOptions): TrainingRows {
  const columns = [textColumn, ...(pairColumn === undefined ? [] : [pairColumn])];
  const bad: Row[] = [];
  const good = (all: readonly Row[]) =>
    all.filter((row) => {
      const isGood = columns.every((column) => typeof row[column] === "string");
      if (!isGood) bad.push(row);
      return isGood;
    });
  const { evaluation } = rows;
  const kept = {
    ...rows,
    train: good(rows.train),
    unlabelled: good(rows.unlabelled),
    evaluation: evaluation && good(evaluation),
  };
  const [first] = bad;
  if (first !== undefined) {
    const message = `${bad.length} rows are left out, since they have no text in column "${textColumn}"; the first is ${rows.where(first)}.`;
    process.emitWarning(message, { type: "BaalWarning", code: "BAAL_NO_TEXT" });
  }
  return kept;
}

export interface ReadRows {
  /** Of `--data`. */
  readonly rows: readonly Row[];
  /** Of `--eval-data`. */
  readonly evaluation: readonly Row[] | undefined;
  readonly labelColumn: string;
  /** The classes that the file of `--data` names. */
  readonly classNames?: readonly string[] | undefined;
  readonly seed: number;
}

/** Labelled rows, and evaluation data split off where there are none of their own. Throws `E_DATA` for labels that are of no use. */
export function splitTrainingRows(options: DataOptions, read: ReadRows): TrainingRows {
  const { data, evalData = data, evalSplit, normalizeLabels, labelSeparator } = options;
  const { labelColumn, classNames = [], seed } = read;
  if (!options.pseudoLabels) for (const rows of [read.rows, read.evaluation ?? []]) refuseGuesses(rows, labelColumn, data);
  const places = new Map<Row, readonly [file: string, position: number]>();
  const named = (rows: readonly Row[], file: string, known?: readonly string[]) => {
    const where = (position: number) => `${file}, row ${position}, column "${labelColumn}"`;
    const values = rows.map((row) => row[labelColumn]);
    const own = checkUsageOf(options, () =>
      encodeLabels(values, where, { labels: known, normalizeLabels, labelSeparator, task: taskOf(options) }),
    );
    const { task, targets } = own;
    const labels = task === "regression" ? [labelColumn] : own.labels;
    const copies = rows.map((row, position) => {
      const target = targets[position];
      const copy: Row = { ...row, [labelColumn]: typeof target === "number" ? labels[target] : (target ?? null) };
      places.set(copy, [file, position]);
      return copy;
    });
    return {
      ...{ labels, task },
      labelled: copies.filter((row) => row[labelColumn] !== null),
      unlabelled: copies.filter((row) => row[labelColumn] === null),
    };
  };
  const { labels: found, task, labelled, unlabelled } = named(read.rows, data);
  const labels = [...classNames.filter((name) => found.includes(name)), ...found.filter((name) => !classNames.includes(name))];
  if (task === "single" && labels.length < 2) {
    throw new BaalError(
      "E_DATA",
      `${data}: a classifier needs at least two labels, column "${labelColumn}" has ${labels.length}.`,
    );
  }
  if (labelled.length === 0) throw new BaalError("E_DATA", `${data}: no row has a label in column "${labelColumn}".`);
  const where = (row: Row) => {
    const [file, position] = places.get(row)!;
    return `${file}, row ${position}`;
  };
  const isKnown = task === "multi" || (task === "single" && normalizeLabels);
  const evaluation = read.evaluation && named(read.evaluation, evalData, isKnown ? labels : undefined).labelled;
  if (evaluation !== undefined || evalSplit === undefined)
    return { task, train: labelled, evaluation, unlabelled, labels, where };
  const shuffled = createRandom(seed).shuffled(labelled);
  const held = Math.max(1, Math.round(evalSplit * labelled.length));
  if (held >= labelled.length) throw new BaalError("E_DATA", `${data} has ${labelled.length} labelled rows: too few to split.`);
  return { task, train: shuffled.slice(held), evaluation: shuffled.slice(0, held), unlabelled, labels, where };
}

/** A separator for a task that has no use for it is the command line's fault. */
function checkUsageOf<T>({ labelSeparator }: DataOptions, work: () => T): T {
  return labelSeparator === undefined ? work() : checkUsage(work);
}

/** The rows with their lists of 0, 1 and `null`, which are in the order of `from`, in the order of the model's own labels. */
export function inLabelOrder(
  rows: readonly Row[],
  column: string,
  { from, to }: { readonly from: readonly string[]; readonly to: readonly string[] },
): readonly Row[] {
  const places = new Map(from.map((label, c) => [label, c]));
  return rows.map((row) => {
    const value = row[column];
    if (!Array.isArray(value)) return row;
    const ordered = to.map((label) => {
      const place = places.get(label);
      return place === undefined ? 0 : (value[place] as unknown);
    });
    return { ...row, [column]: ordered };
  });
}

/** Columns that `baal predict` and `baal select` write what a model says into. */
const GUESSES = /^(?:prediction|baal_label)(?:_\d+)?$/;
/** Those of `baal predict` before it had a name of its own for the label. */
const FORMER = ["row", "label", "probability", "uncertainty"];

/** Throws `E_DATA` where the labels are a model's: learning from its own guesses makes it surer of them, not better. */
function refuseGuesses(rows: readonly Row[], labelColumn: string, data: string): void {
  const columns = Object.keys(rows[0] ?? {});
  const isGuess = GUESSES.test(labelColumn) || (labelColumn === "label" && FORMER.every((name) => columns.includes(name)));
  if (!isGuess) return;
  throw new BaalError(
    "E_DATA",
    `${data}: column "${labelColumn}" holds what a model guessed, not what somebody said; a model that learns from that grows surer, not better. Put checked labels into a column of their own (--label-column), or give --pseudo-labels.`,
  );
}

/** What the texts are read for. */
interface TextSource {
  readonly tokenizer: TokenizerLike;
  readonly task: Task;
  readonly labels: readonly string[];
  /** In the order of the rows' lists. */
  readonly dataLabels: readonly string[];
  readonly where: (row: Row) => string;
}

/** Rows as a data set for the model. Throws `E_LABEL_UNKNOWN` for a label that is not among `labels`. */
function encodeRows(
  rows: readonly Row[],
  options: TextDataOptions,
  { where, dataLabels, ...source }: TextSource,
): Dataset<EncodedText> {
  const { textColumn: inputKey, pairColumn: pairKey, labelColumn: targetKey, maxSeqLen } = options;
  const place = (position: number) => where(rows[position]!);
  const { task, labels } = source;
  const own = task === "multi" ? inLabelOrder(rows, targetKey, { from: dataLabels, to: labels }) : rows;
  return new TextDataset(own, { ...source, inputKey, pairKey, maxSeqLen, where: place, ...(rows.length > 0 && { targetKey }) });
}

function columnsOf({ textColumn, labelColumn, pairColumn }: TextDataOptions): string[] {
  return [textColumn, labelColumn, pairColumn].filter((name) => name !== undefined);
}

/** A text classifier and its data. Throws `E_FILE_NOT_FOUND`, `E_DATA`, and what loading a model throws. */
export async function textTrainingTask(
  options: TrainOptions,
  folder: string,
  { pretrained, seed }: TaskContext,
): Promise<TrainingTask<EncodedText>> {
  const rows = await readTrainingRows(options, seed);
  // The model's own labels where they cover the data's, so that its head and their order stay.
  const { task } = rows;
  const model = await TextClassifier.fromPretrained(folder, { ...pretrained, labels: rows.labels, keepLabels: true, task, seed });
  const source = { tokenizer: model.tokenizer, labels: model.labels, dataLabels: rows.labels, where: rows.where, task };
  return {
    model,
    train: encodeRows(rows.train, options, source),
    evaluation: rows.evaluation && encodeRows(rows.evaluation, options, source),
    unlabelled: encodeRows(rows.unlabelled, options, source),
    names: options.pairColumn === undefined ? undefined : false,
    outOfScope: rows.outOfScope && {
      label: options.outOfScopeLabel!,
      items: encodeRows(
        rows.outOfScope.map((row) => ({ ...row, [options.labelColumn]: null })),
        options,
        { ...source, where: (row) => `${options.data}, "${row[options.textColumn]}"` },
      ),
    },
    items: "texts",
    maxLength: Math.min(options.maxSeqLen, model.maxLength),
    textsCut: () => model.tokenizer.textsCut,
    report: {},
    close: async () => {},
  };
}

/** A model and the data that `baal train` trains it on: texts and images differ in it. */
export interface TrainingTask<Input> {
  readonly model: GraphClassifier<Input>;
  readonly train: Dataset<Input>;
  readonly evaluation: Dataset<Input> | undefined;
  /** What `train` has no label for. Images without one are not read. */
  readonly unlabelled?: Dataset<Input> | undefined;
  /** `false`: a label's name is no item such as these, which are pairs of texts. */
  readonly names?: false | undefined;
  /** Items of none of the classes, and what these are called. */
  readonly outOfScope?: { readonly label: string; readonly items: Dataset<Input> } | undefined;
  readonly items: "texts" | "images";
  /** Most tokens of a text that are read. */
  readonly maxLength?: number | undefined;
  /** How many texts were longer than the model or `--max-seq-len` allows, and were cut. */
  readonly textsCut?: (() => number) | undefined;
  /** Goes into the result with `--json`. */
  readonly report: Readonly<Record<string, unknown>>;
  /** Removes what was only needed while training. */
  readonly close: () => Promise<void>;
}

/** The surroundings that a task is made in. */
export interface TaskContext extends CommandContext {
  readonly pretrained: FromPretrainedOptions;
  readonly seed: number;
}
