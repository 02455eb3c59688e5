import { createReadStream } from "node:fs";
import { throwIfAborted } from "../../core/errors.js";

const QUOTE = 0x22;
const LINE_END = 0x0a;

/** How lines of a file make rows. */
export interface RowLines {
  /** Whether quoted fields may hold line ends, as in CSV, where blanks are values, too. */
  readonly quotedLineEnds: boolean;
  /** Lines before the first row. */
  readonly headerRows: number;
}

export interface RowOffsets {
  /** Where each row begins, and where the last one ends: row i is bytes `offsets[i]` to `offsets[i + 1]`, empty lines after it included. */
  readonly offsets: Float64Array;
  /** The same for the header line; empty where there is none. */
  readonly header: readonly [start: number, end: number];
}

/** A growing list of numbers in 8 bytes each, where an array of numbers may take 16 and more. */
class NumberList {
  length = 0;
  #values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float64Array(this.length + (this.length >> 1));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  toArray(from: number): Float64Array {
    return this.#values.slice(from, this.length);
  }
}

/** Finds all rows of a text file in one pass over its bytes. Empty lines are no rows. Throws `E_ABORTED`. */
export async function scanRowOffsets(
  path: string,
  { quotedLineEnds, headerRows }: RowLines,
  { start, signal }: { readonly start: number; readonly signal?: AbortSignal | undefined },
): Promise<RowOffsets> {
  const found = new NumberList();
  let position = start;
  let lineStart = start;
  let quoted = false;
  let hasContent = false;
  const isBlank = quotedLineEnds ? isCarriageReturn : isWhiteSpace;
  for await (const chunk of createReadStream(path, { start, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    throwIfAborted(signal, `Reading ${path}`);
    let i = 0;
    while (i < chunk.length) {
      const byte = chunk[i]!;
      if (byte === LINE_END && !quoted) {
        lineStart = position + i + 1;
        hasContent = false;
      } else {
        if (!hasContent && !isBlank(byte)) {
          hasContent = true;
          found.push(lineStart);
        }
        // A doubled quote inside a quoted field toggles twice, which is what it should do.
        if (byte === QUOTE && quotedLineEnds) quoted = !quoted;
      }
      i++;
      // What is left of the line says nothing more, where no quotes count.
      if (hasContent && !quotedLineEnds && byte !== LINE_END) {
        const end = chunk.indexOf(LINE_END, i);
        i = end === -1 ? chunk.length : end;
      }
    }
    position += chunk.length;
  }
  found.push(position);
  const rows = Math.min(headerRows, found.length - 1);
  const offsets = found.toArray(rows);
  return { offsets, header: rows === 0 ? [start, start] : [found.toArray(0)[0]!, offsets[0]!] };
}

function isCarriageReturn(byte: number): boolean {
  return byte === 0x0d;
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
