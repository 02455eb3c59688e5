import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Dataset } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { differences } from "../core/json-values.js";
import { partPath } from "../data/rows/open-parquet-writer.js";
import { countWrittenRows } from "../data/rows/open-row-writer.js";
import type { Row } from "../data/rows/row.js";
import type { GraphClassifier } from "../models/graph/graph-classifier.js";
import { syncPath, unlessMissing, writeFileAtomic } from "../system/files.js";

/** All that decides what a run writes; a run is continued only with the same. */
export type PredictionSettings = Readonly<Record<string, string | number | null>>;

/**
 * Begins a run that writes `output`, or continues the one that was interrupted there, and gives the rows it has already written. Until the run is
 * complete its rows stand in {@link partialPath}, and its settings in a small file beside it; an output that is to be replaced stays until then.
 * Throws `E_DATA` when the rows are those of another run, or the output is complete.
 */
export async function beginRun(
  output: string,
  settings: PredictionSettings,
  options: { readonly overwrite: boolean },
): Promise<number> {
  const [marker, partial] = [markerPath(output), partialPath(output)];
  if (options.overwrite) await removeAll([partial, partPath(partial), marker]);
  const before = await readMarker(marker);
  const rows = await countWrittenRows(partial);
  if (before !== undefined && rows > 0) {
    checkSame(output, settings, before);
    return rows;
  }
  // Ended between putting the output in its place and removing the settings.
  const wasEnded = before !== undefined && existsSync(output) && changes(before, settings).length === 0;
  if (existsSync(output) && !options.overwrite && (before === undefined || wasEnded)) {
    await removeAll([marker]);
    throw new BaalError(
      "E_DATA",
      `${output} exists already and is complete: choose another file, or replace it with --overwrite.`,
    );
  }
  // A heading without rows may be that of other settings.
  await removeAll([partial, partPath(partial)]);
  await writeFileAtomic(marker, `${JSON.stringify(settings)}\n`);
  return 0;
}

/** Ends a run: its output is complete and takes its place. */
export async function endRun(output: string): Promise<void> {
  await rename(partialPath(output), output);
  await syncPath(dirname(output));
  await removeAll([markerPath(output)]);
}

/** Where the rows of an unfinished output are. */
export function partialPath(output: string): string {
  return `${output}.partial`;
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

async function readMarker(path: string): Promise<PredictionSettings | undefined> {
  const text = await readFile(path, "utf8").catch(unlessMissing);
  return text === undefined ? undefined : (JSON.parse(text) as PredictionSettings);
}

function markerPath(output: string): string {
  return `${output}.unfinished.json`;
}

/** How runs drew before it could be chosen: their settings do not say it. */
const UNSAID: PredictionSettings = { masks: "independent" };

function changes(before: PredictionSettings, now: PredictionSettings) {
  return differences({ ...UNSAID, ...before }, { ...UNSAID, ...now });
}

function checkSame(output: string, now: PredictionSettings, before: PredictionSettings): void {
  const changed = changes(before, now);
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
  /** The columns of the data, which the output has too. */
  readonly columns: readonly string[];
  /** How many items there are. */
  readonly rows: number;
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
  /** A row of the data by its number, as the output shows it. */
  readonly shown: (row: number) => Row;
  /** Why rows cannot be predicted, by their numbers. */
  readonly errors: ReadonlyMap<number, string>;
}

/** All columns of some rows, in the order in which they are met, and how many rows there are. */
export async function surveyRows(
  source: AsyncIterable<Row> | Iterable<Row>,
): Promise<{ readonly columns: readonly string[]; readonly rows: number }> {
  const columns = new Set<string>();
  let rows = 0;
  for await (const row of source) {
    rows++;
    for (const column of Object.keys(row)) columns.add(column);
  }
  return { columns: [...columns], rows };
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
