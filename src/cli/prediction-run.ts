import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Dataset } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { differences } from "../core/json-values.js";
import { partPath } from "../data/rows/open-parquet-writer.js";
import { countWrittenRows } from "../data/rows/open-row-writer.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { writeFileAtomic } from "../system/files.js";

/** All that decides what a run writes; a run is continued only with the same. */
export type PredictionSettings = Readonly<Record<string, string | number | null>>;

/**
 * Begins a run that writes `output`, or continues the one that was interrupted there, and gives the rows it has already written.
 * While the run is unfinished its settings stand in a small file beside the output. Throws `E_DATA` when the output is that of
 * another run, or complete.
 */
export async function beginRun(
  output: string,
  settings: PredictionSettings,
  options: { readonly overwrite: boolean },
): Promise<number> {
  const marker = markerPath(output);
  if (options.overwrite) {
    for (const path of [output, partPath(output), marker]) await rm(path, { force: true });
  }
  const rows = await countWrittenRows(output);
  const isUnfinished = existsSync(marker);
  if (isUnfinished && rows > 0) {
    checkSame(output, settings, JSON.parse(await readFile(marker, "utf8")) as PredictionSettings);
    return rows;
  }
  if (!isUnfinished && existsSync(output)) {
    throw new BaalError(
      "E_DATA",
      `${output} exists already and is complete: choose another file, or replace it with --overwrite.`,
    );
  }
  // A heading without rows may be that of other settings.
  for (const path of [output, partPath(output)]) await rm(path, { force: true });
  await mkdir(dirname(output), { recursive: true });
  await writeFileAtomic(marker, `${JSON.stringify(settings)}\n`);
  return 0;
}

/** Ends a run: its output is complete. */
export async function endRun(output: string): Promise<void> {
  await rm(markerPath(output), { force: true });
}

function markerPath(output: string): string {
  return `${output}.unfinished.json`;
}

function checkSame(output: string, now: PredictionSettings, before: PredictionSettings): void {
  const changed = differences(before, now);
  if (changed.length === 0) return;
  const list = changed.map((one) => `${one.field} was ${one.before ?? "not given"}, now ${one.now ?? "not given"}`).join("; ");
  throw new BaalError(
    "E_DATA",
    `${output} is unfinished, and its run had other settings (${list}). Repeat them to continue it, or start anew with --overwrite.`,
  );
}

/** The work of `baal predict`, as far as texts and images differ in it. */
export interface PredictionTask<Input> {
  /** All that decides what is written, beside the model and how it draws. */
  readonly settings: PredictionSettings;
  /** Column of the output that shows the item. */
  readonly column: string;
  /** Items come with an error where they cannot be predicted, in a column of its own. */
  readonly hasErrors: boolean;
  readonly open: () => Promise<OpenPrediction<Input>>;
}

export interface OpenPrediction<Input> {
  readonly model: GraphClassifier<Input>;
  /** How many texts were longer than the model or `--max-seq-len` allows, and were cut. */
  readonly textsCut?: (() => number) | undefined;
  /** All rows from `skipped` on, to be predicted and written together: memory stays the same however many there are. */
  readonly chunks: (skipped: number) => AsyncIterable<PredictionChunk<Input>>;
}

export interface PredictionChunk<Input> {
  /** Number of its first row in the whole data. */
  readonly start: number;
  readonly length: number;
  /**
   * The rows that can be predicted, under their numbers in the whole data: these name the draws, so a continued run gives what an
   * uninterrupted one does.
   */
  readonly dataset: Dataset<Input>;
  /** The value that the output shows of a row, by its number. */
  readonly shown: (row: number) => unknown;
  /** Why rows cannot be predicted, by their numbers. */
  readonly errors: ReadonlyMap<number, string>;
}

/** Cuts a stream into pieces of `size`, the last one shorter, without the first `skipped` elements. */
export async function* chunksFrom<T>(
  source: AsyncIterable<T> | Iterable<T>,
  { skipped, size }: { readonly skipped: number; readonly size: number },
): AsyncGenerator<{ readonly start: number; readonly elements: readonly T[] }> {
  let position = 0;
  let elements: T[] = [];
  for await (const element of source) {
    if (position++ < skipped) continue;
    elements.push(element);
    if (elements.length < size) continue;
    yield { start: position - elements.length, elements };
    elements = [];
  }
  if (elements.length > 0) yield { start: position - elements.length, elements };
}
