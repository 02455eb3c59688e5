import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { SelectedRows } from "../active/picks/select-rows.js";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import { writeRows } from "../data/rows/write-rows.js";
import type { TrainingRecipe } from "../training/recommend-training.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addLabelFileOptions, CONTROL_HELP, type LabelFileOptions, TEMPLATE_HELP } from "./data-file-options.js";
import type { ModelOptions } from "./model-options.js";
import { integer, repeated, rowsFile } from "./option-parsers.js";
import { DEFAULT_ENCODER, defaultCache, labelNames } from "./picking-options.js";
import type { Progress } from "./progress.js";
import { PROJECT_FILE } from "./project-file.js";
import type { SelectData, SelectDataOptions } from "./select-data.js";
import { withStandardInput, withStandardOutput } from "./standard-streams.js";
import { textSource } from "./text-rows.js";
import { addDeviceOptions, addPrecisionOption, TRAINING_RECIPES } from "./train-options.js";
import { checkUsage, UsageError } from "./usage-error.js";

interface SelectOptions extends CommonOptions, ModelOptions, LabelFileOptions {
  readonly data: readonly string[];
  readonly labelled?: readonly string[] | undefined;
  readonly count: number;
  readonly output: string;
  readonly model?: string | undefined;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly imageColumn?: string | undefined;
  readonly labelColumn: string;
  readonly labelSeparator?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly outOfScopeLabel?: string | undefined;
  readonly control?: string | undefined;
  readonly recipe?: TrainingRecipe | undefined;
  readonly strategy?: string | undefined;
  readonly maxSeqLen: number;
  readonly cache: string;
  readonly overwrite?: boolean | undefined;
}

/** With all files of rows, and the column of the texts, which a template makes. */
interface Selecting extends SelectOptions, SelectDataOptions {
  readonly textColumn: string;
  readonly model: string;
}

