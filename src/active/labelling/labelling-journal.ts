import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { activeStateSchema, targetSchema } from "../active-state.js";

/** What a journal holds, in order. */
export interface JournalContent {
  readonly header: LabellingHeader;
  readonly entries: readonly LabellingEntry[];
}

interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The file of a labelling session: one JSON line per thing that happened. A line counts once it is on the disk; lines that are
 * appended while others are on their way there go together, so that many answers at once cost one wait for the disk.
 */
export class LabellingJournal {
  readonly #path: string;
  readonly #file: FileHandle;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #failure: BaalError | undefined;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens a journal and reads it; `content` is `undefined` for a new one. A last line that a kill cut short is removed from the file.
   * Throws `E_CHECKPOINT` for a damaged line elsewhere.
   */
  static async open(path: string): Promise<{ readonly journal: LabellingJournal; readonly content: JournalContent | undefined }> {
    const file = await open(path, "a+");
    try {
      const bytes = await readFile(path);
      const end = bytes.lastIndexOf("\n") + 1;
      if (end < bytes.length) {
        await file.truncate(end);
        await file.sync();
      }
      if (end === 0) await syncFolder(dirname(path));
      const content = end === 0 ? undefined : parseLines(bytes.subarray(0, end), path);
      return { journal: new LabellingJournal(path, file), content };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Appends lines, in the order of the calls; they are on the disk when the promise resolves. After a failure nothing more is
   * written, as nobody knows how much of it arrived: throws that failure again.
   */
  append(...values: readonly (LabellingHeader | LabellingEntry)[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: values.map((value) => `${JSON.stringify(value)}\n`).join(""), resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Throws the failure after which nothing more is written. */
  checkUsable(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Waits until everything appended so far is on the disk. Throws as {@link append}. */
  async flushed(): Promise<void> {
    if (this.#failure || this.#draining) await this.append();
  }

  /** Writes what waits, then closes the file. */
  async close(): Promise<void> {
    await this.#draining;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    // What is appended within the same turn goes with it.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure) throw this.#failure;
        await this.#file.appendFile(batch.map(({ text }) => text).join(""));
        await this.#file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const message = `${this.#path} could not be written: ${errorMessage(error)}. Open the session anew: it holds what was saved.`;
        this.#failure ??= new BaalError("E_CHECKPOINT", message, { cause: error });
        for (const { reject } of batch) reject(this.#failure);
      }
    }
    this.#draining = undefined;
  }
}

function parseLines(bytes: Buffer, path: string): JournalContent {
  const [header, ...entries] = bytes.toString("utf8").slice(0, -1).split("\n");
  return {
    header: parseLine(HEADER, header!, `${path}, line 1`),
    entries: entries.map((line, i) => parseLine(ENTRY, line, `${path}, line ${i + 2}`)),
  };
}

function parseLine<T>(schema: z.ZodType<T>, line: string, where: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    throw new BaalError("E_CHECKPOINT", `${where} is damaged: ${reason}. Repair the line, or begin in another folder.`, {
      cause: error,
    });
  }
}

/** A new file survives a power failure once its folder is on the disk, too. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const index = z.int().nonnegative();

/** The first line of a journal: which data it belongs to, and what was labelled before. */
export const HEADER = z.object({
  version: z.literal(1),
  /** Names the content of items all over the data set. */
  content: z.string(),
  labels: z.array(z.string()).optional(),
  initial: activeStateSchema,
});

export type LabellingHeader = Readonly<z.infer<typeof HEADER>>;

/** One thing that happened, as a line of the journal. */
export const ENTRY = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("query"),
    strategy: z.string().optional(),
    /** What was picked, best first, with its scores. */
    indices: z.array(index),
    scores: z.array(z.number()),
    /** Names the content of each picked item, so that no label ever passes to another. */
    content: z.array(z.string()),
    /** State of what picks, for the next query. */
    state: z.unknown().optional(),
  }),
  z.object({ type: z.literal("handOut"), indices: z.array(index) }),
  z.object({ type: z.literal("release"), index }),
  z.object({ type: z.literal("label"), index, value: targetSchema }),
  z.object({ type: z.literal("skip"), index, reason: z.string().optional() }),
  z.object({ type: z.literal("retract"), index }),
  z.object({ type: z.literal("undo") }),
  z.object({ type: z.literal("withdraw") }),
]);

export type LabellingEntry = Readonly<z.infer<typeof ENTRY>>;
export type EntryOf<Type extends LabellingEntry["type"]> = Extract<LabellingEntry, { readonly type: Type }>;
