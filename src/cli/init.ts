import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addDataFileOptions, type DataFileOptions, readOptions } from "./data-file-options.js";
import { labelNames } from "./picking-options.js";
import { PROJECT_FILE } from "./project-file.js";

interface InitOptions extends CommonOptions, DataFileOptions {
  readonly data: string;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly model?: string | undefined;
}

/** `baal init`: begins a project in the present folder. */
export function initCommand(command: Command): Command {
  command
    .requiredOption("--data <file>", "the rows of the project: .csv, .tsv, .jsonl or .parquet")
    .option("--text-column <name>", "column of the text (default: found by name, or the longest texts)")
    .option("--label-column <name>", "column of the label; there need not be one yet (default: found by name)")
    .option("--labels <names>", "label names, separated by commas, of which some may have no row yet", labelNames)
    .option("--model <model>", "folder or hub id of the encoder, for baal select and baal label");
  return addDataFileOptions(command).addHelpText("after", EXAMPLES).action(commandAction(init));
}

const EXAMPLES = `
Writes ${PROJECT_FILE}, from which baal select, label, merge, train and the others take their options as long as they are run in this folder. The command line wins.

Example:
  baal init --data all.csv --labels refund,delivery,cancel
  baal select && baal label && baal merge && baal select`;

/** So many rows say what the columns are. */
const LOOKED_AT = 200;

async function init(options: InitOptions, { output }: CommandContext): Promise<void> {
  const { data, labels, model, delimiter } = options;
  if (existsSync(PROJECT_FILE))
    throw new BaalError("E_DATA", `${PROJECT_FILE} is here already: change it by hand, or begin in another folder.`);
  const rows = await firstRows(data, options);
  const textColumn = options.textColumn ?? textColumnOf(rows, data);
  const labelColumn = options.labelColumn ?? labelColumnOf(rows, textColumn);
  const { requireColumns } = await import("../data/rows/row.js");
  requireColumns([textColumn], columnsOf(rows), data);
  const { writeFileAtomic } = await import("../system/files.js");
  const { stringify } = await import("yaml");
  const shared = {
    data,
    "text-column": textColumn,
    "label-column": labelColumn,
    ...(labels && { labels: [...labels] }),
    ...(model && { model }),
    ...(delimiter && { delimiter }),
  };
  const name = basename(data, extname(data));
  // What is picked has the format of the data, but for one that nobody fills in by hand.
  const picks = /\.(jsonl|ndjson)$/i.test(data) ? `${name}.next.jsonl` : `${name}.next.csv`;
  const sections = {
    select: { count: 20, output: picks },
    label: { data: picks, "data-dir": `${name}.baal` },
    merge: { answers: [picks, `${name}.baal`], output: data },
    train: { output: "model", "overwrite-output-dir": true },
  };
  const text = `${HEAD}${stringify(shared, { lineWidth: 0 })}\n${SECTIONS}${stringify(sections, { lineWidth: 0 })}`;
  await writeFileAtomic(PROJECT_FILE, text);
  const lines = [
    `${PROJECT_FILE}: texts in column "${textColumn}", labels in column "${labelColumn}"${columnsOf(rows).includes(labelColumn) ? "" : ", which baal merge will make"}`,
    "next: baal select, baal label, baal merge, and again; baal train when there are labels enough",
  ];
  output.result(lines.join("\n"), { file: PROJECT_FILE, ...shared, ...sections });
}

const HEAD =
  "# Options of the baal commands that are run in this folder. The command line wins. Names are those of the options.\n";
const SECTIONS = "# Options of single commands.\n";

async function firstRows(path: string, options: DataFileOptions): Promise<readonly Row[]> {
  const { streamRows } = await import("../data/rows/stream-rows.js");
  const rows: Row[] = [];
  for await (const row of streamRows(path, readOptions(options))) {
    rows.push(row);
    if (rows.length === LOOKED_AT) break;
  }
  return rows;
}

function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

const TEXT_NAMES = ["text", "sentence", "body", "content", "message", "utterance", "question"];
const LABEL_NAMES = ["label", "labels", "class", "category", "intent", "target", "topic"];

function textColumnOf(rows: readonly Row[], path: string): string {
  const columns = columnsOf(rows);
  const byName = columns.find((column) => TEXT_NAMES.includes(column.toLowerCase()));
  if (byName !== undefined) return byName;
  const lengths = columns.map((column) => {
    const texts = rows.map((row) => row[column]).filter((value) => typeof value === "string");
    return { column, length: texts.reduce((sum, value) => sum + value.length, 0) };
  });
  const [longest] = lengths.sort((a, b) => b.length - a.length);
  if (longest === undefined || longest.length === 0)
    throw new BaalError("E_DATA", `${path} has no column of texts among ${columns.join(", ")}: name one with --text-column.`);
  return longest.column;
}

function labelColumnOf(rows: readonly Row[], textColumn: string): string {
  return columnsOf(rows).find((column) => column !== textColumn && LABEL_NAMES.includes(column.toLowerCase())) ?? "label";
}
