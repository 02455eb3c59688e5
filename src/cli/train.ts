import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import type { Dataset } from "../core/dataset.js";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import { WORDS_ALONE } from "../data/text/tf-idf.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { OutOfScopeRule } from "../models/out-of-scope/rule.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { BaalTrainer } from "../training/baal-trainer.js";
import { resolveTrainingArguments } from "../training/resolve-training-arguments.js";
import type { CallbackDetails, TrainerProgress } from "../training/trainer-callback.js";
import type { ResolvedTrainingArguments, TrainingArguments } from "../training/training-arguments.js";
import { type CommandContext, commandAction } from "./base-command.js";
import type { ModelCardFacts } from "./model-card.js";
import { pretrainedOptions } from "./model-options.js";
import { DEFAULT_ENCODER } from "./picking-options.js";
import { withStandardInput } from "./standard-streams.js";
import { type Outcome, trainingBar, trainTaskByRecipe } from "./train-by-recipe.js";
import { dataName, type TrainFiles } from "./train-files.js";
import {
  addTrainOptions,
  type GivenTrainOptions,
  saysHowToTrain,
  type TrainOptions,
  taskOf,
  trainerArguments,
} from "./train-options.js";
import type { TrainingTask } from "./training-data.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** `baal train`: fine-tunes a classifier on labelled texts or images. */
export function trainCommand(command: Command): Command {
  return addTrainOptions(command).action(
    commandAction((options: GivenTrainOptions, context) => withStandardInput(options, (own) => train(own, context))),
  );
}

async function train(given: GivenTrainOptions, context: CommandContext): Promise<void> {
  const { withOutput } = await import("../system/outputs.js");
  const target = checkedOutput(given);
  checkUsage(() =>
    resolveTrainingArguments({ ...trainerArguments(given), ...evaluationsOf(given), outputDir: `${target}.checkpoints` }),
  );
  checkCombinations(given);
  // Before anything takes time: the folder can be written, and nobody else is writing it.
  await withOutput(target, () => trainInto(target, given, context));
}

async function trainInto(target: string, given: GivenTrainOptions, surroundings: CommandContext): Promise<void> {
  const { logged } = await import("./train-files.js");
  const { output, lines: log } = logged(surroundings.output);
  const context = { ...surroundings, output };
  const pretrained = pretrainedOptions(given, context);
  const { kind, folder } = await startingPoint(given, pretrained);
  const options = await withKept(given, { folder, context });
  const args = { ...trainerArguments(options), ...evaluationsOf(options), outputDir: `${target}.checkpoints` };
  const { seed } = resolveTrainingArguments(args);
  const task = { ...context, pretrained, seed };
  const run = { args, options, target, context, log, kind };
  if (kind === "image" || folder === undefined) {
    if (options.outOfScopeLabel !== undefined) throw new UsageError("--out-of-scope-label is for texts; leave it out.");
    if (options.recipe !== undefined && options.recipe !== "plain")
      throw new UsageError(`--recipe ${options.recipe} is for texts; leave it out.`);
    const { imageTrainingTask } = await import("./train-images.js");
    return trainTask(await imageTrainingTask(options, folder, task), { ...run, isByRecipe: false });
  }
  const { model, data, imageColumn, imageSize, augment } = options;
  const imageOptions = { "--image-column": imageColumn, "--image-size": imageSize, "--augment": augment };
  const { checkTextData } = await import("./model-options.js");
  await checkTextData({ model, data, imageOptions });
  const { textTrainingTask } = await import("./training-data.js");
  const isByRecipe = options.recipe ? options.recipe !== "plain" : !saysHowToTrain(given);
  return trainTask(await textTrainingTask(options, folder, task), { ...run, isByRecipe });
}

