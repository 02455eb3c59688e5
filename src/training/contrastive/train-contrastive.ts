import type { BayesianModel, Learner } from "../../core/bayesian-model.js";
import type { Dataset, Items } from "../../core/dataset.js";
import { itemsAt } from "../../core/dataset-view.js";
import { BaalError } from "../../core/errors.js";
import { asDataset } from "../../core/items.js";
import type { ContrastiveLossName } from "../../engine/autodiff/losses.js";
import type { ClassMates } from "../../models/graph/contrastive-learner.js";
import type { ContrastiveOptions } from "../../models/graph/graph-classifier.js";
import { BaalTrainer } from "../baal-trainer.js";
import { labelledPositions } from "../recommend-training.js";
import { resolveTrainingArguments } from "../resolve-training-arguments.js";
import { runTraining, type TrainResult, type WorkOptions } from "../run-training.js";
import { type SolvableModel, type SolveOptions, type SolveResult, solveLastLayer } from "../solve-last-layer.js";
import { trainableNames } from "../trainable-names.js";
import type { TrainerCallback } from "../trainer-callback.js";
import { LOSS_ARGUMENTS, type TrainingArguments } from "../training-arguments.js";
import { classMates } from "./class-mates.js";

/** Training arguments that mean nothing to a loss that compares items. */
const UNUSED = [...LOSS_ARGUMENTS, ...(["sampler", "evalIterations"] as const)] as const;

/** Arguments of training that contrastive training has, too, under the same names. */
export type ContrastiveArguments = Omit<TrainingArguments, (typeof UNUSED)[number]>;

/** What differs from a trainer's defaults. */
const DEFAULTS: ContrastiveArguments = { batchSize: 16, learningRate: 2e-5, numTrainEpochs: 1, warmupRatio: 0.1 };

/** A classifier whose encoder can be trained by comparing items: each of this library's that is an ONNX graph. */
export interface ContrastiveModel<Input> extends BayesianModel<Input>, SolvableModel<Input> {
  readonly labels: readonly string[];
  task?: SolvableModel<Input>["task"];
  features: SolvableModel<Input>["features"];
  createContrastiveLearner(options: ContrastiveOptions): Promise<Learner<ClassMates<Input>>>;
}

/** Options of {@link trainContrastively}. */
export interface ContrastiveTrainOptions<Input> extends WorkOptions {
  /** A trainer's, but for a batch of 16, a rate of 2e-5, one epoch and a warm-up of a tenth. */
  readonly args?: ContrastiveArguments | undefined;
  /** `"supervisedContrastive"` by default. */
  readonly loss?: ContrastiveLossName | undefined;
  /** Of `"supervisedContrastive"`: the smaller, the more the nearest items of other classes count. 0.1 by default. */
  readonly temperature?: number | undefined;
  /** How many items of its class come into a batch with each item, 1 by default: a batch has `batchSize * (1 + mates)` items at most. */
  readonly mates?: number | undefined;
  /** How the last layer is solved in the end: with names, with unlabelled items. */
  readonly head?: Omit<SolveOptions<Input>, "signal" | "warmStart"> | undefined;
  /** Labelled items that `args.evalStrategy` measures the solved head by: early stopping and the best weights go by it. */
  readonly evalItems?: Items<Input> | undefined;
  readonly callbacks?: readonly TrainerCallback[] | undefined;
}

/** What {@link trainContrastively} came to. */
export interface ContrastiveResult extends TrainResult {
  /** Of the last layer, on the features that the training made. */
  readonly solved: SolveResult;
}

/**
 * Trains a classifier's encoder so that items of one class come to lie together and those of others apart, and then solves the last layer on
 * the features that come of it ({@link solveLastLayer}). Every item of a batch is compared with every other one, of which SetFit (Tunstall
 * et al. 2022, arXiv:2209.11055) compares pairs alone: the same texts through the encoder tell many times as much. Items without a class are left out. The run is a trainer's: AdamW, schedule, `fineTune` and `freeze`,
 * checkpoints that a run which was cut off goes on from, early stopping.
 *
 * Throws `E_DATA` where fewer than two classes have items or none has two, `E_MODEL_FORMAT` for a model without a linear last layer,
 * `E_ARGUMENT`, `E_CHECKPOINT`, `E_NOT_FINITE`, `E_ABORTED`; weights change until then.
 *
 * @example
 * ```ts with=text
 * import { trainContrastively } from "baaljs";
 *
 * const { globalStep, solved } = await trainContrastively(model, active, { args: { maxSteps: 4, batchSize: 8 } });
 * console.log(globalStep, solved.items);
 * ```
 */
export async function trainContrastively<Input>(
  model: ContrastiveModel<Input>,
  items: Items<Input>,
  options: ContrastiveTrainOptions<Input> = {},
): Promise<ContrastiveResult> {
  const { loss = "supervisedContrastive", temperature = 0.1, mates = 1, callbacks, signal, onProgress } = options;
  const args = resolveTrainingArguments({ ...DEFAULTS, ...checked(options.args) });
  if (!(Number.isInteger(mates) && mates >= 1))
    throw new BaalError("E_ARGUMENT", `mates is expected to be a whole number of at least 1; ${mates} came.`);
  if (!(temperature > 0))
    throw new BaalError("E_ARGUMENT", `temperature is expected to be a number above 0; ${temperature} came.`);
  const given = asDataset(items, { model, name: "trainContrastively", loss: "crossEntropy" });
  const dataset = itemsAt(given, labelledPositions(given));
  checkClasses(dataset);
  const evaluated = options.evalItems && asDataset(options.evalItems, { model, name: "evalItems", loss: "crossEntropy" });
  if (args.evalStrategy !== "no" && evaluated === undefined)
    throw new BaalError("E_ARGUMENT", `evalStrategy "${args.evalStrategy}" needs items to evaluate with: give evalItems.`);
  const solve = () => solveLastLayer(model, dataset, { ...options.head, signal });
  const trainable = trainableNames(model, args);
  const result = await runTraining<ClassMates<Input>>({
    ...{ name: "Contrastive training", args, model, callbacks, signal, onProgress },
    dataset: classMates(dataset, { mates, seed: args.seed }),
    indices: Array.from({ length: dataset.length }, (_, position) => dataset.at(position).index),
    isTrainable: (name) => trainable.has(name),
    createLearner: (learning) => model.createContrastiveLearner({ ...learning, loss, temperature }),
    settings: `contrastive, ${loss}, temperature ${temperature}, ${mates} mates`,
    async evaluate() {
      await solve();
      return new BaalTrainer({ model }).evaluate(evaluated, { signal });
    },
  });
  return { ...result, solved: await solve() };
}

function checked(given: ContrastiveArguments = {}): ContrastiveArguments {
  const unused = UNUSED.find((name) => (given as TrainingArguments)[name] !== undefined);
  if (unused !== undefined) throw new BaalError("E_ARGUMENT", `Contrastive training has no use for ${unused}; leave it out.`);
  return given;
}

/** Throws `E_DATA` for items that cannot be compared: all of one class, or each of its own. */
function checkClasses(dataset: Dataset<unknown>): void {
  const classes = new Set(Array.from({ length: dataset.length }, (_, position) => dataset.at(position).target)).size;
  if (classes >= 2 && classes < dataset.length) return;
  throw new BaalError(
    "E_DATA",
    `Contrastive training compares items of one class with those of others: at least two classes, and two items of one of them, are needed; ${dataset.length} labelled items of ${classes} classes came.`,
  );
}
