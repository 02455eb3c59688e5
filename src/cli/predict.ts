import type { Command } from "commander";
import { DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import type { RowWriter } from "../data/rows/row-format.js";
import type { Heuristic } from "../heuristics/heuristic.js";
import { findHeuristic } from "../heuristics/registry.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import type { AnswerForm } from "./predict-columns.js";
import { addPredictOptions, type PredictCommandOptions } from "./predict-options.js";
import type { OpenPrediction, PredictionTask } from "./prediction-run.js";
import { withStandardInput, withStandardOutput } from "./standard-streams.js";
import { UsageError } from "./usage-error.js";

/** `baal predict`: a label, its probability and an uncertainty for each row of a file or image of a folder. */
export function predictCommand(command: Command): Command {
  return addPredictOptions(command).action(
    commandAction((options: PredictCommandOptions, context) =>
      withStandardInput(options, (own) => withStandardOutput(own, context, predict)),
    ),
  );
}

async function predict(options: PredictCommandOptions, context: CommandContext): Promise<void> {
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  const heuristic = checkedHeuristic(options);
  const pretrained = pretrainedOptions(options, context);
  const { kind, folder } = await findClassifier(options.model, pretrained);
  const run = { folder, heuristic, options, context };
  if (kind === "image") {
    const { imagePredictionTask } = await import("./predict-images.js");
    return predictTask(await imagePredictionTask(options, folder, pretrained), run);
  }
  const { model, data, imageColumn } = options;
  const { checkTextData } = await import("./model-options.js");
  await checkTextData({ model, data, imageOptions: { "--image-column": imageColumn } });
  const { textPredictionTask } = await import("./predict-texts.js");
  return predictTask(await textPredictionTask(options, folder, pretrained), run);
}

interface PredictionRun {
  readonly folder: string;
  readonly heuristic: Heuristic;
  readonly options: PredictCommandOptions;
  readonly context: CommandContext;
}

async function predictTask<Input>(task: PredictionTask<Input>, run: PredictionRun): Promise<void> {
  const { withOutput } = await import("../system/outputs.js");
  await withOutput(run.options.output, () => predictInto(task, run));
}

/** Writes the output, which nobody else does meanwhile. */
async function predictInto<Input>(task: PredictionTask<Input>, run: PredictionRun): Promise<void> {
  const { patchModule } = await import("../bayesian/patch-module.js");
  const { openRowWriter } = await import("../data/rows/open-row-writer.js");
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { beginRun, endRun, partialPath } = await import("./prediction-run.js");
  const { answerColumns, answerForm, outputColumns } = await import("./predict-columns.js");
  const { folder, heuristic, options, context } = run;
  const { output: target, iterations, seed = DEFAULT_SEED, overwrite = false } = options;
  const { output } = context;
  const opened = await task.open();
  const { labels } = opened.model;
  const form = answerForm(options, { task: opened.model.task, labels, hasErrors: task.hasErrors });
  const columns = outputColumns(task.columns, answerColumns(form), options);
  const version = await modelVersion(folder);
  const settings = {
    model: version,
    ...task.settings,
    iterations,
    heuristic: options.heuristic,
    seed,
    ...writtenSettings(options),
  };
  const rowsBefore = await beginRun(target, settings, { overwrite });
  if (rowsBefore > 0) output.note(`continuing after ${rowsBefore} rows`);
  const rule = options.abstain ? opened.model.outOfScope : undefined;
  opened.model.outOfScope = rule;
  if (rule) output.note(`texts and images out of scope are called "${rule.label}" (--no-abstain: the most probable class)`);
  if (iterations > 1) patchModule(opened.model, { masks: options.masks });

  const writer = await openRowWriter(partialPath(target), { columns, append: true });
  let skipped: Skipped[];
  try {
    skipped = await predictRows(opened, { ...run, form, writer, rowsBefore, total: task.rows });
    await writer.finish();
  } catch (error) {
    await writer.abandon().catch(() => {});
    output.note(`${partialPath(target)} has ${writer.rowsWritten} rows: the same command goes on there`);
    throw withAdvice(error);
  }
  await endRun(target);
  const rows = writer.rowsWritten;
  const textsCut = opened.textsCut?.();
  if (textsCut) output.note(`${textsCut} texts were longer than the model or --max-seq-len allows, and were cut`);
  const without = skipped.length > 0 ? `, ${skipped.length} of them without a prediction (column "error")` : "";
  output.result(`predicted ${rows} rows${without}, saved to ${target}`, {
    output: target,
    rows,
    rowsBefore,
    columns,
    task: form.task,
    heuristic: form.task === "regression" ? "regressionvariance" : heuristic.name,
    iterations,
    modelVersion: version,
    textsCut,
    skipped: task.hasErrors ? skipped : undefined,
    outOfScopeLabel: rule?.label ?? null,
  });
}

/** Those of the options that decide the columns. */
function writtenSettings({
  abstain,
  top = 1,
  probabilities = false,
  draws = false,
  columnPrefix,
  precision,
  iterations,
  masks,
}: PredictCommandOptions) {
  return {
    top,
    probabilities: String(probabilities),
    draws: String(draws),
    columnPrefix: columnPrefix ?? null,
    ...(abstain ? {} : { abstain: "no" }),
    ...(precision === "int8" ? { precision } : {}),
    ...(iterations > 1 && masks === "balanced" ? { masks } : {}),
  };
}

/** An image that cannot be used ends the command; its error names the way round. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof BaalError && error.code === "E_IMAGE")) return error;
  const advice = "With --on-bad-image skip (and --overwrite) such images get no prediction.";
  return new BaalError(error.code, `${error.message} ${advice}`, { cause: error });
}

/** A row that could not be predicted. */
interface Skipped {
  readonly row: number;
  readonly error: string;
}

interface RowWork extends PredictionRun {
  readonly form: AnswerForm;
  readonly writer: RowWriter;
  readonly rowsBefore: number;
  /** Rows of the data, those that are written already among them. */
  readonly total: number;
}

async function predictRows<Input>({ model, chunks }: OpenPrediction<Input>, work: RowWork): Promise<Skipped[]> {
  const { answersOf } = await import("./predict-answers.js");
  const { form, heuristic, writer, rowsBefore, total, context, options } = work;
  const { iterations, seed = DEFAULT_SEED, columnPrefix = "" } = options;
  const { signal } = context;
  const skipped: Skipped[] = [];
  const progress = context.output.progress("predicting", total);
  try {
    for await (const { start, length, dataset, shown, errors } of chunks(rowsBefore)) {
      const answers = new Map<number, Row>();
      for await (const draws of model.predict(dataset, { iterations, seed, signal, chunkSize: dataset.length })) {
        const outOfScopeLabel = model.outOfScope?.label;
        for (const [row, answer] of answersOf(draws, { form, heuristic, model, outOfScopeLabel })) answers.set(row, answer);
      }
      const numbers = Array.from({ length }, (_, i) => start + i);
      await writer.write(
        numbers.map((row) => {
          const added = { ...answers.get(row), error: errors.get(row) };
          return { ...shown(row), ...withPrefix(added, columnPrefix) };
        }),
      );
      for (const [row, error] of errors) skipped.push({ row, error });
      progress.update(start + length);
    }
  } finally {
    progress.stop();
  }
  return skipped;
}

function withPrefix(row: Row, prefix: string): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[prefix + name, value]])),
  );
}

function checkedHeuristic({ heuristic: name, iterations, seed }: PredictCommandOptions): Heuristic {
  const { make, fewestDraws } = findHeuristic(name);
  if (iterations < fewestDraws)
    throw new UsageError(
      `--heuristic ${name} compares draws: --iterations must be at least ${fewestDraws}, or choose --heuristic entropy.`,
    );
  return make({ seed });
}