/** With the rate, batches, lengths and columns that the model itself was trained with, as far as no others are given. */
async function withKept(
  given: GivenTrainOptions,
  { folder, context }: { readonly folder: string | undefined; readonly context: CommandContext },
): Promise<TrainOptions> {
  const { readTrainingRecord } = await import("../models/checkpoint/training-record.js");
  const { textSource } = await import("./text-rows.js");
  const record = folder === undefined ? undefined : await readTrainingRecord(folder);
  const { maxSeqLen, text, pairColumn, imageColumn } = record?.input ?? {};
  const isLengthGiven = LENGTHS.some((name) => given[name] !== undefined);
  const isKept = (name: string) => KEPT.has(name) || (!isLengthGiven && LENGTHS.some((length) => length === name));
  const kept = Object.fromEntries(Object.entries(record?.arguments ?? {}).filter(([name]) => isKept(name)));
  const options: TrainOptions = {
    ...kept,
    ...{ pairColumn: pairColumn ?? undefined, imageColumn: imageColumn ?? undefined },
    ...given,
    maxSeqLen: given.maxSeqLen ?? maxSeqLen ?? DEFAULT_MAX_SEQ_LEN,
    ...textSource(given, text),
  };
  const usual = new Map<string, unknown>(Object.entries(resolveTrainingArguments()));
  const used = Object.entries(kept).filter(([name, value]) => !(name in given) && value !== usual.get(name));
  if (used.length > 0) {
    const list = used.map(([name, value]) => `${name} ${value}`).join(", ");
    context.output.note(`as ${given.model} was trained: ${list} (other values can be given)`);
  }
  return options;
}

/** Arguments of a model's training that another one of it begins with. */
const KEPT: ReadonlySet<string> = new Set(["learningRate", "batchSize", "warmupRatio", "weightDecay"]);

/** How long it was, said in one of these ways: one that is given replaces them all. */
const LENGTHS = ["numTrainEpochs", "maxSteps", "minSteps"] as const;

/** Where there is something to evaluate with, each epoch is, unless the options say otherwise. */
function evaluationsOf({ evalStrategy, evalData, evalSplit }: GivenTrainOptions): TrainingArguments {
  const hasData = evalData !== undefined || evalSplit !== undefined;
  return evalStrategy === undefined && hasData ? { evalStrategy: "epoch" } : {};
}

interface TaskRun {
  readonly args: TrainingArguments;
  readonly options: TrainOptions;
  /** Where the model goes. */
  readonly target: string;
  readonly context: CommandContext;
  readonly log: readonly string[];
  readonly kind: ModelKind;
  /** Whether the number of labels, or a recipe that was named, says how to train. */
  readonly isByRecipe: boolean;
}

async function trainTask<Input>(task: TrainingTask<Input>, run: TaskRun): Promise<void> {
  const { args, options, target, context, isByRecipe } = run;
  const { BaalTrainer } = await import("../training/baal-trainer.js");
  const { chanceWarning, endRemarks, evaluationTable, labelCounts } = await import("./train-report.js");
  const { saveTrained } = await import("./train-files.js");
  const { output, signal } = context;
  const { model, train: trainDataset, evaluation: evalDataset, items } = task;
  const { labels } = model;
  try {
    const bar = trainingBar(output);
    const callbacks = [
      { onEvaluate: (_: unknown, __: unknown, { entry }: CallbackDetails) => bar.evaluated(entry?.values ?? {}) },
    ];
    const trainer = new BaalTrainer({ model, args, trainDataset, evalDataset, callbacks });
    output.note(`training on ${trainDataset.length} ${items} with ${labels.length} labels`);
    const { seed, loss } = trainer.args;
    const asked = { seed, context, recipe: options.recipe, args: trainerArguments(options), loss };
    const byRecipe = isByRecipe ? await trainTaskByRecipe(task, asked) : undefined;
    const outcome = byRecipe ?? (await trainVisibly(trainer, task, { context, bar }));
    const { text, report, state } = outcome;
    const shown = state && evaluationTable(state, trainer.args);
    if (shown) output.note(shown);
    for (const remark of state ? endRemarks(state, trainer.args) : []) output.note(remark);
    const evaluation = evalDataset && (await trainer.evaluate(undefined, { signal }));
    if (evalDataset && model.task === "multi") await findThresholds(model, evalDataset, context);
    const warning = evaluation && chanceWarning(evaluation, labelCounts(evalDataset, labels, model.task));
    if (warning) output.warn(warning);
    const rule = await ruleOfScope(task, { isSolved: outcome.recipe === "solvedHead", context });
    const measured = evaluation
      ? {
          on: options.evalData === undefined ? "held out of the data" : dataName(options.evalData),
          items: evalDataset.length,
          metrics: evaluation,
        }
      : outcome.heldOut && { on: "cross-validated on the labels", ...outcome.heldOut };
    const files = await saveTrained(model, target, await filesOf(task, { ...run, outcome, measured, seed }));
    const textsCut = task.textsCut?.();
    if (textsCut) output.note(`${textsCut} texts were longer than the model or --max-seq-len allows, and were cut`);
    output.result(summary(target, text, evaluation), {
      output: target,
      labels,
      task: model.task,
      trainItems: trainDataset.length,
      evalItems: evalDataset?.length ?? 0,
      ...{ ...report, textsCut, files },
      ...(rule ? { outOfScope: { label: rule.label, score: rule.score, threshold: rule.threshold, ...rule.heldOut } } : {}),
      evaluation: evaluation ?? null,
      isNearChance: evaluation ? warning !== undefined : null,
      ...task.report,
    });
  } finally {
    await task.close();
  }
}