/** `baal select`: the rows of a file that are worth labelling next. */
export function selectCommand(command: Command): Command {
  command
    .requiredOption(
      "--data <file>",
      "labelled and unlabelled rows: .csv, .tsv, .jsonl, .json, .parquet or .arrow; an empty label is none; or a folder of images. - is standard input. May be repeated: what has a label in one file is not picked from another",
      repeated,
    )
    .option("--labelled <file>", "more rows with labels, such as those of earlier rounds; may be repeated", repeated)
    .requiredOption("--count <rows>", "rows to pick", integer({ min: 1 }))
    .requiredOption(
      "--output <file>",
      "where the picked rows go: .csv, .jsonl or .parquet, or - for standard output (CSV)",
      rowsFile,
    )
    .option(
      "--model <model>",
      `folder or hub id of the encoder, which is not trained; tfidf goes by the texts' words alone, without weights (default: ${DEFAULT_ENCODER}; of images one is to be given)`,
    )
    .option("--text-column <name>", 'column of the text (default: "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--image-column <name>", "column of the image's path, of files about images")
    .option("--label-column <name>", "column of the label", "label")
    .option(
      "--label-separator <text>",
      'what stands between several labels of one item, as | of "late|damaged"; alone: none of them',
    )
    .option("--control <name>", CONTROL_HELP)
    .option("--labels <names>", "label names, separated by commas, of which some may have no row yet", labelNames)
    .option(
      "--out-of-scope-label <label>",
      "rows of this label belong to no class: picks that are like them are suggested to be called so, from a threshold on that held-out labels give",
    )
    .addOption(
      new Option(
        "--recipe <name>",
        "train a model of texts on the labels, which picks by its draws, in place of a head that is solved in seconds",
      ).choices(TRAINING_RECIPES),
    )
    .option("--strategy <name>", "how to pick, in place of what suits the number of labels: typiclust, topk:margin, badge, ...")
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN)
    .option("--cache <folder>", "where the vectors are kept, so that each is computed once", defaultCache())
    .option("--overwrite", "replace the output file, also where it has labels that the data do not have");
  return addPrecisionOption(addDeviceOptions(addLabelFileOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(
      commandAction((options: SelectOptions, context) =>
        withStandardInput(options, (own) => withStandardOutput(own, context, select)),
      ),
    );
}

const EXAMPLES = `
The output has all columns of the picked rows, the best row first, and baal_rank, baal_score, baal_label and baal_probability (the label that the model
would give, and its probability; of several labels all that hold). Where a picked row has a value in a column of such a name, ours are named baal_rank_2 and so on.

Examples:
  baal select --data all.csv --count 20 --output next.csv
  baal select --data all.csv --data next.csv --count 20 --output next-2.csv   # with the labels that next.csv has got
  baal select --data all.jsonl --text-column body --label-column topic --model ./all-MiniLM-L6-v2 --strategy badge --count 50 --output next.jsonl
  baal select --data photos/ --labelled labelled.csv --image-column image --model timm/resnet18.a1_in1k --count 20 --output next.csv`;

async function select(given: SelectOptions, context: CommandContext): Promise<void> {
  const { findStrategy } = await import("../strategies/registry.js");
  const { selectRows } = await import("../active/picks/select-rows.js");
  const { readSelectData } = await import("./select-data.js");
  const { selectContent, trainedPicks } = await import("./select-content.js");
  const { seed = DEFAULT_SEED, labelColumn, labels, labelSeparator, outOfScopeLabel, count, normalizeLabels } = given;
  const { output, signal } = context;
  const strategy = given.strategy && checkUsage(() => findStrategy(given.strategy!).name);
  const all = [...given.data, ...(given.labelled ?? [])];
  const options: Selecting = { ...given, ...textSource(given), data: all, model: given.model ?? DEFAULT_ENCODER };
  checkOutput(options);
  const data = await readSelectData(options);
  await checkReplaced(options, data);
  if (data.kind === "image" && given.model === undefined)
    throw new UsageError("Images are picked by an encoder of images: give --model, such as timm/resnet18.a1_in1k.");
  const work = { ...options, seed, context };
  const { content, close } = await selectContent(data, work);
  const bar = pickingBar(output);
  let selected: SelectedRows;
  try {
    selected = await selectRows(data.rows, {
      ...{ content, labelColumn, labels, labelSeparator, outOfScopeLabel, normalizeLabels },
      ...{ count, strategy, seed, signal, where: data.where },
      trained: trainedPicks(data, content, work),
      onProgress: ({ type, done, total }) => {
        if (type === "features") bar.show(done, total);
      },
    });
  } catch (error) {
    throw nothingLeft(error, data.rows, options);
  } finally {
    bar.stop();
    await close();
  }
  warn(selected, options, context);
  const columns = await writePicks(data, selected, options);
  output.result(summary(selected, options), {
    ...{ output: options.output, rows: selected.picks.length, unlabelled: selected.pool, labelled: selected.labelled },
    ...{ labels: selected.labels, task: selected.task, outOfScope: selected.outOfScope },
    ...{ strategy: selected.strategy.name, reason: selected.strategy.reason, namesUsed: selected.areNamesUsed },
    ...{ recipe: selected.recipe ?? "solvedHead", heldOut: selected.heldOut ?? null },
    ...{ withoutText: selected.withoutText, repeated: selected.repeated, columns, model: options.model },
  });
}

function summary({ picks, strategy, pool, labelled, heldOut, recipe }: SelectedRows, options: Selecting): string {
  const { output, data, count, labelColumn } = options;
  return [
    `picked ${picks.length} of ${pool} unlabelled rows by ${strategy.name}, ${strategy.reason}`,
    ...(recipe ? [`a model was trained for it (${recipe}) on ${labelled} labels`] : []),
    ...(heldOut ? [`the ${labelled} labels predict each other to ${percent(heldOut.accuracy)} (five-fold)`] : []),
    `saved to ${output}`,
    existsSync(PROJECT_FILE)
      ? "next: baal label (or fill in the column), baal merge, baal select"
      : `next: fill in the column "${labelColumn}" there, then baal select ${[...data, output].map((file) => `--data ${file}`).join(" ")} --count ${count} --output <file>`,
  ].join("\n");
}

/** A bar that is there once something takes time. */
function pickingBar(output: CommandContext["output"]): { show(done: number, total: number): void; stop(): void } {
  let progress: Progress | undefined;
  return {
    show(done, total) {
      if (done === total && !progress) return;
      progress ??= output.progress("embedding", total);
      progress.update(done);
    },
    stop: () => progress?.stop(),
  };
}

function checkOutput({ output, data }: Selecting): void {
  if (data.some((file) => resolve(file) === output))
    throw new UsageError("--output is one of the --data files: choose another file.");
}

/** An earlier round's picks may be replaced once the data have every label that was given there. */
async function checkReplaced(options: Selecting, { rows, contentColumn }: SelectData): Promise<void> {
  const { output, overwrite = false, labelColumn } = options;
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
  const known = new Set(rows.filter((row) => isGiven(row[labelColumn])).map((row) => row[contentColumn]));
  const missing = before.filter((row) => isGiven(row[labelColumn]) && !known.has(row[contentColumn])).length;
  if (missing > 0) throw refuse(`with ${missing} labels that the data do not have ("baal merge" brings them there)`);
}

/** An error about the pool as one about the files. */
function nothingLeft(error: unknown, rows: readonly Row[], { data, labelColumn }: Selecting): unknown {
  if (!(error instanceof BaalError && error.code === "E_POOL_EMPTY")) return error;
  return new BaalError(
    "E_POOL_EMPTY",
    `${data.join(", ")}: none of the ${rows.length} rows has a text without a label in column "${labelColumn}", so there is nothing to pick.`,
    { cause: error },
  );
}

function warn(selected: SelectedRows, { count, textColumn }: Selecting, { output }: CommandContext): void {
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
async function writePicks(
  { rows, columns, written }: SelectData,
  { picks, task }: SelectedRows,
  { output, labelSeparator = "|" }: Selecting,
): Promise<readonly string[]> {
  const own = ownColumns(picks.map(({ index }) => rows[index]!));
  const [rank, score, label, probability] = own as [string, string, string, string];
  const isText = /\.csv$/i.test(output);
  const several = (values: readonly unknown[]) => (isText ? values.join(labelSeparator) : values);
  const told = (values: readonly unknown[]) => (task === "multi" ? several(values) : (values[0] ?? null));
  const picked = picks.map(
    ({ index, score: value, suggestions }, i): Row => ({
      ...written(index, output),
      ...{ [rank]: i + 1, [score]: value },
      [label]: told(suggestions.map((one) => one.label)),
      [probability]: told(suggestions.map((one) => one.probability)),
    }),
  );
  await writeRows(output, picked, [...columns.filter((column) => !own.includes(column)), ...own]);
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
