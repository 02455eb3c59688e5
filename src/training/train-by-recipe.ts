import type { StateDict } from "../core/bayesian-model.js";
import type { Dataset, Items } from "../core/dataset.js";
import { createDataset, itemsAt } from "../core/dataset-view.js";
import { DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import { asDataset } from "../core/items.js";
import { createRandom } from "../core/random.js";
import { LOSS_OF_TASK } from "../core/task.js";
import { type LabelDescriptions, textsOfLabels } from "../models/checkpoint/model-labels.js";
import { BaalTrainer } from "./baal-trainer.js";
import { type ContrastiveModel, trainContrastively } from "./contrastive/train-contrastive.js";
import { crossValidate, type Fold, foldsOf, type HeldOutComparison, isBetter } from "./cross-validate.js";
import type { ThresholdModel } from "./fit-thresholds.js";
import { type HeldOutAnswers, heldOutAnswers, heldOutThresholds } from "./held-out-thresholds.js";
import {
  type AdvisedModel,
  labelledPositions,
  recommendTraining,
  type TrainingAdvice,
  type TrainingRecipe,
} from "./recommend-training.js";
import { resolveTrainingArguments } from "./resolve-training-arguments.js";
import type { TrainResult, WorkOptions } from "./run-training.js";
import { type SolvableModel, type SolveResult, solveLastLayer } from "./solve-last-layer.js";
import { planTraining } from "./training-plan.js";

/** What a training by recipe is given beside the labelled items. */
export interface RecipeOptions<Input> extends WorkOptions {
  /** Items without a label, beside those of the data set itself. They count as far as cross-validation on the labels says. */
  readonly unlabelled?: Items<Input> | undefined;
  /** The classes' names as texts. By default the labels where they are words, `pay_bill` as "pay bill"; `false`: none. */
  readonly names?: readonly string[] | false | undefined;
  /** Sentences about classes, by label, which stand beside the names. */
  readonly labelDescriptions?: LabelDescriptions | undefined;
  /** Chooses what is held out, and keys the training. 42 by default. */
  readonly seed?: number | undefined;
  /** What to do; by default what {@link recommendTraining} says. */
  readonly advice?: TrainingAdvice | undefined;
}

/** What {@link trainByRecipe} did. */
export interface RecipeResult {
  /** What the model has become: `"solvedHead"` also where fine-tuning was tried and not kept. */
  readonly recipe: TrainingRecipe;
  /** What was chosen before it began, and why. */
  readonly advice: TrainingAdvice;
  /** Of the last layer that the model has, or that its fine-tuning began at. */
  readonly solved?: SolveResult | undefined;
  /** Whether the classes' names took part. */
  readonly withNames: boolean;
  /** Of the fine-tuning that was kept, or the plain training. */
  readonly trained?: TrainResult | undefined;
  /** Loss and other figures on the labels that were held out, where a training by steps was tried. */
  readonly heldOut?: HeldOutComparison | undefined;
  /** Of labels that are each predicted by itself: the model's thresholds, found on what was held out, where that was enough. */
  readonly thresholds?: readonly number[] | undefined;
}

/** Of fewer items too few can be held out to find thresholds on. */
const THRESHOLDS_FROM = 100;

/** Up to so many labels a kept fine-tuning is done again with those held out, which few labels cannot spare. */
const AGAIN_UNTIL = 2000;
/** Up to so many labels a class names and unlabelled items are worth having: later they change next to nothing. */
const HELP_UNTIL = 16;
/** More would take minutes, and the head would be the same. */
const MOST = { labelled: 20_000, unlabelled: 10_000 } as const;

/**
 * Trains a model as {@link recommendTraining} says, with no argument to choose: for one label an item, several, or numbers. With few labels the last layer is solved, in seconds, with the
 * classes' names and the unlabelled items as far as these help: cross-validation on the labels says. With enough labels fine-tuning begins at that
 * head; it is kept where cross-entropy and accuracy on labels held out say so: on all of them in two folds, or of many on a fifth, which
 * costs about one training more.
 *
 * For one label an item the model gets the calibrator that makes the probabilities of held-out labels right, from two labels a class on.
 *
 * Of labels that are each predicted by itself, and of numbers, names and items without a label have no part; the first also get thresholds, found on what is
 * held out, from 100 items on. What is kept is judged by the mean average precision, or by R2, in place of the accuracy.
 *
 * Throws `E_DATA` where no item has a class, and what {@link solveLastLayer} and `BaalTrainer.train` throw.
 *
 * @example
 * ```ts with=text
 * import { trainByRecipe } from "baaljs";
 *
 * const { recipe, advice, solved } = await trainByRecipe(model, active, { unlabelled: active.pool });
 * console.log(recipe, advice.why, solved?.pseudoWeight);
 * ```
 */
export async function trainByRecipe<Input>(
  model: AdvisedModel<Input>,
  items: Items<Input>,
  options: RecipeOptions<Input> = {},
): Promise<RecipeResult> {
  const { seed = DEFAULT_SEED, signal, onProgress } = options;
  const { task = "single" } = model;
  const loss = LOSS_OF_TASK[task];
  const dataset = asDataset(items, { model, name: "trainByRecipe", loss });
  const labelled = labelledPositions(dataset, task);
  if (labelled.length === 0)
    throw new BaalError("E_DATA", "No item has a class: a recipe needs labels. solveLastLayer with names needs none.");
  const advice = options.advice ?? recommendTraining(model, dataset);
  const all = itemsAt(dataset, labelled);
  if (advice.recipe === "plain" || !isSolvable(model)) {
    const trainer = new BaalTrainer({ model, args: { ...advice.args, seed } });
    return { recipe: "plain", advice, withNames: false, trained: await trainer.train(all, { signal, onProgress }) };
  }

  const random = createRandom(seed);
  const isSingle = task === "single";
  if (!isSingle) checkNoHelp(options, task);
  const isAsked = options.names !== undefined || options.labelDescriptions !== undefined;
  const hasFew = all.length <= HELP_UNTIL * model.labels.length;
  const evidence = {
    names: isSingle && (isAsked || hasFew) ? nameItems(model, options) : undefined,
    unlabelled: isSingle && hasFew ? unlabelledItems(model, dataset, options, seed) : undefined,
  };
  const solve = (part: Dataset<Input>, { isCalibrated }: { readonly isCalibrated: boolean }) => {
    const some = part.length <= MOST.labelled ? part : itemsAt(part, random.shuffled(positionsOf(part)).slice(0, MOST.labelled));
    return solveLastLayer(model, some, isSingle ? { ...evidence, isCalibrated, signal } : { loss, signal });
  };
  const isTuned = task === "multi" && all.length >= THRESHOLDS_FROM;
  const tune = (thresholds: readonly number[]) => {
    const tuned: ThresholdModel<Input> = model;
    tuned.thresholds = thresholds;
    return thresholds;
  };
  if (advice.recipe === "solvedHead") {
    const order = random.shuffled(positionsOf(all));
    const found = isTuned ? await heldOutThresholds(model, foldsOf(all, order, { task }), { loss, signal }) : undefined;
    const solved = await solve(all, { isCalibrated: true });
    return { recipe: "solvedHead", advice, withNames: solved.withNames, solved, thresholds: found && tune(found) };
  }

  const { recipe } = advice;
  const { totalSteps } = planTraining(all.length, resolveTrainingArguments(advice.args));
  /** Goes on from a head that has been solved; of a part of the items with a part of the steps, so that all are tried as they are trained. */
  const train = async (part: Dataset<Input>, { withNames }: SolveResult): Promise<TrainResult> => {
    const maxSteps = Math.max(1, Math.round((totalSteps * part.length) / all.length));
    const args = { ...advice.args, minSteps: 0, maxSteps, seed };
    if (recipe !== "contrastive" || !isContrastive(model)) {
      const examples = withNames && evidence.names ? withMore(part, evidence.names, all) : part;
      return new BaalTrainer({ model, args }).train(examples, { signal, onProgress });
    }
    return trainContrastively(model, part, { args, head: evidence, signal, onProgress });
  };
  const answers = { solvedHead: heldOutAnswers(), fineTuned: heldOutAnswers() };
  const evaluate = (part: Dataset<Input>, { computeMetrics }: HeldOutAnswers) =>
    new BaalTrainer({ model, computeMetrics }).evaluate(part, { signal });
  const start = copyOf(model.stateDict());
  const folds = foldsOf(all, random.shuffled(positionsOf(all)), { task });
  let tried: { readonly solved: SolveResult; readonly trained: TrainResult } | undefined;
  const judge = async ({ kept, held }: Fold<Input>) => {
    model.loadStateDict(start);
    const solved = await solve(kept, { isCalibrated: false });
    const solvedHead = await evaluate(held, answers.solvedHead);
    tried = { solved, trained: await train(kept, solved) };
    return { solvedHead, fineTuned: await evaluate(held, answers.fineTuned) };
  };
  const heldOut = await crossValidate(folds, judge, { task });
  const isKept = heldOut.items > 0 && isBetter(heldOut);
  const thresholdsOf = ({ thresholds }: HeldOutAnswers) =>
    isTuned && heldOut.items > 0 ? tune(thresholds(model.labels.length)) : undefined;
  const calibrate = () => {
    if (isSingle && isSolvable(model)) model.calibrator = answers.fineTuned.calibrator(model.labels.length);
  };
  if (isKept && all.length > AGAIN_UNTIL && tried) {
    calibrate();
    const thresholds = thresholdsOf(answers.fineTuned);
    return { recipe, advice, withNames: tried.solved.withNames, ...tried, heldOut, thresholds };
  }
  model.loadStateDict(start);
  const solved = await solve(all, { isCalibrated: !isKept });
  const common = { advice, withNames: solved.withNames };
  if (!isKept) return { recipe: "solvedHead", ...common, solved, heldOut, thresholds: thresholdsOf(answers.solvedHead) };
  const trained = await train(all, solved);
  calibrate();
  return { recipe, ...common, solved, trained, heldOut, thresholds: thresholdsOf(answers.fineTuned) };
}

/** Throws `E_ARGUMENT` for what only helps to tell one class from the others. */
function checkNoHelp(options: Pick<RecipeOptions<never>, "names" | "labelDescriptions">, task: string): void {
  const given = (["names", "labelDescriptions"] as const).find((name) => options[name] !== undefined && options[name] !== false);
  if (given === undefined) return;
  throw new BaalError(
    "E_ARGUMENT",
    `${given} are for models of one label an item; this model's task is "${task}". Leave them out.`,
  );
}

/** Texts about the classes, as far as there are any. */
function nameItems<Input>(
  model: AdvisedModel<Input>,
  { names, labelDescriptions: descriptions }: RecipeOptions<Input>,
): Dataset<Input> | undefined {
  if (names === false || model.datasetOf === undefined) return undefined;
  const texts = textsOfLabels(model.labels, { names, descriptions });
  return texts && model.datasetOf(texts, { loss: "crossEntropy" });
}

/** Behind the items of `part` those of `more`, under indices that no item of `all` has: what helped to solve the head is not unlearned. */
function withMore<Input>(part: Dataset<Input>, more: Dataset<Input>, all: Dataset<Input>): Dataset<Input> {
  const free = 1 + positionsOf(all).reduce((highest, position) => Math.max(highest, all.at(position).index), -1);
  const inEpoch = (items: Dataset<Input>) =>
    createDataset(part.length + more.length, (n) =>
      n < part.length ? items.at(n) : { ...more.at(n - part.length), index: free + n - part.length },
    );
  return { ...inEpoch(part), inEpoch: (epoch) => inEpoch(part.inEpoch?.(epoch) ?? part) };
}

/** Those of the data set that have no label, and those given. */
function unlabelledItems<Input>(
  model: AdvisedModel<Input>,
  dataset: Dataset<Input>,
  { unlabelled }: RecipeOptions<Input>,
  seed: number,
): Dataset<Input> {
  const own = positionsOf(dataset).filter((position) => dataset.at(position).target === undefined);
  const more = unlabelled && asDataset(unlabelled, { model, name: "unlabelled" });
  const total = own.length + (more?.length ?? 0);
  const all = createDataset(total, (n) => (n < own.length ? dataset.at(own[n]!) : more!.at(n - own.length)));
  return total <= MOST.unlabelled ? all : itemsAt(all, createRandom(seed).shuffled(positionsOf(all)).slice(0, MOST.unlabelled));
}

function isSolvable<Input>(model: AdvisedModel<Input>): model is AdvisedModel<Input> & SolvableModel<Input> {
  return model.features !== undefined && model.lastLayer !== undefined;
}

function isContrastive<Input>(model: AdvisedModel<Input>): model is AdvisedModel<Input> & ContrastiveModel<Input> {
  return "createContrastiveLearner" in model && isSolvable(model);
}

function positionsOf(dataset: Dataset<unknown>): number[] {
  return Array.from({ length: dataset.length }, (_, position) => position);
}

function copyOf(state: StateDict): StateDict {
  return new Map([...state].map(([name, { dims, data }]) => [name, { dims, data: data.slice() }]));
}
