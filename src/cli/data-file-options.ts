import { type Command, InvalidArgumentError, Option } from "commander";
import type { ReadOptions } from "../data/rows/stream-rows.js";

/** How a command's data files are read. */
export interface DataFileOptions {
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly split?: string | undefined;
}

/** How a command's labels are read. */
export interface LabelFileOptions extends DataFileOptions {
  readonly normalizeLabels?: boolean | undefined;
}

/** Rows whose text is none. */
export interface BadTextOptions {
  readonly onBadText: "throw" | "skip";
}

/** Of the option that commands with labels have. */
export const CONTROL_HELP =
  "the Choices whose answers are the labels, of Label Studio's JSON export with several; the question, of Argilla's";

/** Of the option that commands with texts have. */
export const TEMPLATE_HELP =
  'makes the text of several columns, {column} standing for a value: "{title} [SEP] {body}"; kept with a trained model';

export function addDataFileOptions(command: Command): Command {
  return command
    .option(
      "--delimiter <characters>",
      "between the fields of .csv and .tsv files: ;, tab, ... (default: a comma, a tab for .tsv)",
      delimiter,
    )
    .option(
      "--quote <character>",
      'what fields of .csv and .tsv files are quoted by, or "none" where quotes are ordinary characters',
      quote,
    )
    .option("--split <name>", "the list to read of a .json file with several");
}

export function addLabelFileOptions(command: Command): Command {
  return addDataFileOptions(command).option(
    "--normalize-labels",
    "take labels for one that differ only in blanks, case or Unicode form; otherwise they are warned of",
  );
}

export function addBadTextOption(command: Command): Command {
  return command.addOption(
    new Option("--on-bad-text <what>", "rows whose text is missing or no text end the command, or are left out and counted")
      .choices(["throw", "skip"])
      .default("throw"),
  );
}

/** As the readers of files take it. Classes that a file names come by their names. */
export function readOptions({
  delimiter: between,
  quote: by,
  split,
}: DataFileOptions): Pick<ReadOptions, "delimiter" | "quote" | "split" | "namesClasses"> {
  return { delimiter: between, quote: by, split, namesClasses: true };
}

const DELIMITERS: Readonly<Record<string, string>> = {
  tab: "\t",
  "\\t": "\t",
  comma: ",",
  semicolon: ";",
  pipe: "|",
  space: " ",
};

function delimiter(text: string): string {
  const characters = DELIMITERS[text.toLowerCase()] ?? text;
  if (characters !== "" && !/["\r\n]/.test(characters)) return characters;
  throw new InvalidArgumentError('Expected what stands between fields, such as ";" or tab.');
}

function quote(text: string): string {
  if (text === "none" || /^[\x21-\x7e]$/.test(text)) return text;
  throw new InvalidArgumentError('Expected one character, such as ", or none.');
}
