import { BaalError } from "../core/errors.js";
import { type Row, requireColumns } from "../data/rows/row.js";
import { readRows, streamRows } from "../data/rows/stream-rows.js";
import { parseTextTemplate } from "../data/text/text-template.js";
import { type DataFileOptions, readOptions } from "./data-file-options.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** How a file of texts is read, whatever command reads it. */
export interface TextRowsOptions extends DataFileOptions {
  readonly textColumn: string;
  /** A template that makes the text of several columns; what it makes stands in the column `textColumn`, which is then the template itself. */
  readonly text?: string | undefined;
  /** The columns that the file must have. */
  readonly columns: readonly string[];
  /** `"needed"`: labels to learn from; `"any"`: as far as there are some; `"none"`: texts alone. Of an export of Label Studio. */
  readonly labels: "needed" | "any" | "none";
  readonly labelColumn?: string | undefined;
  /** The Choices control whose answers are the labels. */
  readonly control?: string | undefined;
}

/**
 * The rows of a data file, one after the other, or those of Label Studio's full JSON export, whose tasks are held at once. Throws
 * `E_FILE_NOT_FOUND`, `E_DATA`, and `E_ARGUMENT` for a control of a file that is no such export.
 */
export async function* streamTextRows(path: string, options: TextRowsOptions): AsyncGenerator<Row> {
  const { text, textColumn, columns } = options;
  if (text === undefined) return yield* streamFileRows(path, options);
  const template = parseTextTemplate(text);
  const others = columns.filter((column) => column !== textColumn);
  const rows = streamFileRows(path, {
    ...options,
    columns: [...new Set([...template.columns, ...others])],
    textColumn: template.columns[0]!,
  });
  for await (const row of rows) yield { ...row, [textColumn]: template.fill(row) };
}

/** How texts are told on a command line, beside `--text-column`. */
export interface TextSourceOptions {
  readonly text?: string | undefined;
  readonly textColumn?: string | undefined;
}

/**
 * The column of the texts, as {@link TextRowsOptions} takes it: the template where one is given, the column named, or what `usual` says, as a model
 * does that was trained by a template. Throws a usage error for both, or a template that is none.
 */
export function textSource({ text, textColumn }: TextSourceOptions, usual: string | null | undefined = undefined) {
  if (text !== undefined && textColumn !== undefined)
    throw new UsageError("--text makes the texts of several columns, --text-column names one: give one of them.");
  const given = text ?? textColumn ?? usual ?? "text";
  const isTemplate = text !== undefined || (textColumn === undefined && given.includes("{"));
  if (isTemplate) checkUsage(() => parseTextTemplate(given));
  return { textColumn: given, text: isTemplate ? given : undefined };
}

async function* streamFileRows(path: string, options: TextRowsOptions): AsyncGenerator<Row> {
  const { control, columns } = options;
  if (/\.json(\.gz)?$/i.test(path)) {
    const { isExport } = await import("../label-studio/training/read-export.js");
    const [first] = await firstRow(streamRows(path, readOptions(options)));
    if (first && isExport([first])) {
      const tasks = await readRows(path, readOptions(options));
      if (isExport(tasks)) return yield* await rowsOfExport(tasks, path, options);
    }
  }
  // A table that is not read for its labels keeps its columns.
  const isTable = options.labels !== "none" && /\.csv(\.gz)?$/i.test(path);
  if (isTable || /\.(json|jsonl|ndjson)(\.gz)?$/i.test(path)) {
    const { annotationTool } = await import("../data/rows/annotation-exports.js");
    const [first] = await firstRow(streamRows(path, readOptions(options)));
    if (first && annotationTool(first) !== undefined) return yield* await rowsOfTool(path, options);
  }
  if (control !== undefined)
    throw new BaalError("E_ARGUMENT", `--control is for exports of Label Studio and Argilla; ${path} is none.`);
  yield* streamRows(path, { columns, ...readOptions(options) });
}

/** As {@link streamTextRows}, all rows at once. */
export async function readTextRows(path: string, options: TextRowsOptions): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of streamTextRows(path, options)) rows.push(row);
  return rows;
}

async function firstRow(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  for await (const row of rows) return [row];
  return [];
}

/** Those of an export of Argilla, Prodigy or doccano. */
async function rowsOfTool(path: string, options: TextRowsOptions): Promise<readonly Row[]> {
  const { annotationRows } = await import("../data/rows/annotation-exports.js");
  const { textColumn, labelColumn = "label", control: question } = options;
  const read = await readRows(path, readOptions(options));
  const { rows, leftOut } = annotationRows(read, { path, textColumn, labelColumn, question });
  warnOfLeftOut(path, leftOut);
  requireColumns(options.columns, [...new Set(rows.flatMap((row) => Object.keys(row)))], path);
  return rows;
}

function warnOfLeftOut(path: string, leftOut: Readonly<Record<string, number>>): void {
  const counts = Object.entries(leftOut).filter(([, count]) => count > 0);
  if (counts.length === 0) return;
  const message = `${path}: annotations that are left out: ${counts.map(([why, count]) => `${count} ${why}`).join(", ")}.`;
  process.emitWarning(message, { type: "BaalWarning", code: "BAAL_LEFT_OUT" });
}

async function rowsOfExport(tasks: readonly Row[], path: string, options: TextRowsOptions): Promise<readonly Row[]> {
  const { exportRows } = await import("../label-studio/training/read-export.js");
  const { rows, leftOut } = exportRows(tasks, { path, ...options });
  warnOfLeftOut(path, leftOut);
  requireColumns(options.columns, [...new Set(rows.flatMap((row) => Object.keys(row)))], path);
  return rows;
}
