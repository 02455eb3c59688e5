import type { BayesianModel, LastLayer, LossName } from "../core/bayesian-model.js";
import { entriesOf } from "../core/check-targets.js";
import type { Dataset, Target } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { LOSS_OF_TASK, TASK_OF_LOSS, type Task } from "../core/task.js";
import type { ModelSource } from "../models/graph/graph-classifier.js";
import { resolveTrainingArguments } from "./resolve-training-arguments.js";
import type { TrainResult } from "./run-training.js";
import type { ResolvedTrainingArguments, TrainingArguments } from "./training-arguments.js";

/**
 * `"solvedHead"`: the last layer is solved on the encoder's features ({@link solveLastLayer}); `"fineTuning"`: all of the model is trained from
 * there, if that does better on labels held out; `"contrastive"`: the encoder is trained by comparing the texts of a batch
 * (`trainContrastively`) under the same condition; `"plain"`: trained by the arguments as they are.
 */
export type TrainingRecipe = "solvedHead" | "fineTuning" | "contrastive" | "plain";

/** What to do with a model and its labels. */
export interface TrainingAdvice {
  readonly recipe: TrainingRecipe;
  /** One sentence. */
  readonly why: string;
  /** Of the training by steps, where there is one. */
  readonly args: TrainingArguments;
}

/** What is known of a model that a recipe is to be found for; a text classifier has all of it. */
export interface ModelTraits {
  readonly labels: readonly string[];
  readonly source?: ModelSource | undefined;
  readonly lastLayer?: LastLayer | undefined;
  readonly hasFreshHead?: boolean | undefined;
  readonly task?: Task | undefined;
  /** Parameter names by layer, from the input to the output. */
  readonly parameterLayers?: readonly (readonly string[])[] | undefined;
  /** How a text's vector is made of its tokens'; only models of texts have one. */
  readonly pooling?: unknown;
}

/** A model that may tell so much of itself. */
export type AdvisedModel<Input> = BayesianModel<Input> & ModelTraits;

/**
 * From so many labels on fine-tuning is tried: with all-MiniLM-L6-v2 on intents of CLINC-OOS it is worth about a point over the head solved on the same
 * labels at 8 labels a class; of fewer than 100 labels too few can be held out to tell whether it helped.
 */
const FINE_TUNE = { perClass: 8, labels: 100 } as const;

/** Fewer teach a fresh layer little at the usual rates, however few the labels are. */
const LEARNING_STEPS = 200;

/** Up to so many labels the lower half of the layers stays as it is: as accurate, and a training step takes less than half the time. */
const HALF_UNTIL = 2000;

/**
 * Linear probing, then fine-tuning (Kumar et al. 2022, arXiv:2202.10054), at the rates and lengths that learn from few labels. The head has been
 * solved, so that half the steps of a fresh one do.
 */
const FINE_TUNING: TrainingArguments = { batchSize: 16, learningRate: 1e-4, warmupRatio: 0.1, minSteps: 100 };

/** Up to so many labels two epochs do, which of 150 intents at 8 labels a class leave 0.4 points to a third. */
function fineTuning(labels: number): TrainingArguments {
  return labels > HALF_UNTIL ? FINE_TUNING : { ...FINE_TUNING, numTrainEpochs: 2 };
}

/**
 * How a model is best trained on a data set, by the number of its labels, whatever its task. Items without any are not counted. A recipe is given to
 * pretrained models of texts whose last layer is fresh; other models, and losses that are not the task's own, are trained by their arguments
 * (`"plain"`), and `why` says so.
 *
 * @example
 * ```ts with=text
 * import { recommendTraining } from "baaljs";
 *
 * const { recipe, why, args } = recommendTraining(model, active);
 * console.log(recipe, why, args.minSteps);
 * ```
 */
