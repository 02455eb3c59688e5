import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { LRUCache } from "lru-cache";
import { BaalError } from "../../core/errors.js";
import { contentKind } from "./content-kind.js";
import type { CsvOptions } from "./csv-table.js";
import type { Row, RowSource } from "./row.js";
import { type ParseRows, rowParserOf } from "./row-parsers.js";
import { readingError } from "./stream-text.js";

/** Options of {@link FileBackedRows}.open. */
export interface FileBackedRowsOptions extends CsvOptions {
  /** Most rows kept in memory. 1024 by default. */
  readonly cacheSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Rows that follow each other, from row `first` to before `end`, as they were read. */
interface RowBlock {
  readonly first: number;
  readonly end: number;
  readonly bytes: Buffer;
  /** Where they could be parsed together. */
  readonly rows: readonly Row[] | undefined;
}

/** Bytes read at once while rows are asked for in order. */
const READ_AHEAD = 1 << 16;

/** Bytes of a byte-order mark. */
const MARK_LENGTH = 3;

/**
 * The rows of a JSON Lines or CSV file that stay on the disk: 8 bytes of memory per row, and those used last. Rows are read when they
 * are asked for, so a file of millions can be a data set: `new TextDataset(rows, { ..., cacheSize: 10_000 })`.
 * The file must not change meanwhile; {@link close} when the rows are no longer needed.
 *
 * @example
 * ```ts
 * import { FileBackedRows } from "baaljs/data";
 *
 * const rows = await FileBackedRows.open("requests.jsonl");
 * console.log(rows.length, rows.at(10)); // read from the disk when asked for
 * rows.close();
 * ```
 */
export class FileBackedRows implements RowSource, Iterable<Row> {
  readonly path: string;
  readonly #file: number;
  readonly #stats: BigIntStats;
  readonly #offsets: Float64Array;
  readonly #parse: ParseRows;
  readonly #cache: LRUCache<number, Row>;
  readonly #cacheSize: number;
  #block: RowBlock | undefined;
  #last = -1;
  #isClosed = false;

  private constructor(
    path: string,
    {
      file,
      stats,
      offsets,
      parse,
      cacheSize,
    }: {
      readonly file: number;
      readonly stats: BigIntStats;
      readonly offsets: Float64Array;
      readonly parse: ParseRows;
      readonly cacheSize: number;
    },
  ) {
    this.path = path;
    this.#file = file;
    this.#stats = stats;
    this.#offsets = offsets;
    this.#parse = parse;
    this.#cache = new LRUCache({ max: Math.max(1, Math.min(cacheSize, offsets.length)) });
    this.#cacheSize = cacheSize;
  }

  /**
   * Finds the rows of a file in one pass; `.jsonl`, `.ndjson`, `.csv` and `.tsv`, UTF-8, not packed. What is inside a row is looked at
   * when it is asked for. Throws `E_FILE_NOT_FOUND`, `E_ARGUMENT`, `E_ABORTED`, and `E_DATA` for another kind of file, one without
   * rows, a damaged header, or a file that grows while it is read.
   */
  static async open(path: string, options: FileBackedRowsOptions = {}): Promise<FileBackedRows> {
    const { cacheSize = 1024, signal, ...csv } = options;
    if (!Number.isInteger(cacheSize) || cacheSize < 1)
      throw new BaalError("E_ARGUMENT", `cacheSize is a number of rows, at least 1; ${cacheSize} came.`);
    const { scan, parser } = rowParserOf(path);
    const absolute = resolve(path);
    let file: number | undefined;
    try {
      file = openSync(absolute, "r");
      const stats = fstatSync(file, { bigint: true });
      const start = textStart(file, path);
      const { offsets, header } = await scan(absolute, { start, signal, ...csv });
      checkUnchanged(absolute, stats);
      if (offsets.length < 2) throw new BaalError("E_DATA", `${path} has no rows.`);
      const parse = parser(decode(readBytes(file, header[0], header[1]), path), path, csv);
      return new FileBackedRows(absolute, { file, stats, offsets, parse, cacheSize });
    } catch (error) {
      if (file !== undefined) closeSync(file);
      throw readingError(path, error);
    }
  }

  get length(): number {
    return this.#offsets.length - 1;
  }

