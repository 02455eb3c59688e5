import { type Command, InvalidArgumentError } from "commander";
import { createDataset } from "../core/dataset-view.js";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import { tfIdf, WORDS_ALONE } from "../data/text/tf-idf.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addLabelFileOptions, CONTROL_HELP, type LabelFileOptions } from "./data-file-options.js";
import type { Finding } from "./hygiene-findings.js";
import { addOnnxFileOption, type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer, number, rowsFile } from "./option-parsers.js";
import { table } from "./output.js";
import { DEFAULT_ENCODER, withoutHub } from "./picking-options.js";
import { withStandardInput } from "./standard-streams.js";
import { readTextRows, TEMPLATE_HELP, textSource } from "./text-rows.js";
import { addDeviceOptions } from "./train-options.js";

interface HygieneOptions extends CommonOptions, ModelOptions, LabelFileOptions {
  readonly data: string;
  readonly test?: string | undefined;
  readonly model: string;
  readonly output?: string | undefined;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly labelColumn: string;
  readonly control?: string | undefined;
  readonly similarity: number;
  readonly labelErrors: boolean;
  readonly maxSeqLen: number;
}

/** `baal hygiene`: what is wrong with labelled texts: labels, duplicates, conflicts, test texts that are in the training data. */
export function hygieneCommand(command: Command): Command {
  command
    .requiredOption("--data <file>", "labelled texts: .csv, .tsv, .jsonl, .json, .parquet or .arrow; - is standard input")
    .option("--test <file>", "the texts that a model is to be tested with, which should not be among those of --data")
    .option(
      "--model <model>",
      "folder or hub id of the encoder by which labels are judged, which is not trained; tfidf judges by the texts' words alone",
      DEFAULT_ENCODER,
    )
    .option("--no-label-errors", "do not look for wrong labels; then no model is needed")
    .option("--output <file>", "where the findings go, a row each: .csv, .jsonl or .parquet", findingsFile)
    .option("--text-column <name>", 'column of the text (default: "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--label-column <name>", "column of the label", "label")
    .option("--control <name>", CONTROL_HELP)
    .option(
      "--similarity <share>",
      "from which share of common pieces on two texts are near-duplicates",
      number({ above: 0, max: 1 }),
      0.8,
    )
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN);
  return addOnnxFileOption(addDeviceOptions(addLabelFileOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(commandAction((options: HygieneOptions, context) => withStandardInput(options, (own) => hygiene(own, context))));
}

function findingsFile(path: string): string {
  if (path === "-")
    throw new InvalidArgumentError("Expected a file: the report goes to standard output (--json has all findings).");
  return rowsFile(path);
}

const EXAMPLES = `
Examples:
  baal hygiene --data labelled.csv --output findings.csv
  baal hygiene --data train.csv --test test.csv --no-label-errors`;

async function hygiene(options: HygieneOptions, context: CommandContext): Promise<void> {
  const { duplicateFindings, labelErrorFindings, leakFindings } = await import("./hygiene-findings.js");
  const { output, signal } = context;
  const { textColumn, text } = textSource(options);
  const read = async (path: string, labels: "any" | "none") =>
    usable(await readTextRows(path, { ...options, textColumn, text, columns: [textColumn], labels }), textColumn);
  const rows = await read(options.data, "any");
  if (rows.length === 0) throw new BaalError("E_DATA", `${options.data}: no row has a text in column "${textColumn}".`);
  const items = rows.map(({ row, position }) => ({
    row: position,
    text: String(row[textColumn]),
    label: row[options.labelColumn],
  }));
  const test = options.test === undefined ? [] : await read(options.test, "none");
  const testItems = test.map(({ row, position }) => ({ row: position, text: String(row[textColumn]) }));
  const search = { similarity: options.similarity, signal };
  const duplicates = await duplicateFindings(items, search);
  const leaks = options.test === undefined ? [] : await leakFindings(items, testItems, search);
  const errors = options.labelErrors ? await wrongLabels(items, options, context, labelErrorFindings) : undefined;
  const findings = [...(errors?.findings ?? []), ...duplicates, ...leaks];
  if (options.output !== undefined) await writeFindings(findings, options.output);
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, findings.filter((finding) => finding.issue === kind).length]));
  const shown = findings
    .slice(0, SHOWN)
    .map(({ issue, row, label, suggested, others, text: said }) => [
      ...[issue, String(row), label ?? "", suggested ?? "", others.join(" "), said.slice(0, 60)],
    ]);
  const lines = [
    `${rows.length} texts: ${KINDS.map((kind) => `${counts[kind]} ${kind}`).join(", ")}`,
    ...(errors ? [`about ${(100 * errors.errorRate).toFixed(1)} % of the labels are wrong, by confident learning`] : []),
    ...(shown.length > 0 ? [table([["issue", "row", "label", "suggested", "same as", "text"], ...shown])] : []),
    ...(findings.length > SHOWN ? [`${findings.length - SHOWN} more: --output and --json have all`] : []),
  ];
  output.result(lines.join("\n"), { texts: rows.length, counts, errorRate: errors?.errorRate ?? null, findings });
}

