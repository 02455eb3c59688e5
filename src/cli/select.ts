import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import type { SelectedRows } from "../active/picks/select-rows.js";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import type { TextClassifier } from "../models/text/text-classifier.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addLabelFileOptions, CONTROL_HELP, type LabelFileOptions } from "./data-file-options.js";
import { type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer, repeated } from "./option-parsers.js";
import { cachePath, DEFAULT_ENCODER, defaultCache, labelNames, withoutHub } from "./picking-options.js";
import type { Progress } from "./progress.js";
import { PROJECT_FILE } from "./project-file.js";
import { withStandardInput, withStandardOutput } from "./standard-streams.js";
import { addDeviceOptions } from "./train-options.js";
import { checkUsage, UsageError } from "./usage-error.js";
import { writeRows } from "./write-rows.js";

interface SelectOptions extends CommonOptions, ModelOptions, LabelFileOptions {
  readonly data: readonly string[];
  readonly labelled?: readonly string[] | undefined;
  readonly count: number;
  readonly output: string;
  readonly model: string;
  readonly textColumn: string;
  readonly labelColumn: string;
  readonly labels?: readonly string[] | undefined;
  readonly control?: string | undefined;
  readonly strategy?: string | undefined;
  readonly maxSeqLen: number;
  readonly cache: string;
  readonly overwrite?: boolean | undefined;
}

/** In place of an encoder. */
const WORDS_ALONE = "tfidf";

/** `baal select`: the rows of a file that are worth labelling next. */
export function selectCommand(command: Command): Command {
  command
    .requiredOption(
      "--data <file>",
      "labelled and unlabelled rows: .csv, .tsv, .jsonl, .json, .parquet or .arrow; an empty label is none. - is standard input. May be repeated: a text that has a label in one file is not picked from another",
      repeated,
    )
    .option("--labelled <file>", "more rows with labels, such as those of earlier rounds; may be repeated", repeated)
    .requiredOption("--count <rows>", "rows to pick", integer({ min: 1 }))
    .requiredOption(
      "--output <file>",
      "where the picked rows go: .csv, .jsonl or .parquet, or - for standard output (CSV)",
      outputFile,
    )
    .option(
      "--model <model>",
      "folder or hub id of the encoder, which is not trained; tfidf goes by the texts' words alone, without weights",
      DEFAULT_ENCODER,
    )
    .option("--text-column <name>", "column of the text", "text")
    .option("--label-column <name>", "column of the label", "label")
    .option("--control <name>", CONTROL_HELP)
    .option("--labels <names>", "label names, separated by commas, of which some may have no row yet", labelNames)
    .option("--strategy <name>", "how to pick, in place of what suits the number of labels: typiclust, topk:margin, badge, ...")
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN)
    .option("--cache <folder>", "where the texts' vectors are kept, so that each is computed once", defaultCache())
    .option("--overwrite", "replace the output file, also where it has labels that the data do not have");
  return addDeviceOptions(addLabelFileOptions(command))
    .addHelpText("after", EXAMPLES)
    .action(
      commandAction((options: SelectOptions, context) =>
        withStandardInput(options, (own) => withStandardOutput(own, context, select)),
      ),
    );
}

const EXAMPLES = `
The output has all columns of the picked rows, the best row first, and baal_rank, baal_score, baal_label and baal_probability (the label that the model
would give, and its probability). Where a picked row has a value in a column of such a name, ours are named baal_rank_2 and so on.

Examples:
  baal select --data all.csv --count 20 --output next.csv
  baal select --data all.csv --data next.csv --count 20 --output next-2.csv   # with the labels that next.csv has got
  baal select --data all.jsonl --text-column body --label-column topic --model ./all-MiniLM-L6-v2 --strategy badge --count 50 --output next.jsonl`;

function outputFile(path: string): string {
  if (path === "-") return path;
  if (/\.(jsonl|csv|parquet)$/i.test(path)) return resolve(path);
  throw new InvalidArgumentError("Expected a file name that ends in .csv, .jsonl or .parquet.");
}

