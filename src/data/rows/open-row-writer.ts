import { existsSync } from "node:fs";
import { BaalError } from "../../core/errors.js";
import { scanLines } from "../../system/json-lines.js";
import { openParquetWriter, partPath } from "./open-parquet-writer.js";
import { openTextWriter, rowCount } from "./open-text-writer.js";
import { csvFormat, jsonLinesFormat, type RowFormat, type RowWriter, type RowWriterOptions } from "./row-format.js";
import { countParquetRows } from "./stream-parquet.js";

interface OutputFormat {
  readonly open: (path: string, options: RowWriterOptions) => Promise<RowWriter>;
  readonly count: (path: string) => Promise<number>;
}

const formats: Readonly<Record<string, OutputFormat>> = {
  ".jsonl": textOutput(jsonLinesFormat),
  ".csv": textOutput(csvFormat),
  ".parquet": { open: openParquetWriter, count: countParquetOutput },
};

/**
 * A writer for `.jsonl`, `.csv` or `.parquet`, in bounded memory. With `append` it continues what an interrupted run has
 * left; a Parquet file appears only when it is finished. A name may end in `.partial` behind its extension. Throws `E_DATA` for another extension or other columns.
 *
 * @example
 * ```ts
 * import { openRowWriter } from "baaljs";
 *
 * const writer = await openRowWriter("scores.csv", { columns: ["text", "score"] });
 * await writer.write([{ text: "what is my balance", score: 0.7 }]);
 * await writer.finish();
 * ```
 */
export function openRowWriter(path: string, options: RowWriterOptions): Promise<RowWriter> {
  return outputFormat(path).open(path, options);
}

/**
 * Complete rows that an earlier run has written to `path`, finished or not; a torn last row does not count and
 * is cut off when {@link openRowWriter} appends. 0 where there is no such file. Throws `E_DATA` for another extension.
 */
export function countWrittenRows(path: string): Promise<number> {
  return outputFormat(path).count(path);
}

/** Throws `E_DATA` unless rows can be written to a file of this name. */
function outputFormat(path: string): OutputFormat {
  const name = path.toLowerCase().replace(/\.partial$/, "");
  const extension = Object.keys(formats).find((candidate) => name.endsWith(candidate));
  const format = extension && formats[extension];
  if (format) return format;
  throw new BaalError("E_DATA", `${path}: the extension tells the output format; known are ${Object.keys(formats).join(", ")}.`);
}

function textOutput(format: RowFormat): OutputFormat {
  return {
    open: (path, options) => openTextWriter(path, format, options),
    count: (path) => countRows(path, format),
  };
}

async function countRows(path: string, format: RowFormat): Promise<number> {
  return rowCount(await scanLines(path, { quoted: format.quotedLineEnds }), format);
}

async function countParquetOutput(path: string): Promise<number> {
  const part = partPath(path);
  if (existsSync(part)) return countRows(part, jsonLinesFormat);
  return existsSync(path) ? countParquetRows(path) : 0;
}
