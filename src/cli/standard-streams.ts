import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommandContext } from "./base-command.js";

/** What the first bytes of data say of their form. */
const FORMS: readonly (readonly [pattern: RegExp, extension: string])[] = [
  [/^PAR1/, ".parquet"],
  [/^ARROW1/, ".arrow"],
  [/^(?:\u00ef\u00bb\u00bf)?\s*[[{]/, ".json"],
  [/^[^\r\n,]*\t[^\r\n,]*[\r\n]/, ".tsv"],
];

const INPUT_PREFIX = "baal-input-";

/**
 * Runs a command whose `--data -` is standard input: what comes is kept in a file as long as it runs, since data are read more than once. Its form is
 * told by the content: Parquet, Arrow, JSON, fields between tabs, or else CSV.
 */
export async function withStandardInput<Options extends { readonly data: string | readonly string[] }>(
  options: Options,
  run: (options: Options) => Promise<void>,
  input: Readable = process.stdin,
): Promise<void> {
  const { data } = options;
  if (![data].flat().includes("-")) return run(options);
  await inFolder(INPUT_PREFIX, async (folder) => {
    const path = join(folder, "standard-input");
    await pipeline(input, createWriteStream(path));
    const named = path + (await extensionOf(path));
    await rename(path, named);
    const nameOf = (file: string) => (file === "-" ? named : file);
    await run({ ...options, data: typeof data === "string" ? nameOf(data) : data.map(nameOf) });
  });
}

/** Whether a path is that of what came by standard input: it is nobody's file, and has no name for others. */
export function isStandardInput(path: string): boolean {
  return path.includes(INPUT_PREFIX);
}

/**
 * Runs a command whose `--output -` is standard output: its rows go there as CSV once all are made, and what it has to say goes to standard error.
 */
export async function withStandardOutput<Options extends { readonly output: string }>(
  options: Options,
  context: CommandContext,
  run: (options: Options, context: CommandContext) => Promise<void>,
  target: Writable = process.stdout,
): Promise<void> {
  if (options.output !== "-") return run(options, context);
  await inFolder("baal-output-", async (folder) => {
    const path = join(folder, "standard-output.csv");
    const result = (text: string) => context.output.note(text.replaceAll(path, "standard output"));
    await run({ ...options, output: path }, { ...context, output: { ...context.output, result } });
    await pipeline(createReadStream(path), target, { end: false });
  });
}

async function inFolder(prefix: string, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  try {
    await run(folder);
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
