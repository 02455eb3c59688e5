import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../core/errors.js";
import { syncPath, unlessMissing } from "./files.js";

/*
 * Files that grow line by line while processes may be killed: a line counts once its line end is there. What follows the last line
 * end was cut short, is never read, and is cut off by whoever goes on writing.
 */

/** The complete lines of a file. */
export interface WholeLines {
  readonly count: number;
  /** Bytes up to the end of the last one. What follows is torn. */
  readonly bytes: number;
  /** The first one with its line end; empty where there is none. */
  readonly first: string;
}

const QUOTE = 0x22;
const LINE_END = 0x0a;

/**
 * Counts complete lines in one pass, in bounded memory. A missing file has none. With `quoted`, line ends between double quotes belong to a
 * value, as in CSV.
 */
export async function scanLines(
  path: string,
  { quoted = false }: { readonly quoted?: boolean | undefined } = {},
): Promise<WholeLines> {
  let count = 0;
  let position = 0;
  let bytes = 0;
  let isInside = false;
  const first: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      const before = count;
      let firstEnd = 0;
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i];
        // A doubled quote inside a quoted value toggles twice, which is what it should do.
        if (quoted && byte === QUOTE) isInside = !isInside;
        else if (byte === LINE_END && !isInside) {
          bytes = position + i + 1;
          if (++count === 1) firstEnd = i + 1;
        }
      }
      if (before === 0) first.push(count === 0 ? chunk : chunk.subarray(0, firstEnd));
      position += chunk.length;
    }
  } catch (error) {
    unlessMissing(error);
  }
  return { count, bytes, first: count > 0 ? Buffer.concat(first).toString("utf8") : "" };
}

/** One complete line of a file, not yet looked at. */
export interface JsonLine {
  readonly text: string;
  /** File and number, for messages. */
  readonly where: string;
}

/** A file's complete lines, `undefined` for a missing file. Changes nothing: another process may be writing it. */
export async function readJsonLines(path: string): Promise<JsonLine[] | undefined> {
  const bytes = await readFile(path).catch(unlessMissing);
  return bytes && linesOf(bytes.subarray(0, wholeLength(bytes)), path);
}

/** The value of a line. Throws `E_CHECKPOINT` for a damaged one; `remedy` is the sentence that says what to do then. */
export function parseJsonLine<T>({ text, where }: JsonLine, schema: z.ZodType<T>, remedy: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : errorMessage(cause);
    throw new BaalError("E_CHECKPOINT", `${where} is damaged: ${reason}. ${remedy}`, { cause });
  }
}

/** Cuts off a last line that a kill cut short. For the process that goes on writing the file, which may be missing. */
export async function removeTornLine(path: string): Promise<void> {
  const bytes = await readFile(path).catch(unlessMissing);
  if (bytes && wholeLength(bytes) < bytes.length) await truncate(path, wholeLength(bytes));
}

function wholeLength(bytes: Buffer): number {
  return bytes.lastIndexOf("\n") + 1;
}

function linesOf(whole: Buffer, path: string): JsonLine[] {
  const lines = whole.toString("utf8").split("\n").slice(0, -1);
  return lines.map((text, i) => ({ text, where: `${path}, line ${i + 1}` }));
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Appends one line; it is on the disk when the promise resolves. The file is made where it is missing, its folder is not. */
export async function appendJsonLine(path: string, value: unknown): Promise<void> {
  const file = await open(path, "a");
  try {
    await file.appendFile(jsonLine(value));
    await file.sync();
  } finally {
    await file.close();
  }
}

interface Waiting {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A file of JSON lines that stays open. Lines that are appended while others are on their way to the disk go together, so that many
 * at once cost one wait for it.
 */
export class JsonLinesLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #failure: BaalError | undefined;
  #appended = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Opens a log, made where it is missing, and reads its lines. A last line that a kill cut short is removed from the file. */
  static async open(path: string): Promise<{ readonly log: JsonLinesLog; readonly lines: readonly JsonLine[] }> {
    const file = await open(path, "a+");
    try {
      const bytes = await readFile(path);
      const end = wholeLength(bytes);
      if (end < bytes.length) {
        await file.truncate(end);
        await file.sync();
      }
      // A new file survives a power failure once its folder is on the disk, too.
      if (end === 0) await syncPath(dirname(path));
      return { log: new JsonLinesLog(path, file), lines: linesOf(bytes.subarray(0, end), path) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Appends lines, in the order of the calls; they are on the disk when the promise resolves. After a failure nothing more is
   * written, as nobody knows how much of it arrived: throws that failure again, `E_CHECKPOINT`.
   */
  append(...values: readonly unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const text = values.map(jsonLine).join("");
      this.#appended += text.length;
      this.#waiting.push({ text, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Characters that were appended since it was opened. */
  get appended(): number {
    return this.#appended;
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
        const message = `${this.#path} could not be written: ${errorMessage(error)}. Open it anew: it holds what was saved.`;
        this.#failure ??= new BaalError("E_CHECKPOINT", message, { cause: error });
        for (const { reject } of batch) reject(this.#failure);
      }
    }
    this.#draining = undefined;
  }
}
