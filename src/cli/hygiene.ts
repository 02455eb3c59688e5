import { type Command, InvalidArgumentError } from "commander";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Features } from "../core/features.js";
import { closestName } from "../core/names.js";
import { listColumns, type Row } from "../data/rows/row.js";
import { tfIdf, WORDS_ALONE } from "../data/text/tf-idf.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addLabelFileOptions, CONTROL_HELP, type LabelFileOptions, TEMPLATE_HELP } from "./data-file-options.js";
import type { Finding, Found } from "./hygiene-findings.js";
import { addOnnxFileOption, type ModelOptions, pretrainedOptions } from "./model-options.js";
import { integer, number, rowsFile } from "./option-parsers.js";
import { table } from "./output.js";
import { DEFAULT_ENCODER, withoutHub } from "./picking-options.js";
import { withStandardInput } from "./standard-streams.js";
import { readTextRows, textSource } from "./text-rows.js";
import { addDeviceOptions } from "./train-options.js";
import { UsageError } from "./usage-error.js";

interface HygieneOptions extends CommonOptions, ModelOptions, LabelFileOptions {
  readonly data: string;
  readonly test?: string | undefined;
  readonly model: string;
  readonly imageColumn?: string | undefined;
  readonly output?: string | undefined;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly labelColumn: string;
  readonly control?: string | undefined;
  readonly similarity: number;
  readonly labelErrors: boolean;
  readonly maxSeqLen: number;
}

/** As they are given: what is not depends on the kind of data. */
type GivenOptions = Omit<HygieneOptions, "model" | "similarity"> & {
  readonly model?: string | undefined;
  readonly similarity?: number | undefined;
};

/** From which share of common pieces on two texts are near-duplicates. */
const TEXT_SIMILARITY = 0.8;
/** From which cosine of their features on two images are. */
const IMAGE_SIMILARITY = 0.98;

/** `baal hygiene`: what is wrong with labelled texts or images: labels, duplicates, conflicts, test items that are in the training data. */
export function hygieneCommand(command: Command): Command {
  command
    .requiredOption(
      "--data <file>",
      "labelled texts or images: .csv, .tsv, .jsonl, .json, .parquet or .arrow; - is standard input; of images also a folder or .tar archive with a subfolder per class",
    )
    .option("--test <file>", "what a model is to be tested with, which should not be among --data")
    .option(
      "--model <model>",
      `folder or hub id of the encoder by which labels are judged, and images compared, which is not trained; tfidf judges by the texts' words alone (default: ${DEFAULT_ENCODER}; of images one is to be given)`,
    )
    .option("--no-label-errors", "do not look for wrong labels; then texts need no model")
    .option("--output <file>", "where the findings go, a row each: .csv, .jsonl or .parquet", findingsFile)
    .option("--text-column <name>", 'column of the text (default: "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--image-column <name>", 'column of the image, in data files of images (of folders: "image")')
    .option("--label-column <name>", "column of the label", "label")
    .option("--control <name>", CONTROL_HELP)
    .option(
      "--similarity <share>",
      `from which share of common pieces on two texts, or cosine of the features on two images, are near-duplicates (default: ${TEXT_SIMILARITY}, of images ${IMAGE_SIMILARITY})`,
      number({ above: 0, max: 1 }),
    )
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN);
  return addOnnxFileOption(addDeviceOptions(addLabelFileOptions(command)))
    .addHelpText("after", EXAMPLES)
    .action(commandAction((options: GivenOptions, context) => withStandardInput(options, (own) => hygiene(own, context))));
}

function findingsFile(path: string): string {
  if (path === "-")
    throw new InvalidArgumentError("Expected a file: the report goes to standard output (--json has all findings).");
  return rowsFile(path);
}

const EXAMPLES = `
Examples:
  baal hygiene --data labelled.csv --output findings.csv
  baal hygiene --data train.csv --test test.csv --no-label-errors
  baal hygiene --data photos/ --model timm/resnet18.a1_in1k --output findings.csv`;

async function hygiene(given: GivenOptions, context: CommandContext): Promise<void> {
  const { labelErrorFindings } = await import("./hygiene-findings.js");
  const { imageSourceKind } = await import("./image-rows.js");
  const { output } = context;
  const isOfImages = given.imageColumn !== undefined || (await imageSourceKind(given.data)) !== "file";
  if (isOfImages && (given.model === undefined || given.model === WORDS_ALONE))
    throw new UsageError("Images are compared by an encoder of images: give --model, such as timm/resnet18.a1_in1k.");
  const { model = DEFAULT_ENCODER, similarity = isOfImages ? IMAGE_SIMILARITY : TEXT_SIMILARITY } = given;
  const options: HygieneOptions = { ...given, model, similarity };
  const found = isOfImages
    ? await (await import("./hygiene-images.js")).imageHygiene(options, context)
    : await textHygiene(options, context);
  const { kind, items, duplicates, leaks } = found;
  const errors = options.labelErrors ? await wrongLabels(found, options, context, labelErrorFindings) : undefined;
  const findings = [...(errors?.findings ?? []), ...duplicates, ...leaks];
  if (options.output !== undefined) await writeFindings(findings, options.output);
  const counts = Object.fromEntries(KINDS.map((issue) => [issue, findings.filter((finding) => finding.issue === issue).length]));
  const shown = findings
    .slice(0, SHOWN)
    .map(({ issue, row, label, suggested, others, text: said }) => [
      ...[issue, String(row), label ?? "", suggested ?? "", others.join(" "), isOfImages ? said.slice(-60) : said.slice(0, 60)],
    ]);
  const lines = [
    `${items.length} ${kind}: ${KINDS.map((issue) => `${counts[issue]} ${issue}`).join(", ")}`,
    ...(errors ? [`about ${(100 * errors.errorRate).toFixed(1)} % of the labels are wrong, by confident learning`] : []),
    ...(shown.length > 0
      ? [table([["issue", "row", "label", "suggested", "same as", isOfImages ? "image" : "text"], ...shown])]
      : []),
    ...(findings.length > SHOWN ? [`${findings.length - SHOWN} more: --output and --json have all`] : []),
  ];
  output.result(lines.join("\n"), { [kind]: items.length, counts, errorRate: errors?.errorRate ?? null, findings });
}

