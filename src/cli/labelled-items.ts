import type { Dataset } from "../core/dataset.js";
import { itemsAt } from "../core/dataset-view.js";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import { ImageDataset } from "../data/images/image-dataset.js";
import type { Row } from "../data/rows/row.js";
import { TextDataset } from "../data/text/text-dataset.js";
import { readTrainingRecord } from "../models/checkpoint/training-record.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import type { LoadedModel } from "../models/load-model.js";
import type { BadTextOptions, LabelFileOptions } from "./data-file-options.js";
import type { ImageOptions } from "./image-options.js";
import { readLabelledImages } from "./image-rows.js";
import { readTextRows, textSource } from "./text-rows.js";

/** How a command reads labelled items for a model that is there already. */
export interface LabelledItemOptions extends LabelFileOptions, ImageOptions, Partial<BadTextOptions> {
  readonly data: string;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly pairColumn?: string | undefined;
  readonly labelColumn: string;
  readonly labelSeparator?: string | undefined;
  readonly control?: string | undefined;
  readonly maxSeqLen?: number | undefined;
}

/** Labelled items as a model reads them. */
export interface LabelledItems {
  /** What has a label that is one of the model's, under the rows' numbers. */
  readonly dataset: Dataset<unknown>;
  /** Items that are labelled as out of scope, where the model has a name for that. */
  readonly outOfScope: Dataset<unknown>;
  readonly unlabelled: number;
  /** A row's text, or its image's path. */
  readonly shown: (row: number) => string;
  readonly model: GraphClassifier<unknown>;
}

/** Reads labelled texts or images as the model was trained to. Throws `E_DATA`, `E_FILE_NOT_FOUND`, `E_LABEL_UNKNOWN` for a label that the model does not have. */
export async function readLabelledItems(
  loaded: LoadedModel<"text" | "image">,
  options: LabelledItemOptions,
): Promise<LabelledItems> {
  const { rows, dataset, targetKey, shown } = await (loaded.kind === "text"
    ? textsOf(loaded, options)
    : imagesOf(loaded, options));
  const name = loaded.model.outOfScope?.label;
  const positions = [...rows.keys()];
  const isOutside = (position: number) => name !== undefined && rows[position]![targetKey] === name;
  const inScope = positions.filter((position) => !isOutside(position));
  const all = dataset(rows.map((row, position) => (isOutside(position) ? { ...row, [targetKey]: null } : row)));
  const labelled = inScope.filter((position) => all.at(position).target !== undefined);
  if (labelled.length === 0)
    throw new BaalError(
      "E_DATA",
      `${options.data}: no row has a label in column "${targetKey}", so there is nothing to compare with.`,
    );
  return {
    dataset: itemsAt(all, labelled),
    outOfScope: itemsAt(all, positions.filter(isOutside)),
    unlabelled: inScope.length - labelled.length,
    shown: (row) => shown(rows[row]!),
    model: loaded.model as GraphClassifier<unknown>,
  };
}

interface Read {
  readonly rows: readonly Row[];
  readonly targetKey: string;
  readonly dataset: (rows: readonly Row[]) => Dataset<unknown>;
  readonly shown: (row: Row) => string;
}

async function textsOf({ model, folder }: LoadedModel<"text">, options: LabelledItemOptions): Promise<Read> {
  const { data, labelColumn: targetKey, labelSeparator, normalizeLabels } = options;
  const input = (await readTrainingRecord(folder))?.input;
  const pairKey = options.pairColumn ?? input?.pairColumn ?? undefined;
  const { textColumn, text } = textSource(options, input?.text);
  const columns = [textColumn, targetKey, ...(pairKey === undefined ? [] : [pairKey])];
  const read = await readTextRows(data, { ...options, textColumn, text, columns, labels: "needed" });
  const keys = columns.filter((column) => column !== targetKey);
  const isBad = (row: Row) => keys.some((column) => typeof row[column] !== "string");
  const maxSeqLen = options.maxSeqLen ?? input?.maxSeqLen ?? DEFAULT_MAX_SEQ_LEN;
  const { tokenizer, labels, task } = model;
  return {
    ...{ rows: options.onBadText === "skip" ? read.filter((row) => !isBad(row)) : read, targetKey },
    dataset: (rows) =>
      new TextDataset(rows, {
        ...{ tokenizer, labels, task, labelSeparator, normalizeLabels, inputKey: textColumn, pairKey, targetKey, maxSeqLen },
        where: (position) => `${data}, row ${position}`,
      }),
    shown: (row) => keys.map((column) => String(row[column])).join(" / "),
  };
}

async function imagesOf({ model }: LoadedModel<"image">, options: LabelledItemOptions): Promise<Read> {
  const { data, labelSeparator, normalizeLabels, allowPrivateAddresses = false } = options;
  const read = await readLabelledImages(data, { image: options.imageColumn ?? "image", label: options.labelColumn }, options);
  const { processor, labels, task } = model;
  const { image: imageKey, label: labelKey } = read.columns;
  return {
    ...{ rows: read.rows, targetKey: labelKey },
    dataset: (rows) =>
      new ImageDataset(rows, {
        ...{ processor, labels, task, labelSeparator, normalizeLabels, imageKey, labelKey, root: read.root },
        downloads: { allowPrivateAddresses },
      }),
    shown: (row) => String(row["path"] ?? (typeof row[imageKey] === "string" ? row[imageKey] : "")),
  };
}
