import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { partPath } from "../data/writers/open-parquet-writer.js";
import { countWrittenRows } from "../data/writers/open-row-writer.js";
import { BaalError } from "../errors.js";
import { writeFileAtomic } from "../files.js";

/** All that decides what a run writes; a run is continued only with the same. */
export type RunSettings = Readonly<Record<string, string | number | null>>;

/**
 * Begins a run that writes `output`, or continues the one that was interrupted there, and gives the rows it has already written.
 * While the run is unfinished its settings stand in a small file beside the output. Throws `E_DATA` when the output is that of
 * another run, or complete.
 */
export async function beginRun(output: string, settings: RunSettings, options: { readonly overwrite: boolean }): Promise<number> {
  const marker = markerPath(output);
  if (options.overwrite) {
    for (const path of [output, partPath(output), marker]) await rm(path, { force: true });
  }
  const rows = await countWrittenRows(output);
  const isUnfinished = existsSync(marker);
  if (isUnfinished && rows > 0) {
    checkSame(output, settings, JSON.parse(await readFile(marker, "utf8")) as RunSettings);
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

function checkSame(output: string, now: RunSettings, before: RunSettings): void {
  const changed = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name]);
  if (changed.length === 0) return;
  const list = changed.map((name) => `${name} was ${before[name] ?? "not given"}, now ${now[name] ?? "not given"}`).join("; ");
  throw new BaalError(
    "E_DATA",
    `${output} is unfinished, and its run had other settings (${list}). Repeat them to continue it, or start anew with --overwrite.`,
  );
}
