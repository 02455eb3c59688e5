import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { BaalError } from "../core/errors.js";
import type { MergeConflict, MergedAnswers } from "../data/rows/merge-answers.js";
import type { Row } from "../data/rows/row.js";
import { writeRows } from "../data/rows/write-rows.js";
import { parseTextTemplate } from "../data/text/text-template.js";
import { answerRows } from "../studio/store/answer-rows.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addDataFileOptions, CONTROL_HELP, type DataFileOptions, readOptions, TEMPLATE_HELP } from "./data-file-options.js";
import { repeated } from "./option-parsers.js";
import { textSource } from "./text-rows.js";
import { UsageError } from "./usage-error.js";

interface MergeOptions extends CommonOptions, DataFileOptions {
  readonly data: string;
  readonly answers: readonly string[];
  readonly output: string;
  readonly idColumn?: string | undefined;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly imageColumn?: string | undefined;
  readonly labelColumn: string;
  readonly labelSeparator: string;
  readonly control?: string | undefined;
  readonly prefer?: "answers" | "data" | undefined;
  readonly overwrite?: boolean | undefined;
}

/** `baal merge`: brings answers back into the data. */
export function mergeCommand(command: Command): Command {
  command
    .requiredOption("--data <file>", "the rows that get the labels: .csv, .tsv, .jsonl or .parquet")
    .requiredOption(
      "--answers <path>",
      "rows with labels, as baal select has written them and somebody has filled them in, an export of Label Studio, or a folder of baal label. May be repeated",
      repeated,
    )
    .requiredOption(
      "--output <file>",
      "where the data with their labels go; the file of --data itself is replaced as a whole",
      outputFile,
    )
    .option(
      "--id-column <name>",
      "column that says which row an answer belongs to (default: rows of the same content are the same)",
    )
    .option("--text-column <name>", 'column of the text (default: "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--image-column <name>", "column of the image's path, of a file about images")
    .option("--label-column <name>", "column of the label", "label")
    .option("--label-separator <characters>", "what stands between several labels in the output's .csv", "|")
    .option("--control <name>", CONTROL_HELP)
    .addOption(
      new Option(
        "--prefer <which>",
        "which label stays where the two differ; otherwise nothing is written, and they are listed",
      ).choices(["answers", "data"]),
    )
    .option("--overwrite", "replace another file that is there");
  return addDataFileOptions(command).addHelpText("after", EXAMPLES).action(commandAction(merge));
}

const EXAMPLES = `
All columns and the order of the rows stay. The output is written whole or not at all.

Examples:
  baal merge --data all.csv --answers next.csv --output all.csv
  baal merge --data all.csv --answers all.baal --output labelled.csv
  baal merge --data all.csv --answers ann.csv --answers bob.csv --id-column id --output all.csv --prefer data`;

function outputFile(path: string): string {
  if (/\.(jsonl|csv|tsv|parquet)$/i.test(path)) return resolve(path);
  throw new InvalidArgumentError("Expected a file name that ends in .csv, .tsv, .jsonl or .parquet.");
}

/** With the column of the texts, which a template makes. */
type Merging = Omit<MergeOptions, "textColumn"> & { readonly textColumn: string };

async function merge(given: MergeOptions, context: CommandContext): Promise<void> {
  const options: Merging = { ...given, ...textSource(given) };
  const { readRows } = await import("../data/rows/stream-rows.js");
  const { contentOf, keyById, mergeAnswers } = await import("../data/rows/merge-answers.js");
  const { withOutput } = await import("../system/outputs.js");
  const { data: path, output, idColumn, labelColumn, prefer } = options;
  if (existsSync(output) && output !== resolve(path) && !options.overwrite)
    throw new BaalError("E_DATA", `${output} exists already: choose another file, or replace it with --overwrite.`);
  await withOutput(output, async () => {
    const data = withTexts(await readRows(path, readOptions(options)), options);
    const contentColumn = options.imageColumn ?? options.textColumn;
    await checkColumns(data, path, idColumn ?? contentColumn);
    const answers: Row[] = [];
    const disagreements: string[] = [];
    const there = options.answers.filter((source) => existsSync(source));
    for (const source of options.answers) {
      if (there.length > 0 && !there.includes(source)) {
        context.output.note(`${source} is not there: the answers are those of ${there.join(", ")}`);
        continue;
      }
      const read = await readAnswers(source, options);
      answers.push(...read.rows);
      disagreements.push(...read.disagreements);
    }
    const keyOf =
      idColumn === undefined
        ? (row: Row) => imageKey(contentOf(row, contentColumn), options)
        : keyById(idColumn, data, { answers, contentColumn });
    const merged = mergeAnswers(data, answers, { labelColumn, keyOf, prefer });
    if (merged.conflicts.length > 0) throw conflictError(merged, options);
    const columns = [...new Set([...data.flatMap((row) => Object.keys(row)), labelColumn])].filter(
      (name) => name !== options.text,
    );
    await writeRows(output, merged.rows, columns, { delimiter: options.delimiter });
    report(merged, { disagreements, options, context });
  });
}

/** With the text that a template makes of each row, in the column of its name. */
function withTexts(rows: readonly Row[], { text }: Pick<Merging, "text">): readonly Row[] {
  if (text === undefined) return rows;
  const template = parseTextTemplate(text);
  return rows.map((row) => ({ ...row, [text]: template.fill(row) }));
}

async function checkColumns(data: readonly Row[], path: string, column: string): Promise<void> {
  const { requireColumns } = await import("../data/rows/row.js");
  requireColumns([column], [...new Set(data.flatMap((row) => Object.keys(row)))], path);
}

/** Images of one file may be named from different folders. */
function imageKey(content: string | undefined, { imageColumn, data }: Merging): string | undefined {
  return content === undefined || imageColumn === undefined ? content : resolve(join(resolve(data), ".."), content);
}

interface Answers {
  readonly rows: readonly Row[];
  /** Items of which annotators say different things. */
  readonly disagreements: readonly string[];
}

async function readAnswers(path: string, options: Merging): Promise<Answers> {
  const { textColumn, labelColumn, imageColumn, output } = options;
  if (!existsSync(path)) throw new BaalError("E_FILE_NOT_FOUND", `--answers ${path} is not there.`);
  if (!statSync(path).isDirectory()) {
    const { readTextRows } = await import("./text-rows.js");
    const columns = [labelColumn, options.idColumn ?? imageColumn ?? textColumn];
    return { rows: await readTextRows(path, { ...options, columns, labels: "any" }), disagreements: [] };
  }
  const { openStudioStore, studioFile } = await import("../studio/store/open-studio-store.js");
  if (!existsSync(join(path, studioFile)))
    throw new UsageError(`--answers ${path} is a folder that baal label has not made: give its folder, or a file.`);
  const store = await openStudioStore(path);
  try {
    const all = answerRows(store, options, /\.[ct]sv$/i.test(output) ? "text" : "list");
    const content = store.project()?.kind === "image" ? (imageColumn ?? "image") : textColumn;
    return {
      rows: withTexts(
        all.flatMap(({ row, labels }) => (labels === undefined ? [] : [row])),
        options,
      ),
      disagreements: all.flatMap(({ row, isConflict }) => (isConflict ? [String(row[content] ?? "")] : [])),
    };
  } finally {
    await store.close();
  }
}

/** So many conflicts are written out. */
const MOST_LISTED = 20;

function conflictError({ conflicts }: MergedAnswers, { data }: Merging): BaalError {
  const shown = conflicts.slice(0, MOST_LISTED).map(describeConflict).join("; ");
  const more = conflicts.length > MOST_LISTED ? `; and ${conflicts.length - MOST_LISTED} more` : "";
  return new BaalError(
    "E_CONFLICT",
    `${conflicts.length} of the answers contradict ${data} or each other, and nothing was written: ${shown}${more}. Correct them, or say which stay: --prefer answers or --prefer data.`,
  );
}

function describeConflict({ key, rows, data, answers }: MergeConflict): string {
  const short = key.length > 60 ? `${key.slice(0, 57)}...` : key;
  const where = rows.length === 1 ? `row ${rows[0]}` : `rows ${rows.join(", ")}`;
  return `${where} ${JSON.stringify(short)}: ${data.length > 0 ? `data ${data.join(" and ")}, ` : ""}answers ${answers.join(" and ")}`;
}

interface ReportContext {
  readonly disagreements: readonly string[];
  readonly options: Merging;
  readonly context: CommandContext;
}

function report(
  { rows, changed, known, unmatched }: MergedAnswers,
  { disagreements, options, context: { output } }: ReportContext,
): void {
  if (unmatched.length > 0)
    output.warn(`${unmatched.length} answers belong to no row of ${options.data}, the first is ${JSON.stringify(unmatched[0])}`);
  if (disagreements.length > 0)
    output.warn(
      `left without a label, since annotators disagree: ${disagreements.length}, the first is ${JSON.stringify(disagreements[0])}`,
    );
  const lines = [`labelled ${changed} of ${rows.length} rows; ${known} answers were there already`, `saved to ${options.output}`];
  output.result(lines.join("\n"), { output: options.output, rows: rows.length, changed, known, unmatched, disagreements });
}
