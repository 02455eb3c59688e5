import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { VersionRecord } from "../state/records.js";
import { type ChoiceKind, chosenLabels, exactShare } from "./held-out-metrics.js";
import type { TrainingRow } from "./training-data.js";
import { type ChunkOptions, predictInChunks, type WithModelOptions, withModel } from "./training-host.js";

/** What a version's folder says of its training. */
const trainingRecord = z.object({
  /** The control that it learned. */
  control: z.string(),
  /** `"multiple"`: one output per label, a sigmoid's; `"single"`: a softmax over the labels. */
  choice: z.enum(["single", "multiple"]),
  /** Tasks that it was trained with. */
  tasks: z.array(z.number()),
});

export type TrainingRecord = z.infer<typeof trainingRecord>;

/** Beside the model's files. */
export const trainingRecordFile = "training.json";

export interface Comparison {
  /** The held-out rows that the serving version has not been trained with either. */
  readonly rows: readonly TrainingRow[];
  /** Its accuracy on them. */
  readonly accuracy: number;
}

/** Too few to tell two versions apart, or to count on. */
const FEWEST = 5;

export interface ServingAccuracyOptions extends WithModelOptions {
  readonly storeFolder: string;
  readonly choice: ChoiceKind;
  /** What the model reads for a row. */
  readonly inputOf: (row: TrainingRow) => string;
  readonly draws: Pick<ChunkOptions, "iterations" | "seed" | "maxSeqLen">;
}

/**
 * The accuracy of the version that serves, on what was held out from both trainings; the reason where there is none to compare with.
 * Labels that it does not know, it gets wrong. Throws what {@link withModel} throws.
 */
export async function servingAccuracy(
  version: VersionRecord,
  heldOut: readonly TrainingRow[],
  { storeFolder, choice, inputOf, draws, ...options }: ServingAccuracyOptions,
): Promise<Comparison | string> {
  const folder = join(storeFolder, version.folder);
  const record = await readTrainingRecord(folder);
  if (record === undefined) return `${version.version} does not say what it was trained with`;
  if (record.choice !== choice) return `${version.version} was trained for choice="${record.choice}"`;
  const seen = new Set(record.tasks);
  const rows = heldOut.filter(({ taskId }) => !seen.has(taskId));
  if (rows.length < FEWEST) return `only ${rows.length} held-out items are new to ${version.version}, too`;
  const { signal } = options;
  return withModel(folder, options, async (model) => {
    const predictions = await predictInChunks(model, rows.map(inputOf), { ...draws, signal });
    const { chosen } = chosenLabels(predictions, model.labels, choice);
    const targets = rows.map(({ labels }) => labels);
    return { rows, accuracy: exactShare(chosen, targets) };
  });
}

async function readTrainingRecord(folder: string): Promise<TrainingRecord | undefined> {
  try {
    return trainingRecord.parse(JSON.parse(await readFile(join(folder, trainingRecordFile), "utf8")));
  } catch {
    // Made by other means, or damaged: then it cannot be compared with, which is told.
    return undefined;
  }
}
