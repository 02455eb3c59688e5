import { stat } from "node:fs/promises";
import { z } from "zod";
import { BaalError } from "../core/errors.js";
import { encodeLabels } from "../data/rows/encode-labels.js";
import type { Row } from "../data/rows/row.js";
import { adaptRows, ROW_OPTIONS, type RowOptions } from "./datasets/adapt-rows.js";
import { experimentDatasets } from "./datasets/dataset-table.js";
import type { DataPlace, ExperimentData, ExperimentDataset } from "./datasets/experiment-data.js";

/** The data of an experiment with what can be said of them. */
export interface LoadedData extends ExperimentData {
  /** Names of all classes, the out-of-scope one among them where there is one. */
  readonly labels: readonly string[];
  readonly about: DataDescription;
}

/** The record of a run's data. */
export interface DataDescription {
  readonly name: string;
  readonly licence: string;
  readonly source: string;
  readonly files: ExperimentData["files"];
  readonly items: { readonly train: number; readonly validation: number; readonly test: number };
  readonly classes: number;
}

/**
 * Reads the data set that `dataset` of a configuration names, or whose `path` it gives. Throws `E_ARGUMENT` for an unknown name or
 * option, `E_DATA` for data that cannot be used (a missing column, labels not in the data, no test items), `E_FILE_NOT_FOUND`, `E_HUB`.
 */
export async function loadExperimentData(given: Readonly<Record<string, unknown>>, place: DataPlace): Promise<LoadedData> {
  const { name, ...rest } = given;
  const dataset = await datasetNamed(name, rest);
  const { own, rowOptions } = parsedOptions(dataset, rest);
  const read = ofClasses(labelled(await dataset.load(own, place)), rowOptions.classes);
  const labels = labelsOf(read, rowOptions.labels);
  const data = adaptRows(read, rowOptions);
  for (const part of ["train", "test"] as const) {
    if (data[part].length > 0) continue;
    const remedy =
      part === "test" ? " Name them (dataset.testPath), or set some of the training items aside (dataset.testShare)." : "";
    throw new BaalError("E_DATA", `The data set ${dataset.name} has no ${part === "test" ? "test" : "training"} items.${remedy}`);
  }
  const { train, validation, test, files } = data;
  const items = { train: train.length, validation: validation.length, test: test.length };
  const { licence, source } = dataset;
  return { ...data, labels, about: { name: dataset.name, licence, source, files, items, classes: labels.length } };
}

async function datasetNamed(name: unknown, rest: Readonly<Record<string, unknown>>): Promise<ExperimentDataset> {
  const known = [...experimentDatasets.keys()].join(", ");
  if (name === undefined && typeof rest["path"] === "string") {
    const stats = await stat(rest["path"]).catch((cause: unknown) => {
      throw new BaalError("E_FILE_NOT_FOUND", `${rest["path"]} is not there or cannot be read.`, { cause });
    });
    const isImages = stats.isDirectory() || /\.(tar|tar\.gz|tgz)$/i.test(rest["path"]);
    return experimentDatasets.get(isImages ? "image-folder" : "text-file")!;
  }
  const dataset = experimentDatasets.get(String(name));
  if (dataset) return dataset;
  throw new BaalError(
    "E_ARGUMENT",
    `There is no data set "${String(name)}"; dataset.name is one of ${known}, or give dataset.path.`,
  );
}

function parsedOptions(dataset: ExperimentDataset, rest: Readonly<Record<string, unknown>>) {
  const parsed = z.strictObject({ ...ROW_OPTIONS, ...dataset.options }).safeParse(rest);
  if (!parsed.success) {
    const known = [...Object.keys(dataset.options), ...Object.keys(ROW_OPTIONS)].join(", ");
    const problems = parsed.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join(".")}: ${message}` : message,
    );
    throw new BaalError("E_ARGUMENT", `dataset (${dataset.name}): ${problems.join("; ")}. Its options are ${known}.`);
  }
  const options = parsed.data as Readonly<Record<string, unknown>>;
  const names = Object.keys(ROW_OPTIONS);
  const part = (own: boolean) => Object.fromEntries(Object.entries(options).filter(([option]) => names.includes(option) !== own));
  return { own: part(true), rowOptions: part(false) as unknown as RowOptions };
}

/** Rows with their labels' names. Those without a label are of no use where a label is to be revealed. */
function labelled(data: ExperimentData): ExperimentData {
  const { label } = data.columns;
  const parts = [data.train, data.validation, data.test] as const;
  const { labels, task, targets } = encodeLabels(
    parts.flat().map((row) => row[label]),
    (position) => `Row ${position} of the data`,
  );
  if (task !== "single") {
    throw new BaalError("E_DATA", `Column "${label}" holds lists of labels; experiments need one label per item.`);
  }
  let at = 0;
  const [train, validation, test] = parts.map((rows) =>
    rows.flatMap((row): Row[] => {
      const target = targets[at++];
      return typeof target === "number" ? [{ ...row, [label]: labels[target] }] : [];
    }),
  ) as [Row[], Row[], Row[]];
  return { ...data, train, validation, test };
}

/** Throws `E_DATA` for a class that is not there. */
function ofClasses(data: ExperimentData, classes: readonly string[] | undefined): ExperimentData {
  if (classes === undefined) return data;
  const wanted = new Set(classes);
  const labelOf = (row: Row) => String(row[data.columns.label]);
  const [train, validation, test] = ([data.train, data.validation, data.test] as const).map((rows) =>
    rows.filter((row) => wanted.has(labelOf(row))),
  ) as [Row[], Row[], Row[]];
  const absent = classes.filter((name) => !train.some((row) => labelOf(row) === name));
  if (absent.length > 0) {
    const there = [...new Set(data.train.map(labelOf))].sort().join(", ");
    throw new BaalError("E_DATA", `dataset.classes: no training item has the label ${absent.join(", ")}; there are ${there}.`);
  }
  return { ...data, train, validation, test };
}

function labelsOf(
  { train, validation, test, columns }: ExperimentData,
  wanted: readonly string[] | undefined,
): readonly string[] {
  const rows = [...train, ...validation, ...test];
  const { labels } = encodeLabels(
    rows.map((row) => row[columns.label]),
    (position) => `Row ${position} of the data`,
  );
  if (labels.length < 2) {
    throw new BaalError("E_DATA", `A classifier needs at least two labels; column "${columns.label}" has ${labels.length}.`);
  }
  if (wanted === undefined) return labels;
  const absent = wanted.filter((label) => !labels.includes(label));
  const surplus = labels.filter((label) => !wanted.includes(label));
  if (absent.length > 0) throw new BaalError("E_DATA", `dataset.labels: no item has the label ${absent.join(", ")}.`);
  if (surplus.length > 0) throw new BaalError("E_DATA", `dataset.labels lacks ${surplus.join(", ")}, which items have.`);
  return wanted;
}