async function textHygiene(options: HygieneOptions, context: CommandContext): Promise<Found> {
  const { duplicateFindings, leakFindings } = await import("./hygiene-findings.js");
  const { signal } = context;
  const { textColumn, text } = textSource(options);
  const read = async (path: string, labels: "any" | "none") =>
    usable(await readTextRows(path, { ...options, textColumn, text, columns: [textColumn], labels }), textColumn);
  const rows = await read(options.data, "any");
  if (rows.length === 0) throw new BaalError("E_DATA", `${options.data}: no row has a text in column "${textColumn}".`);
  const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  if (options.labelErrors) warnOfMissingLabels(columns, options, context);
  const items = rows.map(({ row, position }) => ({
    row: position,
    text: String(row[textColumn]),
    label: row[options.labelColumn],
  }));
  const test = options.test === undefined ? [] : await read(options.test, "none");
  const testItems = test.map(({ row, position }) => ({ row: position, text: String(row[textColumn]) }));
  const search = { similarity: options.similarity, signal };
  return {
    ...{ kind: "texts", items },
    duplicates: await duplicateFindings(items, search),
    leaks: options.test === undefined ? [] : await leakFindings(items, testItems, search),
    vectors: (positions) =>
      textFeatures(
        positions.map((position) => items[position]!.text),
        options,
        context,
      ),
  };
}

/** Copies are found without labels, so that data without any are no fault; a mistyped column would look like them. */
function warnOfMissingLabels(
  columns: readonly string[],
  { data, labelColumn }: HygieneOptions,
  { output }: CommandContext,
): void {
  if (columns.includes(labelColumn)) return;
  const meant = closestName(labelColumn, columns);
  output.warn(
    `${data} has no column "${labelColumn}"; its columns are ${listColumns(columns)}, and no label is judged.${meant === undefined ? "" : ` Did you mean --label-column "${meant}"?`}`,
  );
}

/** Of texts, by the encoder, or by their words alone. */
async function textFeatures(texts: readonly string[], options: HygieneOptions, context: CommandContext): Promise<Features> {
  const { model, maxSeqLen } = options;
  if (model === WORDS_ALONE) return tfIdf(texts);
  const { TextDataset } = await import("../data/text/text-dataset.js");
  const { TextClassifier } = await import("../models/text/text-classifier.js");
  const { joinFeatures } = await import("../core/join-chunks.js");
  const encoder = await TextClassifier.encoder(model, pretrainedOptions(options, context)).catch((error: unknown) => {
    throw withoutHub(error, model);
  });
  try {
    const rows = texts.map((text) => ({ text }));
    const dataset = new TextDataset(rows, { tokenizer: encoder.tokenizer, inputKey: "text", maxSeqLen });
    return await joinFeatures(encoder.features(dataset, { signal: context.signal }), { total: texts.length });
  } finally {
    await encoder.dispose();
  }
}

const KINDS = ["label error", "conflict", "duplicate", "near-duplicate", "in test data"] as const;
const SHOWN = 20;

/** Rows with a text, and their numbers in the file. */
function usable(rows: readonly Row[], textColumn: string): { readonly row: Row; readonly position: number }[] {
  return rows
    .map((row, position) => ({ row, position }))
    .filter(({ row }) => typeof row[textColumn] === "string" && row[textColumn] !== "");
}

/** Labels that a head judges which was solved on the others' labels. `undefined` where there are too few labels to do so. */
async function wrongLabels(
  { items, vectors }: Found,
  options: HygieneOptions,
  context: CommandContext,
  find: typeof import("./hygiene-findings.js").labelErrorFindings,
): Promise<{ readonly findings: readonly Finding[]; readonly errorRate: number } | undefined> {
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
  const { labels } = encoding;
  const positions = items.flatMap((_, n) => (typeof encoding.targets[n] === "number" ? [n] : []));
  if (positions.length < FEWEST || labels.length < 2) {
    context.output.warn(`${positions.length} labels of ${labels.length} classes are too few to judge each by the others`);
    return undefined;
  }
  const targets = positions.map((n) => Number(encoding.targets[n]));
  const labelled = positions.map((n, i) => ({ ...items[n]!, label: labels[targets[i]!]! }));
  const { seed = DEFAULT_SEED } = options;
  context.output.note(`judging ${labelled.length} labels, each by the others`);
  return find(labelled, { vectors: await vectors(positions), targets, labels, seed, signal: context.signal });
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
