import type { PatchSettings } from "../bayesian/patch-module.js";
import type { CalibrationState } from "../calibration/calibration-state.js";
import type { PredictOptions, StateDict } from "../core/bayesian-model.js";
import type { Features } from "../core/features.js";
import type { Predictions } from "../core/predictions.js";
import type { Task } from "../core/task.js";
import type { PixelImage } from "../data/images/image-input.js";
import type { Row } from "../data/rows/row.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { OutOfScopeFigures } from "../models/out-of-scope/rule.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { RecipeResult } from "../training/train-by-recipe.js";
import type { TrainingArguments } from "../training/training-arguments.js";

/** Listeners and signals cannot go to another process. They stay behind and are connected by messages. */
type Local = "signal" | "onProgress";

export interface LoadRequest {
  readonly model: string;
  readonly options: Omit<FromPretrainedOptions, Local>;
  /** Whether the vectors alone are wanted. */
  readonly isEncoder: boolean | undefined;
  /** By default what the folder's files say. */
  readonly kind: ModelKind | undefined;
  /** Most tokens of a text, for predictions that do not say it; by default as many as the model takes. */
  readonly maxSeqLen: number | undefined;
  /** The settings of `patchModule`; `false` leaves predictions deterministic. */
  readonly patch: PatchSettings | false;
}

export interface ModelDescription {
  readonly kind: ModelKind;
  readonly labels: readonly string[];
  readonly task: Task;
  /** From which probability on each label is chosen, of labels that are each predicted by itself; `undefined` where that was not found out. */
  readonly thresholds: readonly number[] | undefined;
  /** Of the calibrator that makes its probabilities right, where it has one. */
  readonly calibration: CalibrationState | undefined;
  /** Whether `features` can be asked for: the logits come from a linear layer. */
  readonly hasFeatures: boolean;
  /** How an image model's pixels are prepared, as a `preprocessor_config.json`. */
  readonly processor: Readonly<Record<string, unknown>> | undefined;
}

/** Texts for a text model; for an image model decoded images, or paths and addresses of images. */
export type HostInputs = readonly string[] | readonly PixelImage[];

export interface InputsRequest extends Omit<PredictOptions, Local> {
  readonly inputs: HostInputs;
  /** Of texts; the rest of a longer one is cut off. */
  readonly maxSeqLen?: number | undefined;
  /** Whole numbers that name the inputs' draws, one each: equal keys, equal draws, whatever the batch. Their positions by default. */
  readonly itemKeys?: readonly number[] | undefined;
}

/** Inputs whose features are wanted. */
export type FeaturesRequest = Pick<InputsRequest, "inputs" | "maxSeqLen" | "tokensPerBatch">;

export interface TrainRequest {
  /** Texts, or images of any kind that can go to another process (a path, an address, bytes, pixels), with labels. */
  readonly rows: readonly Row[];
  /** Column of the text or image; `"text"` or `"image"` by default. */
  readonly inputKey?: string | undefined;
  readonly pairKey?: string | undefined;
  readonly targetKey?: string | undefined;
  readonly maxSeqLen?: number | undefined;
  readonly args?: TrainingArguments | undefined;
  /** Rows that the model was not trained on: the thresholds of labels by themselves are found on them (`fitThresholds`). */
  readonly thresholds?: { readonly rows: readonly Row[]; readonly iterations: number; readonly seed: number } | undefined;
  /** Has the trained model abstain from what is like these inputs (`fitOutOfScope`). */
  readonly outOfScope?: OutOfScopeRequest | undefined;
  /**
   * Of one number: it is learned in standard deviations from its mean, and the trained model gives it as the rows have it. For the losses whose linear layer can be put
   * back so, `meanSquaredError` and `huber`.
   */
  readonly standardise?: boolean | undefined;
  /** Trains as the number of labels says (`trainByRecipe`), and not by `args`, which then gives the seed alone. */
  readonly recipe?: RecipeRequest | undefined;
}

export interface OutOfScopeRequest {
  /** Inputs of none of the classes. */
  readonly inputs: HostInputs;
  /** Rows with a class that the model was not trained on; without them the rows of the training take turns. */
  readonly validation?: readonly Row[] | undefined;
  /** What such an input is called. */
  readonly label: string;
}

export interface RecipeRequest {
  /** Inputs without a label. */
  readonly unlabelled?: HostInputs | undefined;
}

export interface TrainSummary {
  readonly globalStep: number;
  readonly trainingLoss: number;
  /** Of the model since: that of the loss. */
  readonly task: Task;
  /** What a training by recipe came to. */
  readonly recipe?: RecipeSummary | undefined;
  /** How the rule for inputs out of scope does. */
  readonly outOfScope?: OutOfScopeFigures | undefined;
}

export interface RecipeSummary extends Pick<RecipeResult, "recipe" | "withNames" | "heldOut"> {
  /** What was chosen before it began, in one sentence. */
  readonly why: string;
}

/** The calls of the process, by name; it tells of the progress of its model. */
export interface HostCalls {
  load(request: LoadRequest): ModelDescription;
  predict(request: InputsRequest): Predictions;
  features(request: FeaturesRequest): Features;
  featureFingerprint(request: null): string;
  train(request: TrainRequest): TrainSummary;
  stateDict(request: null): StateDict;
  loadStateDict(request: StateDict): null;
  save(request: { readonly folder: string }): null;
}
