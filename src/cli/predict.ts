import type { Command } from "commander";
import { DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { RowWriter } from "../data/rows/row-format.js";
import type { Heuristic } from "../heuristics/heuristic.js";
import { findHeuristic } from "../heuristics/registry.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import { addPredictOptions, type PredictCommandOptions } from "./predict-options.js";
import type { OpenPrediction, PredictionChunk, PredictionTask } from "./prediction-run.js";
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
  const { patchModule } = await import("../bayesian/patch-module.js");
  const { openRowWriter } = await import("../data/rows/open-row-writer.js");
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { beginRun, endRun } = await import("./prediction-run.js");
  const { folder, heuristic, options, context } = run;
  const { output: target, iterations, seed = DEFAULT_SEED, overwrite = false } = options;
  const { output } = context;
  const version = await modelVersion(folder);
  const abstention = options.abstain ? {} : { abstain: "no" };
  const settings = { model: version, ...task.settings, iterations, heuristic: options.heuristic, seed, ...abstention };
  const rowsBefore = await beginRun(target, settings, { overwrite });
  if (rowsBefore > 0) output.note(`continuing after ${rowsBefore} rows`);
  const opened = await task.open();
  const rule = options.abstain ? opened.model.outOfScope : undefined;
  opened.model.outOfScope = rule;
  if (rule) output.note(`texts and images out of scope are called "${rule.label}" (--no-abstain: the most probable class)`);
  if (iterations > 1) patchModule(opened.model);

  const columns = outputColumns({ ...task, isMultiLabel: opened.model.isMultiLabel });
  const writer = await openRowWriter(target, { columns, append: true });
  let skipped: Skipped[];
  try {
    skipped = await predictRows(opened, { ...run, column: task.column, writer, rowsBefore });
  } catch (error) {
    await writer.abandon();
    throw withAdvice(error);
  }
  await writer.finish();
  await endRun(target);
  const rows = writer.rowsWritten;
  const textsCut = opened.textsCut?.();
  if (textsCut) output.note(`${textsCut} texts were longer than the model or --max-seq-len allows, and were cut`);
  const without = skipped.length > 0 ? `, ${skipped.length} of them without a prediction (column "error")` : "";
  output.result(`predicted ${rows} rows${without}, saved to ${target}`, {
    output: target,
    rows,
    rowsBefore,
    heuristic: heuristic.name,
    iterations,
    modelVersion: version,
    textsCut,
    skipped: task.hasErrors ? skipped : undefined,
    outOfScopeLabel: rule?.label ?? null,
  });
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
  readonly column: string;
  readonly writer: RowWriter;
  readonly rowsBefore: number;
}

async function predictRows<Input>({ model, chunks }: OpenPrediction<Input>, work: RowWork): Promise<Skipped[]> {
  const { column, writer, rowsBefore, context } = work;
  const skipped: Skipped[] = [];
  const progress = context.output.progress("predicting", undefined);
  try {
    for await (const chunk of chunks(rowsBefore)) {
      const { start, length, shown, errors } = chunk;
      const answers = await predictChunk(model, chunk, work);
      const numbers = Array.from({ length }, (_, i) => start + i);
      await writer.write(
        numbers.map((row) => ({ row, [column]: shown(row), ...(answers.get(row) ?? noAnswer), error: errors.get(row) ?? null })),
      );
      for (const [row, error] of errors) skipped.push({ row, error });
      progress.update(start + length);
    }
  } finally {
    progress.stop();
  }
  return skipped;
}

const noAnswer = { label: null, probability: null, uncertainty: null };

/** Between the labels of a row, where each label is predicted by itself. */
const LABEL_SEPARATOR = "|";

/**
 * Label, probability and uncertainty of the chunk's items, by row number. Where each label is predicted by itself, probabilities are the
 * sigmoids of the logits, `labels` has those above 1/2, and the uncertainty is the sum over labels.
 */
async function predictChunk<Input>(
  model: OpenPrediction<Input>["model"],
  { dataset }: PredictionChunk<Input>,
  { heuristic, options, context }: RowWork,
): Promise<Map<number, Readonly<Record<string, unknown>>>> {
  const { meanProbabilities } = await import("../heuristics/predictive-distribution.js");
  const { iterations, seed = DEFAULT_SEED } = options;
  const { signal } = context;
  const answers = new Map<number, Readonly<Record<string, unknown>>>();
  for await (const draws of model.predict(dataset, { iterations, seed, signal, chunkSize: dataset.length })) {
    const classes = model.labels.length;
    if (model.isMultiLabel) {
      const { perLabel } = await import("../models/classification.js");
      const pairs = perLabel(draws);
      const probs_N_C_2 = meanProbabilities(pairs);
      const scores = heuristic.score(pairs);
      for (const [i, row] of draws.indices.entries()) {
        const probs_C = Float64Array.from({ length: classes }, (_, c) => probs_N_C_2[(i * classes + c) * 2 + 1]!);
        const { index, probability } = mostProbable(probs_C);
        const labels = model.labels.filter((_, c) => probs_C[c]! > 0.5).join(LABEL_SEPARATOR);
        let uncertainty = 0;
        for (let c = 0; c < classes; c++) uncertainty += scores[i * classes + c]!;
        answers.set(row, { label: model.labels[index], probability, labels, uncertainty });
      }
      continue;
    }
    const probs_N_C = meanProbabilities(draws);
    const scores = heuristic.score(draws);
    for (const [i, row] of draws.indices.entries()) {
      const { index, probability } = mostProbable(probs_N_C.subarray(i * classes, (i + 1) * classes));
      const beyond = draws.beyondScope_N?.[i];
      const label = beyond !== undefined && beyond > 0 ? model.outOfScope!.label : model.labels[index];
      answers.set(row, { label, probability, uncertainty: scores[i] });
    }
  }
  return answers;
}

function mostProbable(probs_C: Float64Array): { readonly index: number; readonly probability: number } {
  const index = probs_C.reduce((best, probability, c) => (probability > (probs_C[best] ?? 0) ? c : best), 0);
  return { index, probability: probs_C[index] ?? 0 };
}

function checkedHeuristic({ heuristic: name, iterations, seed }: PredictCommandOptions): Heuristic {
  const { make, fewestDraws } = findHeuristic(name);
  if (iterations < fewestDraws)
    throw new UsageError(
      `--heuristic ${name} compares draws: --iterations must be at least ${fewestDraws}, or choose --heuristic entropy.`,
    );
  return make({ seed });
}

function outputColumns({
  column,
  hasErrors,
  isMultiLabel,
}: Pick<PredictionTask<never>, "column" | "hasErrors"> & { readonly isMultiLabel: boolean }): string[] {
  const own = ["label", "probability", ...(isMultiLabel ? ["labels"] : []), "uncertainty", ...(hasErrors ? ["error"] : [])];
  return ["row", ...(["row", ...own].includes(column) ? [] : [column]), ...own];
}
