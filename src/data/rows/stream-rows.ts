import { BaalError } from "../../core/errors.js";
import type { CsvOptions } from "./csv-table.js";
import type { ClincOptions } from "./read-clinc.js";
import { columnFinder, type Row, requireColumns } from "./row.js";
import { streamCsv } from "./stream-csv.js";
import { streamJson } from "./stream-json.js";
import { streamJsonLines } from "./stream-json-lines.js";
import { streamParquet } from "./stream-parquet.js";

export interface ReadOptions extends CsvOptions, ClincOptions {
  /** Columns that must be there. */
  readonly columns?: readonly string[] | undefined;
}

interface Format {
  readonly stream: (path: string, options: ReadOptions) => AsyncGenerator<Row>;
  /** Whether every row has every column: then the first row tells which columns there are. */
  readonly fixedColumns: boolean;
}

const csv: Format = { stream: streamCsv, fixedColumns: true };
const jsonLines: Format = { stream: streamJsonLines, fixedColumns: false };

const formats: Readonly<Record<string, Format>> = {
  ".csv": csv,
  ".tsv": csv,
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
  ".json": { stream: streamJson, fixedColumns: false },
  ".parquet": { stream: (path) => streamParquet(path), fixedColumns: true },
};

/**
 * Rows of a data file, one at a time and in bounded memory (a `.json` array excepted), by its extension: `.csv`, `.tsv`,
 * `.jsonl`, `.ndjson`, `.json` (an array, or a CLINC-OOS file) and `.parquet`; `.gz` may follow the text forms.
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
  const { stream, fixedColumns } = formatOf(path);
  const wanted = new Set(options.columns);
  const rename = columnFinder(options.columns ?? [], path);
  const seen = new Set<string>();
  let count = 0;
  for await (const read of stream(path, options)) {
    count++;
    const row = rename(read);
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

function formatOf(path: string): Format {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  const extension = Object.keys(formats).find((candidate) => name.endsWith(candidate));
  const format = extension && formats[extension];
  if (format) return format;
  throw new BaalError("E_DATA", `${path}: the extension tells the format; known are ${Object.keys(formats).join(", ")}.`);
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