async function select(given: SelectOptions, context: CommandContext): Promise<void> {
  const options = { ...given, data: [...given.data, ...(given.labelled ?? [])] };
  const { findStrategy } = await import("../strategies/registry.js");
  const { selectRows } = await import("../active/picks/select-rows.js");
  const { seed = DEFAULT_SEED, textColumn, labelColumn, labels, count, maxSeqLen } = options;
  const { output, signal } = context;
  const strategy = options.strategy && checkUsage(() => findStrategy(options.strategy!).name);
  checkOutput(options);
  const data = await readFiles(options);
  await checkReplaced(options, data.rows);
  const encoder = options.model === WORDS_ALONE ? WORDS_ALONE : await loadEncoder(options, context);
  let progress: Progress | undefined;
  let selected: SelectedRows;
  try {
    selected = await selectRows(data.rows, {
      ...{ encoder, textColumn, labelColumn, labels, count, strategy, maxSeqLen, seed, signal, where: data.where },
      normalizeLabels: options.normalizeLabels,
      cacheFolder: cachePath(options.cache),
      onProgress({ type, done, total }) {
        if (type !== "features" || (done === total && !progress)) return;
        progress ??= output.progress("embedding", total);
        progress.update(done);
      },
    });
  } catch (error) {
    throw nothingLeft(error, data.rows, options);
  } finally {
    progress?.stop();
    if (encoder !== WORDS_ALONE) await encoder.dispose();
  }
  warn(selected, options, context);
  const columns = await writePicks(data, selected, options.output);
  const { picks, strategy: chosen, pool, labelled, heldOut } = selected;
  const lines = [
    `picked ${picks.length} of ${pool} unlabelled rows by ${chosen.name}, ${chosen.reason}`,
    ...(heldOut ? [`the ${labelled} labels predict each other to ${percent(heldOut.accuracy)} (five-fold)`] : []),
    `saved to ${options.output}`,
    existsSync(PROJECT_FILE)
      ? "next: baal label (or fill in the column), baal merge, baal select"
      : `next: fill in the column "${labelColumn}" there, then baal select ${[...options.data, options.output].map((file) => `--data ${file}`).join(" ")} --count ${count} --output <file>`,
  ];
  output.result(lines.join("\n"), {
    ...{ output: options.output, rows: picks.length, unlabelled: pool, labelled, labels: selected.labels },
    ...{ strategy: chosen.name, reason: chosen.reason, namesUsed: selected.areNamesUsed },
    ...{
      heldOut: heldOut ?? null,
      withoutText: selected.withoutText,
      repeated: selected.repeated,
      columns,
      model: options.model,
    },
  });
}

function checkOutput({ output, data }: SelectOptions): void {
  if (data.some((file) => resolve(file) === output))
    throw new UsageError("--output is one of the --data files: choose another file.");
}

/** An earlier round's picks may be replaced once the data have every label that was given there. */
async function checkReplaced(options: SelectOptions, rows: readonly Row[]): Promise<void> {
  const { output, overwrite = false, textColumn, labelColumn } = options;
  if (!existsSync(output) || overwrite) return;
  const refuse = (why: string) =>
    new BaalError("E_DATA", `${output} exists already, ${why}: choose another file, or replace it with --overwrite.`);
  const { readTextRows } = await import("./text-rows.js");
  const before = await readTextRows(output, { ...options, columns: [], labels: "any" }).catch(() => {
    throw refuse("and is no file of picked rows");
  });
  if (!before.some((row) => Object.keys(row).some((column) => /^baal_rank(_\d+)?$/.test(column))))
    throw refuse("and is no file of picked rows");
  const isGiven = (value: unknown) => value !== undefined && value !== null && value !== "";
  const known = new Set(rows.filter((row) => isGiven(row[labelColumn])).map((row) => row[textColumn]));
  const missing = before.filter((row) => isGiven(row[labelColumn]) && !known.has(row[textColumn])).length;
  if (missing > 0) throw refuse(`with ${missing} labels that the data do not have ("baal merge" brings them there)`);
}

interface DataRows {
  readonly rows: readonly Row[];
  /** Of all files, in the order in which they are met. */
  readonly columns: readonly string[];
  readonly where: (position: number) => string;
}

