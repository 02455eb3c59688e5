import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { OutOfScopeRule } from "../models/out-of-scope/rule.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { BaalTrainer } from "../training/baal-trainer.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import { withStandardInput } from "./standard-streams.js";
import { type Outcome, trainingBar, trainTaskByRecipe } from "./train-by-recipe.js";
import { addTrainOptions, saysHowToTrain, type TrainOptions, trainerArguments } from "./train-options.js";
import type { TrainingTask } from "./training-data.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** `baal train`: fine-tunes a classifier on labelled texts or images. */
export function trainCommand(command: Command): Command {
  return addTrainOptions(command).action(
    commandAction((options: TrainOptions, context) => withStandardInput(options, (own) => train(own, context))),
  );
}

async function train(options: TrainOptions, context: CommandContext): Promise<void> {
  const { resolveTrainingArguments } = await import("../training/resolve-training-arguments.js");
  const target = checkedOutput(options);
  const args = { ...trainerArguments(options), outputDir: `${target}.checkpoints` };
  const { seed } = checkUsage(() => resolveTrainingArguments(args));
  checkCombinations(options);
  const pretrained = pretrainedOptions(options, context);
  const { kind, folder } = await startingPoint(options, pretrained);
  const task = { ...context, pretrained, seed };
  if (kind === "image" || folder === undefined) {
    if (options.outOfScopeLabel !== undefined) throw new UsageError("--out-of-scope-label is for texts; leave it out.");
    const { imageTrainingTask } = await import("./train-images.js");
    return trainTask(await imageTrainingTask(options, folder, task), { args, target, context, isByRecipe: false });
  }
  const { model, data, imageColumn, imageSize, augment } = options;
  const imageOptions = { "--image-column": imageColumn, "--image-size": imageSize, "--augment": augment };
  const { checkTextData } = await import("./model-options.js");
  await checkTextData({ model, data, imageOptions });
  const { textTrainingTask } = await import("./training-data.js");
  const isByRecipe = !saysHowToTrain(options);
  return trainTask(await textTrainingTask(options, folder, task), { args, target, context, isByRecipe });
}

interface TaskRun {
  readonly args: TrainingArguments;
  /** Where the model goes. */
  readonly target: string;
  readonly context: CommandContext;
  /** Whether the number of labels says how to train. */
  readonly isByRecipe: boolean;
}

async function trainTask<Input>(task: TrainingTask<Input>, run: TaskRun): Promise<void> {
  const { args, target, context, isByRecipe } = run;
  const { BaalTrainer } = await import("../training/baal-trainer.js");
  const { output, signal } = context;
  const { model, train: trainDataset, evaluation: evalDataset, items } = task;
  const { labels } = model;
  try {
    const trainer = new BaalTrainer({ model, args, trainDataset, evalDataset });
    output.note(`training on ${trainDataset.length} ${items} with ${labels.length} labels`);
    const byRecipe = isByRecipe ? await trainTaskByRecipe(task, { seed: trainer.args.seed, context }) : undefined;
    const { text, report } = byRecipe ?? (await trainVisibly(trainer, task, context));
    const evaluation = evalDataset && (await trainer.evaluate(undefined, { signal }));
    const rule = await ruleOfScope(task, { isSolved: report["recipe"] === "solvedHead", context });
    await trainer.saveModel(target);
    const textsCut = task.textsCut?.();
    if (textsCut) output.note(`${textsCut} texts were longer than the model or --max-seq-len allows, and were cut`);
    output.result(summary(target, text, evaluation), {
      output: target,
      labels,
      trainItems: trainDataset.length,
      evalItems: evalDataset?.length ?? 0,
      ...{ ...report, textsCut },
      ...(rule ? { outOfScope: { label: rule.label, score: rule.score, threshold: rule.threshold, ...rule.heldOut } } : {}),
      evaluation: evaluation ?? null,
      ...task.report,
    });
  } finally {
    await task.close();
  }
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
  output.note(
    `out of scope by ${rule.score} (AUROC ${percent(auroc)}): of texts held out ${percent(inScopeAccuracy)} of those in scope are answered right, ${percent(outOfScopeRecall)} of the others are called "${label}"`,
  );
  if (!isSolved && !validation)
    output.note(
      "the threshold was found on texts that the model was trained on: give --eval-data or --eval-split for a better one",
    );
  return rule;
}

/** Refuses what can be seen to be wrong without the data. */
function checkCombinations({ model, architecture, channels, evalStrategy = "no", evalData, evalSplit }: TrainOptions): void {
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
  { model }: TrainOptions,
  pretrained: FromPretrainedOptions,
): Promise<{ readonly kind: ModelKind; readonly folder: string | undefined }> {
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  return model === undefined ? { kind: "image", folder: undefined } : findClassifier(model, pretrained);
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

/** Trains by the arguments, with a bar of the steps. A checkpoint is spoken of when training ends early, where it is of use. */
async function trainVisibly<Input>(
  trainer: BaalTrainer<Input>,
  { unlabelled, items }: TrainingTask<Input>,
  { output, signal }: CommandContext,
): Promise<Outcome> {
  if (unlabelled && unlabelled.length > 0) output.note(`${unlabelled.length} ${items} without a label are left out`);
  const bar = trainingBar(output);
  let checkpoint: number | undefined;
  const onProgress = (event: TrainerProgress) => {
    if (event.type === "save") checkpoint = event.step;
    bar.show(event);
  };
  try {
    const { globalStep, trainingLoss, metrics } = await trainer.train(undefined, { signal, onProgress });
    return {
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

function summary(target: string, text: string, evaluation: Readonly<Record<string, number>> | undefined): string {
  const metrics = Object.entries(evaluation ?? {}).map(([name, value]) => `evaluation ${name} ${value.toFixed(4)}`);
  const lines = [text, ...metrics, `saved to ${target}`];
  return [...lines, `next: baal predict --model ${target} --data <path> --output <file>`].join("\n");
}
