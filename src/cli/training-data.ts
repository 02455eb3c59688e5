import { existsSync } from "node:fs";
import { join } from "node:path";
import { datasetView } from "../active/dataset-view.js";
import type { Dataset, EncodedText } from "../data/dataset.js";
import { encodeLabels } from "../data/encode-labels.js";
import { HuggingFaceDatasets } from "../data/hugging-face-datasets.js";
import { readRows } from "../data/readers/read-rows.js";
import type { Row } from "../data/row.js";
import type { TokenizerLike } from "../data/tokenizer-like.js";
import { BaalError } from "../errors.js";
import { labelsOfConfig } from "../models/model-labels.js";
import { readModelConfig } from "../models/read-model-config.js";
import { createRandom } from "../random.js";
import type { DataOptions, TextDataOptions } from "./train-options.js";

/** Labelled rows, read but not yet tokenized, since the tokenizer belongs to a model that needs the labels first. */
export interface TrainingRows {
  readonly train: readonly Row[];
  readonly evaluation: readonly Row[] | undefined;
  /** Rows without a label, which were left out. */
  readonly unlabelled: number;
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
  /** What one row is called. */
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
  const unlabelled = rows.length - labelled.length;
  const evaluation = read.evaluation?.filter((row) => hasLabel(row, labelColumn));
  if (evaluation !== undefined || evalSplit === undefined) return { train: labelled, evaluation, unlabelled, labels };
  const shuffled = createRandom(seed).shuffled(labelled);
  const held = Math.max(1, Math.round(evalSplit * labelled.length));
  if (held >= labelled.length) throw new BaalError("E_DATA", `${data} has ${labelled.length} labelled rows: too few to split.`);
  return { train: shuffled.slice(held), evaluation: shuffled.slice(0, held), unlabelled, labels };
}

/**
 * The labels to train with: those of the model where they cover the data, so that its head and their order are kept; else those
 * of the data, which give the model a fresh head.
 */
export async function trainingLabels(modelFolder: string, found: readonly string[]): Promise<readonly string[]> {
  // Folders of image weights may come without.
  const config = existsSync(join(modelFolder, "config.json")) ? await readModelConfig(modelFolder) : {};
  const own = labelsOfConfig(config) ?? [];
  return found.every((label) => own.includes(label)) ? own : found;
}

/** Rows as a data set for the model. Throws `E_LABEL_UNKNOWN` for a label that is not among `labels`. */
export function encodeRows(
  rows: readonly Row[],
  options: TextDataOptions,
  model: { readonly tokenizer: TokenizerLike; readonly labels: readonly string[] },
): Dataset<EncodedText> {
  const { textColumn: inputKey, labelColumn: targetKey, pairColumn, maxSeqLen } = options;
  const pair = pairColumn === undefined ? {} : { pairKey: pairColumn };
  const dataset = new HuggingFaceDatasets(rows, { ...model, inputKey, targetKey, maxSeqLen, ...pair });
  const labelled = Array.from({ length: dataset.length }, (_, i) => i).filter((i) => dataset.at(i).target !== undefined);
  return datasetView(dataset, labelled);
}

function columnsOf({ textColumn, labelColumn, pairColumn }: TextDataOptions): string[] {
  return [textColumn, labelColumn, ...(pairColumn === undefined ? [] : [pairColumn])];
}

function hasLabel(row: Row, column: string): boolean {
  const value = row[column];
  return value !== undefined && value !== null && value !== "";
}