/** The rows of all files. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
async function readFiles(options: SelectOptions): Promise<DataRows> {
  const { data, textColumn, labelColumn, labels } = options;
  const { readTextRows } = await import("./text-rows.js");
  const { requireColumns } = await import("../data/rows/row.js");
  const rows: Row[] = [];
  const starts: number[] = [];
  const columns = new Set<string>();
  for (const file of data) {
    starts.push(rows.length);
    const read = await readTextRows(file, { ...options, columns: [textColumn], labels: "any" });
    for (const row of read) {
      rows.push(row);
      for (const column of Object.keys(row)) columns.add(column);
    }
  }
  // Without any label yet there may be no column for it, unless another one was named.
  if (labelColumn !== "label" || labels === undefined) requireColumns([labelColumn], [...columns], data.join(", "));
  const where = (position: number) => {
    const file = starts.findLastIndex((start) => start <= position);
    return `${data[file]}, row ${position - starts[file]!}`;
  };
  return { rows, columns: [...columns], where };
}

async function loadEncoder(options: SelectOptions, context: CommandContext): Promise<TextClassifier> {
  const { TextClassifier } = await import("../models/text/text-classifier.js");
  const { checkTextData } = await import("./model-options.js");
  for (const data of options.data) await checkTextData({ model: options.model, data, imageOptions: {} });
  try {
    return await TextClassifier.encoder(options.model, pretrainedOptions(options, context));
  } catch (error) {
    throw withoutHub(error, options.model);
  }
}

/** An error about the pool as one about the files. */
function nothingLeft(error: unknown, rows: readonly Row[], { data, labelColumn }: SelectOptions): unknown {
  if (!(error instanceof BaalError && error.code === "E_POOL_EMPTY")) return error;
  return new BaalError(
    "E_POOL_EMPTY",
    `${data.join(", ")}: none of the ${rows.length} rows has a text without a label in column "${labelColumn}", so there is nothing to pick.`,
    { cause: error },
  );
}

function warn(selected: SelectedRows, { count, textColumn }: SelectOptions, { output }: CommandContext): void {
  const { picks, pool, heldOut, withoutText, repeated: copies } = selected;
  if (withoutText > 0) output.warn(`left out, since column "${textColumn}" has no text there: ${withoutText} of the rows`);
  if (copies > 0) output.note(`left out, since another row has the same text: ${copies} of the unlabelled rows`);
  if (count > pool)
    output.warn(`--count ${count} asks for more than the ${pool} unlabelled rows there are: all ${picks.length} are picked`);
  if (heldOut?.isNearChance) {
    output.warn(
      `the labels predict each other to ${percent(heldOut.accuracy)} only, where always guessing the most frequent one gives ${percent(heldOut.chance)}: look whether they fit the texts, and whether --model knows their language`,
    );
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const OWN_COLUMNS = ["baal_rank", "baal_score", "baal_label", "baal_probability"] as const;

/** Writes the rows whole or not at all, and gives the names of the four columns beside the rows' own. */
async function writePicks({ rows, columns }: DataRows, { picks }: SelectedRows, path: string): Promise<readonly string[]> {
  const own = ownColumns(picks.map(({ index }) => rows[index]!));
  const [rank, score, label, probability] = own as [string, string, string, string];
  const picked = picks.map(
    ({ index, score: value, suggestion }, i): Row => ({
      ...rows[index],
      ...{ [rank]: i + 1, [score]: value },
      ...{ [label]: suggestion?.label ?? null, [probability]: suggestion?.probability ?? null },
    }),
  );
  await writeRows(path, picked, [...columns.filter((column) => !own.includes(column)), ...own]);
  return own;
}

/** {@link OWN_COLUMNS}, numbered where a picked row has a value under such a name; empty ones are what is left of an earlier round. */
function ownColumns(picked: readonly Row[]): readonly string[] {
  const isTaken = (name: string) => picked.some((row) => row[name] !== undefined && row[name] !== null && row[name] !== "");
  for (let number = 1; ; number++) {
    const names = OWN_COLUMNS.map((name) => (number === 1 ? name : `${name}_${number}`));
    if (!names.some(isTaken)) return names;
  }
}
