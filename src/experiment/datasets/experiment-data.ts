import type { z } from "zod";
import { BaalError } from "../../core/errors.js";
import type { HubOptions } from "../../data/hub/hub-options.js";
import type { HubDataset } from "../../data/hub/load-hub-dataset.js";
import type { Row } from "../../data/rows/row.js";

/** A file that was read, so that others can see whether they have the same. */
export interface DataFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The data of an experiment. Rows keep all their columns. */
export interface ExperimentData {
  readonly kind: "text" | "image";
  /** The items to label from. */
  readonly train: readonly Row[];
  /** Items to tune on, a threshold for example; never trained on, never tested on. */
  readonly validation: readonly Row[];
  readonly test: readonly Row[];
  readonly columns: { readonly input: string; readonly label: string };
  /** Class of the items that belong to no class, where the data set has such. */
  readonly outOfScopeLabel?: string | undefined;
  readonly files: readonly DataFile[];
  /** Of images from files: what relative paths are meant from. */
  readonly root?: string | undefined;
  /** Of images of one size: `[channels, height, width]`. */
  readonly imageShape?: readonly [channels: 1 | 3, height: number, width: number] | undefined;
  /** Of samples between 0 and 1. */
  readonly normalisation?: { readonly mean: number | readonly number[]; readonly std: number | readonly number[] };
  /** Gaussian noise on the normalised pixels of the training images, the same whenever an image is read. */
  readonly noise?: { readonly std: number; readonly seed: number };
  /** How training images are augmented. */
  readonly augment?: "weak" | "strong" | undefined;
}

/** Where data come from. */
export interface DataPlace {
  /** The folder that is looked through before the hub is asked. */
  readonly dataDir?: string | undefined;
  readonly hub?: Omit<HubOptions, "type"> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A data set that experiments know by name. */
export interface ExperimentDataset<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  readonly about: string;
  readonly licence: string;
  /** Where it can be had, and who made it. */
  readonly source: string;
  /** Its options, beside those of all data sets. */
  readonly options: Shape;
  load(options: z.output<z.ZodObject<Shape>>, place: DataPlace): Promise<ExperimentData>;
}

/** Ties the type of the options to their schema. */
export function defineDataset<Shape extends z.ZodRawShape>(dataset: ExperimentDataset<Shape>): ExperimentDataset<Shape> {
  return dataset;
}

/** Rows of a hub data set, whose label column holds class numbers, with the classes' names in it: as local files have them. */
export function namedLabels({ rows, labels }: Pick<HubDataset, "rows" | "labels">, column: string, repo: string): readonly Row[] {
  const names = labels.get(column);
  if (names === undefined) throw new BaalError("E_DATA", `${repo} has no names for its column "${column}".`);
  return rows.map((row) => ({ ...row, [column]: names[Number(row[column])] }));
}
