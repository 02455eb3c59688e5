import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../errors.js";
import type { TrainerProgress } from "../training/trainer-progress.js";
import { baseCommand, type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import type { Output } from "./output.js";
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
  const source = { tokenizer: model.tokenizer, labels, task: rows.task };
  const trainDataset = encodeRows(rows.train, options, source);
  const evalDataset = rows.evaluation && encodeRows(rows.evaluation, options, source);
  const loss = rows.task === "multiLabel" ? "binaryCrossEntropy" : "crossEntropy";
  const trainer = new BaalTrainer({ model, args: { ...args, loss }, trainDataset, ...(evalDataset && { evalDataset }) });
  output.note(`training on ${trainDataset.length} texts with ${labels.length} labels`);

  const display = trainingDisplay(output);
  const { globalStep, trainingLoss, metrics } = await trainer
    .train(undefined, { signal, onProgress: display.listen })
    .finally(display.stop);
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

/** Saving replaces the whole folder, so it must be new unless the user says otherwise. */
function checkedOutput({ output, overwriteOutputDir, resumeFromCheckpoint }: TrainOptions): string {
  const target = resolve(output);
  if (existsSync(target) && !overwriteOutputDir && resumeFromCheckpoint === undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `--output ${target} exists already: choose another folder, or replace it with --overwrite-output-dir.`,
    );
  }
  return target;
}

function trainingDisplay(output: Output): { readonly listen: (event: TrainerProgress) => void; readonly stop: () => void } {
  let progress: Progress | undefined;
  return {
    listen(event) {
      if (event.type === "save") output.note(`checkpoint ${event.path}`);
      if (event.type !== "train") return;
      progress ??= output.progress("training", event.totalSteps);
      progress.update(event.step, `epoch ${event.epoch.toFixed(2)}, loss ${event.loss.toFixed(4)}`);
    },
    stop: () => progress?.stop(),
  };
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
