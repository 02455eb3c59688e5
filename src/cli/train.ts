import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { EncodedText } from "../data/dataset.js";
import { BaalError } from "../errors.js";
import type { BaalTrainer, TrainResult } from "../training/baal-trainer.js";
import type { TrainerProgress } from "../training/trainer-progress.js";
import { baseCommand, type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import type { Progress } from "./progress.js";
import { addTrainOptions, type TrainOptions, trainerArguments } from "./train-options.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** `baal train`: fine-tunes a text classifier on a file of labelled texts. */
export function trainCommand(): Command {
  return addTrainOptions(baseCommand("train", "fine-tune a text classifier on labelled texts")).action(commandAction(train));
}

async function train(options: TrainOptions, context: CommandContext): Promise<void> {
  const { TextClassifier } = await import("../models/text-classifier.js");
  const { resolveModelFolder } = await import("../data/hub/resolve-model-folder.js");
  const { BaalTrainer } = await import("../training/baal-trainer.js");
  const { resolveTrainingArguments } = await import("../training/resolve-training-arguments.js");
  const { encodeRows, readTrainingRows, trainingLabels } = await import("./training-data.js");
  const { output, signal } = context;
  const target = checkedOutput(options);
  const args = { ...trainerArguments(options), outputDir: `${target}.checkpoints` };
  const { seed } = checkUsage(() => resolveTrainingArguments(args));
  const wantsEvaluation = options.evalStrategy !== undefined && options.evalStrategy !== "no";
  if (wantsEvaluation && options.evalData === undefined && options.evalSplit === undefined) {
    throw new UsageError("--eval-strategy needs data to evaluate with: give --eval-data or --eval-split.");
  }

  const rows = await readTrainingRows(options, seed);
  if (rows.unlabelled > 0) output.note(`${rows.unlabelled} rows without a label are left out`);
  const pretrained = pretrainedOptions(options, context);
  const folder = await resolveModelFolder(options.model, pretrained);
  const labels = await trainingLabels(folder, rows.labels);
  const model = await TextClassifier.fromPretrained(folder, { ...pretrained, labels, seed });
  const source = { tokenizer: model.tokenizer, labels };
  const trainDataset = encodeRows(rows.train, options, source);
  const evalDataset = rows.evaluation && encodeRows(rows.evaluation, options, source);
  const trainer = new BaalTrainer({ model, args, trainDataset, ...(evalDataset && { evalDataset }) });
  output.note(`training on ${trainDataset.length} texts with ${labels.length} labels`);

  const { globalStep, trainingLoss, metrics } = await trainVisibly(trainer, context);
  const evaluation = evalDataset && (await trainer.evaluate(undefined, { signal }));
  await trainer.saveModel(target);
  output.result(summary(target, { globalStep, trainingLoss, evaluation }), {
    output: target,
    labels,
    trainItems: trainDataset.length,
    evalItems: evalDataset?.length ?? 0,
    steps: globalStep,
    epochs: metrics["epoch"],
    trainLoss: trainingLoss,
    evaluation: evaluation ?? null,
    seconds: metrics["trainRuntime"],
  });
}

/** Saving replaces the whole folder: it must be new, or a model that the user gives up. */
function checkedOutput({ output, overwriteOutputDir, resumeFromCheckpoint }: TrainOptions): string {
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

/** Trains with a bar of the steps. A checkpoint is spoken of when training ends early, where it is of use. */
async function trainVisibly(trainer: BaalTrainer<EncodedText>, { output, signal }: CommandContext): Promise<TrainResult> {
  let progress: Progress | undefined;
  let checkpoint: number | undefined;
  const onProgress = (event: TrainerProgress) => {
    if (event.type === "save") checkpoint = event.step;
    if (event.type !== "train") return;
    progress ??= output.progress("training", event.totalSteps);
    progress.update(event.step, `epoch ${event.epoch.toFixed(2)}, loss ${event.loss.toFixed(4)}`);
  };
  try {
    const result = await trainer.train(undefined, { signal, onProgress });
    progress?.stop();
    return result;
  } catch (error) {
    progress?.stop();
    if (checkpoint !== undefined) {
      output.note(`the last checkpoint is of step ${checkpoint}: the same command with --resume-from-checkpoint continues there`);
    }
    throw error;
  }
}

interface Outcome {
  readonly globalStep: number;
  readonly trainingLoss: number;
  readonly evaluation: Readonly<Record<string, number>> | undefined;
}

function summary(target: string, { globalStep, trainingLoss, evaluation }: Outcome): string {
  const metrics = Object.entries(evaluation ?? {}).map(([name, value]) => `evaluation ${name} ${value.toFixed(4)}`);
  const lines = [`trained ${globalStep} steps, mean loss ${trainingLoss.toFixed(4)}`, ...metrics, `saved to ${target}`];
  return [...lines, `next: baal predict --model ${target} --data <file> --output <file>`].join("\n");
}
