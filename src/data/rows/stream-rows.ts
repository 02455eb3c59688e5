import { open } from "node:fs/promises";
import { BaalError } from "../../core/errors.js";
import { type ClassNames, classNamer } from "./class-names.js";
import type { CsvOptions } from "./csv-table.js";
import type { JsonOptions } from "./json-shapes.js";
import { columnFinder, type Row, requireColumns } from "./row.js";
import { readArrowLabels, streamArrow } from "./stream-arrow.js";
import { streamCsv } from "./stream-csv.js";
import { isJsonLines, looksLikeJson, streamJson, streamNamedLines } from "./stream-json.js";
import { readParquetLabels, streamParquet } from "./stream-parquet.js";
import { readingError } from "./stream-text.js";

export interface ReadOptions extends CsvOptions, JsonOptions {
  /** Columns that must be there. Names that differ in case and blanks alone are found, with a warning (`BAAL_COLUMN`). */
  readonly columns?: readonly string[] | undefined;
  /** Writes names in place of the class numbers of columns whose classes the file names (Parquet and Arrow of Hugging Face `datasets`). */
  readonly namesClasses?: boolean | undefined;
}

interface Format {
  readonly stream: (path: string, options: ReadOptions) => AsyncGenerator<Row>;
  /** Whether every row has every column: then the first row tells which columns there are. */
  readonly fixedColumns: boolean;
  /** Whether a file may hold several lists of rows. */
  readonly hasSplits?: boolean;
  readonly classNames?: (path: string) => Promise<ClassNames>;
}

const csv: Format = { stream: streamCsv, fixedColumns: true };
const json: Format = { stream: streamJson, fixedColumns: false, hasSplits: true };
const jsonLines: Format = { stream: streamNamedLines, fixedColumns: false, hasSplits: true };
const parquet: Format = { stream: (path) => streamParquet(path), fixedColumns: true, classNames: readParquetLabels };
const arrow: Format = { stream: (path) => streamArrow(path), fixedColumns: true, classNames: readArrowLabels };

const formats: Readonly<Record<string, Format>> = {
  ".csv": csv,
  ".tsv": csv,
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
  ".json": json,
  ".parquet": parquet,
  ".arrow": arrow,
};

/**
 * Rows of a data file, one at a time and in bounded memory (a `.json` array excepted), by its extension: `.csv`, `.tsv`,
 * `.jsonl`, `.ndjson`, `.json` (many shapes: lists, columns, a CLINC-OOS file), `.parquet` and `.arrow`; `.gz` may follow the text forms. JSON, Parquet
 * and Arrow are known by content, too.
 * Throws `E_FILE_NOT_FOUND`; `E_DATA` for an unknown extension, a damaged file, one without rows, or a missing column.
 *
 * @example
 * ```ts
 * import { streamRows } from "baaljs";
 *
 * let texts = 0;
 * for await (const row of streamRows("requests.jsonl")) if (row["text"] !== "") texts++;
 * ```
 */
export async function* streamRows(path: string, options: ReadOptions = {}): AsyncGenerator<Row> {
  const { stream, fixedColumns, hasSplits = false, classNames } = await formatOf(path);
  if (options.split !== undefined && !hasSplits)
    throw new BaalError("E_DATA", `${path} has no splits; leave out split (--split).`);
  const name = options.namesClasses && classNames ? classNamer(await classNames(path), path) : undefined;
  const wanted = new Set(options.columns);
  const rename = columnFinder(options.columns ?? [], path);
  const seen = new Set<string>();
  let count = 0;
  for await (const read of stream(path, options)) {
    const row = rename(name ? name(read, count) : read);
    count++;
    if (wanted.size > 0) {
      for (const column of Object.keys(row)) {
        wanted.delete(column);
        seen.add(column);
      }
      if (fixedColumns) requireColumns([...wanted], [...seen], path);
    }
    yield row;
  }
  if (count === 0) throw new BaalError("E_DATA", `${path} has no rows.`);
  requireColumns([...wanted], [...seen], path);
}

/**
 * The names of a data file's classes, by column, where it carries them: Parquet and Arrow files of Hugging Face `datasets` do. They are the `labels` of a
 * data set. Other files have none. Throws `E_FILE_NOT_FOUND`, `E_DATA`.
 */
export async function readClassNames(path: string): Promise<ClassNames> {
  return (await (await formatOf(path)).classNames?.(path)) ?? new Map();
}

async function formatOf(path: string): Promise<Format> {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  const extension = Object.keys(formats).find((candidate) => name.endsWith(candidate));
  const format = extension === undefined ? undefined : formats[extension];
  // A table whose header is a JSON object is none.
  if (format === csv && (await isJsonLines(path))) return json;
  const found = format ?? (await formatByContent(path));
  if (found) return found;
  throw new BaalError("E_DATA", `${path}: the extension tells the format; known are ${Object.keys(formats).join(", ")}.`);
}

async function formatByContent(path: string): Promise<Format | undefined> {
  const file = await open(path).catch((error: unknown) => {
    throw readingError(path, error);
  });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(6), 0, 6, 0).finally(() => file.close());
  const start = buffer.subarray(0, bytesRead).toString("latin1");
  if (start.startsWith("PAR1")) return parquet;
  if (start === "ARROW1") return arrow;
  return (await looksLikeJson(path)) ? json : undefined;
}

/**
 * All rows of a data file; formats and errors are those of {@link streamRows}.
 *
 * @example
 * ```ts with=text
 * const labelled = await readRows("requests.csv", { columns: ["text", "label"] }); // .csv .tsv .jsonl .json .parquet
 * await trainer.train(labelled);
 * ```
 */
export async function readRows(path: string, options: ReadOptions = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of streamRows(path, options)) rows.push(row);
  return rows;
}
