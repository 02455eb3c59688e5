/**
 * Runs the blocks that can be run, one after the other in one process, each in a folder with the files that the pages speak of.
 * Prints a line of JSON for each: `{ file, line, milliseconds, error }`. Started by the test of the blocks, with the blocks' `tsconfig.json`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { copySampleFiles, makeSampleFiles } from "./sample-files.js";

interface Request {
  readonly file: string;
  readonly line: number;
  readonly path: string;
}

const blocks = JSON.parse(process.argv[2] ?? "[]") as readonly Request[];
const scratch = mkdtempSync(join(tmpdir(), "baaljs-blocks-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
const samples = await makeSampleFiles(join(scratch, "samples"));
const print = console.log.bind(console);
const quiet = () => undefined;
Object.assign(console, { log: quiet, table: quiet, info: quiet });

for (const [i, { file, line, path }] of blocks.entries()) {
  const folder = join(scratch, String(i));
  copySampleFiles(samples, folder);
  process.chdir(folder);
  const start = performance.now();
  let error: string | undefined;
  try {
    await import(pathToFileURL(path).href);
  } catch (cause) {
    error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  }
  print(JSON.stringify({ file, line, milliseconds: Math.round(performance.now() - start), error }));
}
process.chdir(tmpdir());
process.exit(0);