/** From which probability on each label is predicted, by the data that were held out. Kept with the model. */
async function findThresholds<Input>(
  model: TrainingTask<Input>["model"],
  heldOut: Dataset<Input>,
  { output, signal }: CommandContext,
): Promise<void> {
  const { fitThresholds } = await import("../training/fit-thresholds.js");
  const { items, macroF1Before, macroF1 } = await fitThresholds(model, heldOut, { signal });
  output.note(
    `a threshold for each label was found on the ${items} held-out items: macro F1 there ${macroF1.toFixed(3)} (0.5 for all: ${macroF1Before.toFixed(3)}), which other data will hardly reach`,
  );
}

interface Trained extends TaskRun {
  readonly outcome: Outcome;
  readonly measured: ModelCardFacts["measured"];
  readonly seed: number;
}

/** All that is written beside the model. */
async function filesOf<Input>(
  { model, train: dataset, unlabelled, maxLength }: TrainingTask<Input>,
  { outcome, measured, seed, options, target, kind, log }: Trained,
): Promise<TrainFiles> {
  const { packageManifest } = await import("../system/package-files.js");
  const { dataSha256 } = await import("./train-files.js");
  const { labelCounts } = await import("./train-report.js");
  const { recipe, why, state, args } = outcome;
  const { outputDir: _, overwriteOutputDir: __, resumeFromCheckpoint: ___, ...kept } = args;
  const input =
    kind === "text"
      ? { text: options.textColumn, pairColumn: options.pairColumn, maxSeqLen: options.maxSeqLen }
      : { imageColumn: options.imageColumn };
  const rule = model.outOfScope;
  const data = {
    ...{ name: dataName(options.data), sha256: await dataSha256(options.data) },
    ...{ trainItems: dataset.length, unlabelled: unlabelled?.length ?? 0 },
  };
  const card: ModelCardFacts = {
    ...{ name: basename(target), kind, task: model.task, architecture: model.architecture, parameterCount: model.parameterCount },
    ...{ base: options.model, labels: model.labels, counts: labelCounts(dataset, model.labels, model.task) },
    ...{ recipe, why, seed, arguments: kept, input, data, measured, maxLength, version: packageManifest().version },
    outOfScope: rule && { label: rule.label, score: rule.score, threshold: rule.threshold },
  };
  const metrics = { trainLoss: outcome.report["trainLoss"] ?? null, measured: measured ?? null, data, recipe, seed };
  return { record: { recipe, input, arguments: kept }, state, metrics, card, log };
}

/** Finds when the model is not to answer, where the data say what is out of scope. The model goes by it, and is saved with it. */
async function ruleOfScope<Input>(
  { model, train: labelled, evaluation: validation, outOfScope }: TrainingTask<Input>,
  { isSolved, context: { output, signal } }: { readonly isSolved: boolean; readonly context: CommandContext },
): Promise<OutOfScopeRule | undefined> {
  if (!outOfScope) return undefined;
  const { fitOutOfScope } = await import("../training/fit-out-of-scope.js");
  const { label, items } = outOfScope;
  const rule = await fitOutOfScope(model, { labelled, outOfScope: items, validation, label, signal });
  const { auroc, inScopeAccuracy, outOfScopeRecall } = rule.heldOut;
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  if (!isSolved && !validation) {
    // Figures of texts that the weights were trained on would say how well these are remembered.
    output.note(
      `out of scope by ${rule.score}: the threshold was found on texts that the model was trained on, so nothing is known of how well it does; give --eval-data or --eval-split for a better one, and its figures`,
    );
    return rule;
  }
  output.note(
    `out of scope by ${rule.score} (AUROC ${percent(auroc)}): of texts held out ${percent(inScopeAccuracy)} of those in scope are answered right, ${percent(outOfScopeRecall)} of the others are called "${label}"`,
  );
  return rule;
}