const KINDS = ["label error", "conflict", "duplicate", "near-duplicate", "in test data"] as const;
const SHOWN = 20;

/** Rows with a text, and their numbers in the file. */
function usable(rows: readonly Row[], textColumn: string): { readonly row: Row; readonly position: number }[] {
  return rows
    .map((row, position) => ({ row, position }))
    .filter(({ row }) => typeof row[textColumn] === "string" && row[textColumn] !== "");
}

type Items = readonly { readonly row: number; readonly text: string; readonly label: unknown }[];

/** Labels that a head judges which was solved on the others' labels. `undefined` where there are too few labels to do so. */
async function wrongLabels(
  items: Items,
  options: HygieneOptions,
  context: CommandContext,
  find: typeof import("./hygiene-findings.js").labelErrorFindings,
): Promise<{ readonly findings: readonly Finding[]; readonly errorRate: number } | undefined> {
  const { TextDataset } = await import("../data/text/text-dataset.js");
  const { TextClassifier } = await import("../models/text/text-classifier.js");
  const { encodeLabels } = await import("../data/rows/encode-labels.js");
  const where = (n: number) => `${options.data}, row ${items[n]!.row}, column "${options.labelColumn}"`;
  const encoding = encodeLabels(
    items.map(({ label }) => label),
    where,
    { normalizeLabels: options.normalizeLabels },
  );
  if (encoding.task !== "single") {
    context.output.warn("labels are judged where there is one an item: here they are not (--no-label-errors says nothing of it)");
    return undefined;
  }
  const labelled = items.flatMap((item, n) => {
    const target = encoding.targets[n];
    return typeof target === "number" ? [{ ...item, label: encoding.labels[target]! }] : [];
  });
  if (labelled.length < FEWEST || encoding.labels.length < 2) {
    context.output.warn(`${labelled.length} labels of ${encoding.labels.length} classes are too few to judge each by the others`);
    return undefined;
  }
  const { seed = DEFAULT_SEED } = options;
  const judge = { labels: encoding.labels, seed, signal: context.signal };
  context.output.note(`judging ${labelled.length} labels, each by the others`);
  if (options.model === WORDS_ALONE) {
    const words = tfIdf(labelled.map(({ text }) => text));
    const targetOf = (n: number) => encoding.labels.indexOf(labelled[n]!.label);
    const dataset = createDataset(labelled.length, (n) => ({ index: n, input: undefined, target: targetOf(n) }));
    return find(labelled, { ...judge, dataset, model: { features: () => only(words) } });
  }
  const model = await TextClassifier.encoder(options.model, pretrainedOptions(options, context)).catch((error: unknown) => {
    throw withoutHub(error, options.model);
  });
  try {
    const dataset = new TextDataset(labelled, {
      ...{
        tokenizer: model.tokenizer,
        labels: encoding.labels,
        inputKey: "text",
        targetKey: "label",
        maxSeqLen: options.maxSeqLen,
      },
    });
    return await find(labelled, { ...judge, model, dataset });
  } finally {
    await model.dispose();
  }
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one;
}

/** Fewer labels say nothing of each other. */
const FEWEST = 10;

async function writeFindings(findings: readonly Finding[], path: string): Promise<void> {
  const { writeRows } = await import("../data/rows/write-rows.js");
  const { withOutput } = await import("../system/outputs.js");
  const columns = ["issue", "row", "label", "suggested", "score", "others", "text"];
  const rows = findings.map((finding) => ({ ...finding }));
  await withOutput(path, () => writeRows(path, rows, columns));
}
