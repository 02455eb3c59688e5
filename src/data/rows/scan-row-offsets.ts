import { createReadStream } from "node:fs";
import { throwIfAborted } from "../../core/errors.js";
import { type CsvDialect, type CsvRecord, readRecord, recordBatches } from "./csv-records.js";
import { type CsvOptions, csvTable } from "./csv-table.js";

const LINE_END = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface ScanOptions {
  /** Bytes before the text. */
  readonly start: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RowOffsets {
  /** Where each row begins, and where the last one ends: row i is bytes `offsets[i]` to `offsets[i + 1]`, empty lines after it included. */
  readonly offsets: Float64Array;
  /** The same for what stands in front of the rows; empty where nothing does. */
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

  toArray(length = this.length): Float64Array {
    return this.#values.slice(0, length);
  }
}

/** Finds all rows of a JSON Lines file in one pass over its bytes. Empty lines are no rows. Throws `E_ABORTED`. */
export async function scanJsonLines(path: string, { start, signal }: ScanOptions): Promise<RowOffsets> {
  const found = new NumberList();
  let position = start;
  let lineStart = start;
  let hasContent = false;
  for await (const chunk of chunksOf(path, { start, signal })) {
    let i = 0;
    while (i < chunk.length) {
      const byte = chunk[i]!;
      if (byte === LINE_END || byte === CARRIAGE_RETURN) {
        lineStart = position + i + 1;
        hasContent = false;
      } else if (!hasContent && !isWhiteSpace(byte)) {
        hasContent = true;
        found.push(lineStart);
      }
      i++;
      // What is left of the line says nothing more.
      if (hasContent) i = lineEndFrom(chunk, i);
    }
    position += chunk.length;
  }
  found.push(position);
  return { offsets: found.toArray(), header: [start, start] };
}

/**
 * Finds all rows of a CSV file in one pass, with the reader that reads them, which is given bytes in place of characters: positions are those in the
 * file. Throws `E_DATA` for a damaged header, `E_ABORTED`.
 */
export async function scanRecords(path: string, { start, signal, ...options }: ScanOptions & CsvOptions): Promise<RowOffsets> {
  const table = csvTable(path, options);
  const found = new NumberList();
  let dialect = asBytes(table.dialect);
  let position = start;
  let head = start;
  // Rows that are empty count once another one follows them.
  let rows = 0;
  async function* pieces(): AsyncGenerator<string> {
    for await (const chunk of chunksOf(path, { start, signal })) yield chunk.toString("latin1");
  }
  const reader = {
    get dialect() {
      return dialect;
    },
    take(record: CsvRecord, bytes: string) {
      const begin = position;
      position += record.end - record.start;
      if (!table.hasHeader) {
        const text = Buffer.from(bytes.slice(record.start, record.end), "latin1").toString("utf8");
        table.takeHead(readRecord(text, 0, table.dialect, true)!, text);
        dialect = asBytes(table.dialect);
        head = position;
      } else if (!record.isBlank) {
        found.push(begin);
        if (!record.isEmpty) rows = found.length;
      }
      return true;
    },
  };
  for await (const _ of recordBatches(pieces(), reader));
  if (found.length === rows) found.push(position);
  return { offsets: found.toArray(rows + 1), header: [start, head] };
}

function asBytes(dialect: CsvDialect): CsvDialect {
  return { ...dialect, delimiter: Buffer.from(dialect.delimiter, "utf8").toString("latin1") };
}

async function* chunksOf(path: string, { start, signal }: ScanOptions): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { start, highWaterMark: 1 << 20 });
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      throwIfAborted(signal, `Reading ${path}`);
      yield chunk;
    }
  } finally {
    source.destroy();
    if (!source.closed) await new Promise<void>((resolve) => source.once("close", () => resolve()));
  }
}

function lineEndFrom(chunk: Buffer, from: number): number {
  for (let i = from; i < chunk.length; i++) {
    const byte = chunk[i];
    if (byte === LINE_END || byte === CARRIAGE_RETURN) return i;
  }
  return chunk.length;
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