export function recommendTraining(
  model: ModelTraits,
  dataset: Dataset<unknown>,
  { loss = LOSS_OF_TASK[model.task ?? "single"] }: { readonly loss?: LossName | undefined } = {},
): TrainingAdvice {
  const reason = reasonAgainst(model, loss);
  if (reason !== undefined)
    return { recipe: "plain", why: `${reason}, so all of it is trained by the training arguments.`, args: {} };
  const classes = model.labels.length;
  const task = TASK_OF_LOSS[loss];
  const known = labelledPositions(dataset, task);
  const labels = known.length;
  const { counted, isEnough } = COUNTS[task](
    known.map((position) => dataset.at(position).target!),
    classes,
  );
  const solved = "the last layer is solved on what the encoder makes of the texts";
  if (labels >= FINE_TUNE.labels && isEnough) {
    const why = `${counted} are enough to hold some out: ${solved}, and fine-tuning that begins there is kept if it does better on those.`;
    return { recipe: "fineTuning", why, args: { ...fineTuning(labels), fineTune: layersToTrain(model, labels) } };
  }
  const perLabel = task === "multi" ? ` with ${FINE_TUNE.perClass} a label on average` : "";
  const bound = `${task === "single" ? Math.max(FINE_TUNE.labels, FINE_TUNE.perClass * classes) : FINE_TUNE.labels}`;
  const better = model.pooling === "pooler" ? ", and a sentence encoder such as all-MiniLM-L6-v2 would make more of them" : "";
  const why = `${counted} are few: ${solved}, in seconds${better}; fine-tuning is tried from ${bound} ${task === "single" ? "labels" : "labelled items"}${perLabel} on.`;
  return { recipe: "solvedHead", why, args: {} };
}

/** What there is to learn from, in words, and whether it is enough of each class. */
const COUNTS: Readonly<
  Record<
    Task,
    (targets: readonly NonNullable<Target>[], classes: number) => { readonly counted: string; readonly isEnough: boolean }
  >
> = {
  single: (targets, classes) => ({
    counted: `${targets.length} labels of ${classes} classes`,
    isEnough: targets.length >= FINE_TUNE.perClass * classes,
  }),
  multi(targets, labels) {
    const there = targets.flatMap(entriesOf).filter((entry) => entry !== null && entry >= 0.5).length;
    return {
      counted: `${targets.length} items with ${there} of ${labels} labels`,
      isEnough: there >= FINE_TUNE.perClass * labels,
    };
  },
  regression: (targets) => ({ counted: `${targets.length} items with their numbers`, isEnough: true }),
};

/**
 * The advice to train by a recipe that somebody chose, whatever the number of labels. Throws `E_ARGUMENT` for a model that the recipe is not for.
 */
export function adviseRecipe(
  recipe: TrainingRecipe,
  model: ModelTraits,
  dataset: Dataset<unknown>,
  { loss = LOSS_OF_TASK[model.task ?? "single"] }: { readonly loss?: LossName | undefined } = {},
): TrainingAdvice {
  const chosen = `The recipe "${recipe}" was chosen.`;
  if (recipe === "plain") return { recipe, why: chosen, args: {} };
  const reason = reasonAgainst(model, loss);
  if (reason !== undefined) {
    throw new BaalError(
      "E_ARGUMENT",
      `The recipe "${recipe}" begins with a last layer that is solved. ${reason}: choose "plain".`,
    );
  }
  if (recipe === "solvedHead") return { recipe, why: chosen, args: {} };
  const labels = labelledPositions(dataset, TASK_OF_LOSS[loss]).length;
  const fineTune = layersToTrain(model, labels);
  return {
    recipe,
    why: `${chosen} It is kept if it does better on labels that are held out.`,
    args: { ...fineTuning(labels), fineTune },
  };
}

/** How many of the last layers are trained with so many labels. */
function layersToTrain({ parameterLayers }: ModelTraits, labels: number): number | "all" {
  if (parameterLayers === undefined || labels > HALF_UNTIL) return "all";
  return Math.ceil(parameterLayers.length / 2);
}

/** Of the loss of guessing: a training whose mean loss is higher has hardly begun to learn. */
const NEAR_CHANCE = 0.85;

/**
 * To be said after a training with the usual rate and epochs that has left a fresh head near chance for want of steps; otherwise `undefined`.
 * Goes by the mean loss of the steps, which costs nothing.
 */