  /**
   * The row at a position; the same object while it is kept in memory. Throws `E_ARGUMENT` for a position out of range and once it is
   * closed, `E_DATA` for a row that is damaged and when the file has changed or gone.
   */
  at(position: number): Row {
    if (this.#isClosed) throw new BaalError("E_ARGUMENT", `The rows of ${this.path} are closed; open the file again.`);
    if (!Number.isInteger(position) || position < 0 || position >= this.length) {
      throw new BaalError("E_ARGUMENT", `Row ${position} is not in ${this.path} (0 to ${this.length - 1}).`);
    }
    const known = this.#cache.get(position);
    if (known) return known;
    const block = this.#blockOf(position);
    const row = block.rows?.[position - block.first] ?? this.#parseOne(position, block);
    this.#cache.set(position, row);
    return row;
  }

  /** All rows in order, each read when it is its turn. Throws as {@link at}. */
  *[Symbol.iterator](): Iterator<Row> {
    for (let position = 0; position < this.length; position++) yield this.at(position);
  }

  /** Closes the file and forgets the rows that were kept. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#block = undefined;
    this.#cache.clear();
    closeSync(this.#file);
  }

  #blockOf(position: number): RowBlock {
    const isNext = position === this.#last + 1;
    this.#last = position;
    const known = this.#block;
    if (known && position >= known.first && position < known.end) return known;
    const end = isNext ? this.#rowsAhead(position) : position + 1;
    const bytes = this.#read(this.#offsets[position]!, this.#offsets[end]!);
    this.#block = { first: position, end, bytes, rows: this.#parseMany(bytes, end - position) };
    return this.#block;
  }

  #parseOne(position: number, { first, bytes }: RowBlock): Row {
    const offset = this.#offsets[position]!;
    const start = offset - this.#offsets[first]!;
    const text = decode(bytes.subarray(start, this.#offsets[position + 1]! - this.#offsets[first]!), this.path);
    return this.#parse.one(text, `${this.path}, row ${position} (at byte ${offset})`);
  }

  /** `undefined` where one of the rows is damaged: which one it is, and what ails it, is told when it is asked for. */
  #parseMany(bytes: Buffer, count: number): readonly Row[] | undefined {
    if (count === 1) return undefined;
    try {
      const rows = this.#parse.many?.(decode(bytes, this.path), count);
      return rows?.length === count ? rows : undefined;
    } catch (error) {
      if (error instanceof BaalError) return undefined;
      throw error;
    }
  }

  #read(start: number, end: number): Buffer {
    try {
      const bytes = readBytes(this.#file, start, end);
      // Looked at after reading, so that what was read is that of the file as it was found.
      checkUnchanged(this.path, this.#stats);
      return bytes;
    } catch (error) {
      throw readingError(this.path, error);
    }
  }

  /** Where to end when some rows are read ahead: after at least one. */
  #rowsAhead(position: number): number {
    const limit = this.#offsets[position]! + READ_AHEAD;
    let end = position + 1;
    while (end < this.length && end - position < this.#cacheSize && this.#offsets[end + 1]! <= limit) end++;
    return end;
  }
}

function readBytes(file: number, start: number, end: number): Buffer {
  const bytes = Buffer.allocUnsafe(end - start);
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(file, bytes, read, bytes.length - read, start + read);
    // The check for changes that follows tells of a file that was cut.
    if (count === 0) return bytes.fill(0, read);
    read += count;
  }
  return bytes;
}

/** Where the text begins, behind a byte-order mark. Throws `E_DATA` for what is no UTF-8 text. */
function textStart(file: number, path: string): number {
  const bytes = Buffer.alloc(4);
  const count = readSync(file, bytes, 0, bytes.length, 0);
  const kind = contentKind(bytes.subarray(0, count));
  if (kind !== undefined && kind !== "utf-8") {
    throw new BaalError(
      "E_DATA",
      `${path} is ${kind === "gzip" ? "packed by gzip" : `text in ${kind.toUpperCase()}`}; rows can be read one by one from UTF-8 text: unpack or convert it first.`,
    );
  }
  return kind === "utf-8" ? MARK_LENGTH : 0;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Buffer, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw readingError(path, error, bytes);
  }
}

function checkUnchanged(path: string, { dev, ino, size, mtimeNs }: BigIntStats): void {
  const now = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (now?.dev === dev && now.ino === ino && now.size === size && now.mtimeNs === mtimeNs) return;
  const what = now ? "has changed" : "has gone";
  throw new BaalError("E_DATA", `${path} ${what} since its rows were found; leave it alone, and open it again.`);
}
