import type { Dataset, EncodedText } from "../core/dataset.js";
import { datasetView } from "../core/dataset-view.js";
import { BaalError } from "../core/errors.js";
import { createRandom } from "../core/random.js";
import { encodeLabels } from "../data/rows/encode-labels.js";
import type { Row } from "../data/rows/row.js";
import { readRows } from "../data/rows/stream-rows.js";
import { TextDataset } from "../data/text/text-dataset.js";
import type { TokenizerLike } from "../data/text/text-tokenizer.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { type FromPretrainedOptions, TextClassifier } from "../models/text/text-classifier.js";
import type { CommandContext } from "./base-command.js";
import type { DataOptions, TextDataOptions, TrainOptions } from "./train-options.js";

/** Labelled rows, read but not yet tokenized, since the tokenizer belongs to a model that needs the labels first. */
export interface TrainingRows {
  readonly train: readonly Row[];
  readonly evaluation: readonly Row[] | undefined;
  /** Rows of `--data` without a label. */
  readonly unlabelled: readonly Row[];
  /** The labels that occur. */
  readonly labels: readonly string[];
}

/** Reads the texts of `--data` and `--eval-data`, or splits the evaluation data off. Throws `E_DATA`, `E_FILE_NOT_FOUND`. */
export async function readTrainingRows(options: TextDataOptions, seed: number): Promise<TrainingRows> {
  const { data, evalData, labelColumn } = options;
  const read = (path: string) => readRows(path, { columns: columnsOf(options) });
  const evaluation = evalData === undefined ? undefined : await read(evalData);
  return splitTrainingRows(options, { rows: await read(data), evaluation, labelColumn, item: "text", seed });
}

export interface ReadRows {
  /** Of `--data`. */
  readonly rows: readonly Row[];
  /** Of `--eval-data`. */
  readonly evaluation: readonly Row[] | undefined;
  readonly labelColumn: string;
  /** The name of one row. */
  readonly item: "text" | "image";
  readonly seed: number;
}

/** Labelled rows, and evaluation data split off where there are none of their own. Throws `E_DATA` for labels that are of no use. */
export function splitTrainingRows({ data, evalSplit }: DataOptions, read: ReadRows): TrainingRows {
  const { rows, labelColumn, item, seed } = read;
  const labelled = rows.filter((row) => hasLabel(row, labelColumn));
  const { labels, task } = encodeLabels(
    labelled.map((row) => row[labelColumn]),
    (position) => `${data}, labelled row ${position}`,
  );
  if (task !== "classification") {
    throw new BaalError(
      "E_DATA",
      `${data}: column "${labelColumn}" holds lists of labels; this command trains models of one label per ${item}. The library trains others: loss "binaryCrossEntropy".`,
    );
  }
  if (labels.length < 2) {
    throw new BaalError(
      "E_DATA",
      `${data}: a classifier needs at least two labels, column "${labelColumn}" has ${labels.length}.`,
    );
  }
  const unlabelled = rows.filter((row) => !hasLabel(row, labelColumn));
  const evaluation = read.evaluation?.filter((row) => hasLabel(row, labelColumn));
  if (evaluation !== undefined || evalSplit === undefined) return { train: labelled, evaluation, unlabelled, labels };
  const shuffled = createRandom(seed).shuffled(labelled);
  const held = Math.max(1, Math.round(evalSplit * labelled.length));
  if (held >= labelled.length) throw new BaalError("E_DATA", `${data} has ${labelled.length} labelled rows: too few to split.`);
  return { train: shuffled.slice(held), evaluation: shuffled.slice(0, held), unlabelled, labels };
}

/** Rows as a data set for the model. Throws `E_LABEL_UNKNOWN` for a label that is not among `labels`. */
function encodeRows(
  rows: readonly Row[],
  options: TextDataOptions,
  model: { readonly tokenizer: TokenizerLike; readonly labels: readonly string[] },
): Dataset<EncodedText> {
  const dataset = new TextDataset(rows, { ...textOptions(options, model), targetKey: options.labelColumn });
  const labelled = Array.from({ length: dataset.length }, (_, i) => i).filter((i) => dataset.at(i).target !== undefined);
  return datasetView(dataset, labelled);
}

function textOptions<Source>({ textColumn: inputKey, pairColumn: pairKey, maxSeqLen }: TextDataOptions, source: Source) {
  return { ...source, inputKey, pairKey, maxSeqLen };
}

function columnsOf({ textColumn, labelColumn, pairColumn }: TextDataOptions): string[] {
  return [textColumn, labelColumn, pairColumn].filter((name) => name !== undefined);
}

function hasLabel(row: Row, column: string): boolean {
  const value = row[column];
  return value !== undefined && value !== null && value !== "";
}

/** A text classifier and its data. Throws `E_FILE_NOT_FOUND`, `E_DATA`, and what loading a model throws. */
export async function textTrainingTask(
  options: TrainOptions,
  folder: string,
  { pretrained, seed }: TaskContext,
): Promise<TrainingTask<EncodedText>> {
  const rows = await readTrainingRows(options, seed);
  // The model's own labels where they cover the data's, so that its head and their order stay.
  const model = await TextClassifier.fromPretrained(folder, { ...pretrained, labels: rows.labels, keepLabels: true, seed });
  const source = { tokenizer: model.tokenizer, labels: model.labels };
  return {
    model,
    train: encodeRows(rows.train, options, source),
    evaluation: rows.evaluation && encodeRows(rows.evaluation, options, source),
    unlabelled: new TextDataset(rows.unlabelled, textOptions(options, source)),
    names: options.pairColumn === undefined ? undefined : false,
    items: "texts",
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
  readonly items: "texts" | "images";
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