export function remarkNearChance(
  { labels, hasFreshHead }: ModelTraits,
  { loss, learningRate, maxSteps, minSteps, posWeight, sampler }: ResolvedTrainingArguments,
  { globalStep, trainingLoss }: Pick<TrainResult, "globalStep" | "trainingLoss">,
  targets: readonly NonNullable<Target>[] = [],
): string | undefined {
  const usual = resolveTrainingArguments();
  const isUsual = learningRate === usual.learningRate && maxSteps === usual.maxSteps && minSteps === usual.minSteps;
  const task = TASK_OF_LOSS[loss];
  // Other losses, and items drawn otherwise, have another loss of guessing.
  const isPlain = loss === LOSS_OF_TASK[task] && posWeight === undefined && sampler === "instance";
  const { chance, guess } = CHANCES[task](targets, labels.length);
  if (!hasFreshHead || !isUsual || !isPlain || globalStep >= LEARNING_STEPS || !(trainingLoss > NEAR_CHANCE * chance))
    return undefined;
  return `${globalStep} steps have taught a fresh last layer next to nothing: the mean loss is ${trainingLoss.toFixed(2)}, that of ${guess} ${chance.toFixed(2)}. Give at least ${LEARNING_STEPS} steps (minSteps) and a rate of 1e-4 or more (learningRate); or, behind a pretrained encoder of texts, have it solved: trainByRecipe, or \`baal train\` without training arguments.`;
}

/** The loss of who knows the targets' shares or mean, and nothing of the items. */
const CHANCES: Readonly<
  Record<Task, (targets: readonly NonNullable<Target>[], outputs: number) => { readonly chance: number; readonly guess: string }>
> = {
  single: (_, classes) => ({ chance: Math.log(classes), guess: `guessing among ${classes} classes` }),
  multi: (targets, labels) => ({
    chance: meanOverEntries(targets, labels, (share) =>
      share <= 0 || share >= 1 ? 0 : -share * Math.log(share) - (1 - share) * Math.log(1 - share),
    ),
    guess: "knowing how common each label is",
  }),
  regression: (targets, outputs) => ({
    chance: meanOverEntries(
      targets,
      outputs,
      (mean, entries) => entries.reduce((sum, y) => sum + (y - mean) ** 2, 0) / entries.length,
    ),
    guess: "giving everything the mean of the numbers",
  }),
};

/** The mean over all known entries of what `of` gives for an output's mean and entries; 0 where nothing is known. */
function meanOverEntries(
  targets: readonly NonNullable<Target>[],
  outputs: number,
  of: (mean: number, entries: readonly number[]) => number,
): number {
  let [sum, count] = [0, 0];
  for (let c = 0; c < outputs; c++) {
    const entries = targets.flatMap((target) => entriesOf(target)[c] ?? []);
    if (entries.length === 0) continue;
    sum += entries.length * of(entries.reduce((total, entry) => total + entry, 0) / entries.length, entries);
    count += entries.length;
  }
  return count === 0 ? 0 : sum / count;
}

const IS_LABELLED: Readonly<Record<Task, (target: Target) => boolean>> = {
  single: (target) => typeof target === "number" && target >= 0,
  multi: (target) => target !== undefined && entriesOf(target).some((entry) => entry !== null),
  regression: (target) => target !== undefined && entriesOf(target).every((entry) => entry !== null),
};

/** Positions of the items that have a class, a known label, or all of their numbers. */
export function labelledPositions(dataset: Dataset<unknown>, task: Task = "single"): number[] {
  return Array.from({ length: dataset.length }, (_, position) => position).filter((position) =>
    IS_LABELLED[task](dataset.at(position).target),
  );
}

function reasonAgainst({ pooling, source, lastLayer, hasFreshHead }: ModelTraits, loss: LossName): string | undefined {
  if (loss !== LOSS_OF_TASK[TASK_OF_LOSS[loss]]) return `The loss "${loss}" is one to be trained with`;
  if (pooling === undefined) return "The model is none of texts";
  if (source === undefined || source === "config") return "The model's weights are random";
  if (lastLayer === undefined) return "The model's logits do not come from a linear layer";
  if (!hasFreshHead) return "The model has a last layer for these labels already (begin at its encoder to have one solved)";
  return undefined;
}
