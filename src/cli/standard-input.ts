import { createWriteStream } from "node:fs";
import { mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** What the first bytes of data say of their form. */
const FORMS: readonly (readonly [pattern: RegExp, extension: string])[] = [
  [/^PAR1/, ".parquet"],
  [/^ARROW1/, ".arrow"],
  [/^(?:\u00ef\u00bb\u00bf)?\s*[[{]/, ".json"],
  [/^[^\r\n,]*\t[^\r\n,]*[\r\n]/, ".tsv"],
];

/**
 * Runs a command whose `--data -` is standard input: what comes is kept in a file as long as it runs, since data are read more than once. Its form is
 * told by the content: Parquet, Arrow, JSON, fields between tabs, or else CSV.
 */
export async function withStandardInput<Options extends { readonly data: string }>(
  options: Options,
  run: (options: Options) => Promise<void>,
  input: Readable = process.stdin,
): Promise<void> {
  if (options.data !== "-") return run(options);
  const folder = await mkdtemp(join(tmpdir(), "baal-input-"));
  try {
    const path = join(folder, "standard-input");
    await pipeline(input, createWriteStream(path));
    const named = path + (await extensionOf(path));
    await rename(path, named);
    await run({ ...options, data: named });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function extensionOf(path: string): Promise<string> {
  const file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0).finally(() => file.close());
  const start = buffer.subarray(0, bytesRead).toString("latin1");
  return FORMS.find(([pattern]) => pattern.test(start))?.[1] ?? ".csv";
}