/** Refuses what can be seen to be wrong without the data. */
function checkCombinations(options: GivenTrainOptions): void {
  const { model, architecture, channels, evalStrategy = "no", evalData, evalSplit, outOfScopeLabel } = options;
  if (model === WORDS_ALONE)
    throw new UsageError(
      `--model ${WORDS_ALONE} goes by the texts' words alone, for baal select, label and hygiene; there are no weights in it to train or to save: give train (in baal.yaml under "train:") an encoder's folder or hub id, such as ${DEFAULT_ENCODER}.`,
    );
  if (outOfScopeLabel !== undefined && (taskOf(options) ?? "single") !== "single")
    throw new UsageError("--out-of-scope-label is for models of one label an item; leave it out.");

  if (evalStrategy !== "no" && evalData === undefined && evalSplit === undefined) {
    throw new UsageError("--eval-strategy needs data to evaluate with: give --eval-data or --eval-split.");
  }
  if (model === undefined && architecture === undefined) {
    throw new UsageError(
      "A model to start from is needed: give --model, or --architecture for an image network from random weights.",
    );
  }
  if (channels !== undefined && architecture === undefined) {
    throw new UsageError("--channels is for networks from random weights: give --architecture, or leave it to the model.");
  }
}

async function startingPoint(
  { model }: GivenTrainOptions,
  pretrained: FromPretrainedOptions,
): Promise<{ readonly kind: ModelKind; readonly folder: string | undefined }> {
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  return model === undefined ? { kind: "image", folder: undefined } : findClassifier(model, pretrained);
}

/** Saving replaces the whole folder: it must be new, or a model that the user gives up. */
function checkedOutput({ output, overwriteOutputDir, resumeFromCheckpoint }: GivenTrainOptions): string {
  const target = resolve(output);
  if (!existsSync(target)) return target;
  const isModel =
    ["model.safetensors", "onnx"].some((name) => existsSync(join(target, name))) && existsSync(join(target, "config.json"));
  if (!isModel && (!statSync(target).isDirectory() || readdirSync(target).length > 0)) {
    throw new BaalError(
      "E_ARGUMENT",
      `--output ${target} holds something else than a model and is left alone: choose another folder.`,
    );
  }
  if (isModel && !overwriteOutputDir && resumeFromCheckpoint === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `--output ${target} exists already: choose another folder, or replace it with --overwrite-output-dir.`,
    );
  }
  return target;
}

/** Trains by the arguments, with a bar of the steps. A checkpoint is spoken of when training ends early, where it is of use. */
async function trainVisibly<Input>(
  trainer: BaalTrainer<Input>,
  { unlabelled, items }: TrainingTask<Input>,
  { context: { output, signal }, bar }: { readonly context: CommandContext; readonly bar: ReturnType<typeof trainingBar> },
): Promise<Outcome> {
  if (unlabelled && unlabelled.length > 0) output.note(`${unlabelled.length} ${items} without a label are left out`);
  let checkpoint: number | undefined;
  const onProgress = (event: TrainerProgress) => {
    if (event.type === "save") checkpoint = event.step;
    bar.show(event);
  };
  try {
    const { globalStep, trainingLoss, metrics, state } = await trainer.train(undefined, { signal, onProgress });
    return {
      ...{ recipe: "plain", state, args: givenArguments(trainer.args) },
      text: `trained ${globalStep} steps, mean loss ${trainingLoss.toFixed(4)}`,
      report: {
        ...{ recipe: "plain", steps: globalStep, epochs: metrics["epoch"], trainLoss: trainingLoss },
        seconds: metrics["trainRuntime"],
      },
    };
  } catch (error) {
    bar.stop();
    if (checkpoint !== undefined) {
      output.note(`the last checkpoint is of step ${checkpoint}: the same command with --resume-from-checkpoint continues there`);
    }
    throw error;
  } finally {
    bar.stop();
  }
}

/** The arguments that are not the usual ones, and those that a training from this model begins with. */
function givenArguments(args: ResolvedTrainingArguments): TrainingArguments {
  const usual = resolveTrainingArguments();
  const differs = (name: keyof ResolvedTrainingArguments) => JSON.stringify(args[name]) !== JSON.stringify(usual[name]);
  const names = (Object.keys(args) as (keyof ResolvedTrainingArguments)[]).filter((name) => KEPT.has(name) || differs(name));
  return Object.fromEntries(names.map((name) => [name, args[name]]));
}

function summary(target: string, text: string, evaluation: Readonly<Record<string, number>> | undefined): string {
  const metrics = Object.entries(evaluation ?? {}).map(([name, value]) => `evaluation ${name} ${value.toFixed(4)}`);
  const lines = [text, ...metrics, `saved to ${target}`];
  return [...lines, `next: baal predict --model ${target} --data <path> --output <file>`].join("\n");
}
