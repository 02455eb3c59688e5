import type { Dataset, Example, RawItems } from "./dataset.js";
import type { Features } from "./features.js";
import type { Predictions } from "./predictions.js";
import type { LossName, Task } from "./task.js";

export type { LossName } from "./task.js";

/** A named table of arrays: weights, optimizer moments. Row-major; the names are the checkpoint's. */
export type StateDict = Map<string, StateTensor>;

/** A row-major float32 array with its shape. */
export interface StateTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** How a model predicts: draws, seed, batch and chunk sizes, cancelling. */
export interface PredictOptions {
  /** K, the number of draws per item. 1 by default. */
  readonly iterations?: number | undefined;
  /** The number of the first draw; 0 by default. Draws 4 to 19 of an item go on from its draws 0 to 3, as if all had been drawn at once. */
  readonly firstDraw?: number | undefined;
  /** Names the draws: same seed, same predictions, whatever the batch, the order or the padding. 0 by default. */
  readonly seed?: number | undefined;
  /** `"mc"`: random draws (needs a patched model), `"deterministic"`: dropout off, K = 1. By default `"mc"` when patched. */
  readonly mode?: "mc" | "deterministic" | undefined;
  /** Most tokens (padding and draws included) that go through the model at once. */
  readonly tokensPerBatch?: number | undefined;
  /** Number of items per yielded chunk of {@link BayesianModel.predict}. 1024 by default. */
  readonly chunkSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How features are computed: batch and chunk sizes, cancelling. */
export type FeatureOptions = Pick<PredictOptions, "tokensPerBatch" | "chunkSize" | "signal">;

/** A loss with its weights, smoothing and ignored targets. */
export interface LossOptions {
  readonly name: LossName;
  /**
   * Share of the target's probability spread over all classes (Szegedy 2016, arXiv:1512.00567), of labels by themselves over yes and no: y becomes
   * `y (1 - e) + e / 2`. Not of numbers.
   */
  readonly labelSmoothing?: number | undefined;
  /** One weight per class; the loss is the weighted mean, as in PyTorch. */
  readonly classWeights?: readonly number[] | undefined;
  /** What a label that is there counts beside one that is not, per class, as in PyTorch; binary cross-entropy only. */
  readonly posWeight?: readonly number[] | undefined;
  /** Of `sigmoidFocal`: how much less is counted what is sure; 2 by default, 0: as much. */
  readonly focalGamma?: number | undefined;
  /** Of `sigmoidFocal`: the weight of labels that are there, 1 - alpha that of the others; by default both count alike. */
  readonly focalAlpha?: number | undefined;
  /** Of `huber`: the error from which on it grows linearly, in the unit of the targets; 1 by default. */
  readonly huberDelta?: number | undefined;
  /** Class index of targets that do not count, -100 by default. */
  readonly ignoreIndex?: number | undefined;
}

/** Losses that compare the softmax of the logits, or the sigmoid of each, with numbers that are given, for items without a label. */
export type SoftLossName = "crossEntropy" | "softmaxSquaredError" | "binaryCrossEntropy" | "sigmoidSquaredError";

/** Items without a label (their `target` is not read), and what the model should say of them. */
export interface SoftBatch<Input> {
  readonly examples: readonly Example<Input>[];
  readonly loss: SoftLossName;
  /** `[n, C]` */
  readonly targets: Float32Array;
  /**
   * One factor per item, or per item and class (`[n, C]`, not for `crossEntropy`); the batch's loss is the weighted **sum**, so a mean has its
   * divisor in here.
   */
  readonly weights: Float32Array;
}

/** A gradient as large as its parameter, or only the rows that differ from zero (embeddings). */
export type Gradient =
  | { readonly kind: "dense"; readonly data: Float32Array }
  | {
      readonly kind: "rows" /** Distinct row numbers. */;
      readonly rows: Int32Array /** `[rows.length, width]` */;
      readonly data: Float32Array;
    };

/** A parameter with its gradient, as an optimizer gets it. */
export interface ParameterUpdate {
  readonly name: string;
  readonly dims: readonly number[];
  /** Changed in place by the optimizer. */
  readonly weights: Float32Array;
  readonly gradient: Gradient;
}

/** Updates weights in place. Its state goes into checkpoints. */
export interface Optimizer {
  /** One step. Gradients are multiplied by `gradientScale` (clipping) while they are read. */
  step(updates: readonly ParameterUpdate[], options: { readonly learningRate: number; readonly gradientScale: number }): void;
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void;
}

/** What a {@link Learner} trains with: loss, optimizer, clipping, dropout. */
export interface LearnerOptions {
  readonly loss: LossOptions;
  readonly optimizer: Optimizer;
  /** Gradients are scaled down to this global L2 norm; `Infinity` turns clipping off. */
  readonly maxGradNorm: number;
  /** Which parameters are trained, by name. All by default. */
  readonly isTrainable?: ((name: string) => boolean) | undefined;
  /** Keys the dropout masks, together with the step and the item. */
  readonly seed: number;
  /** Dropout while training; on by default. */
  readonly dropout?: boolean | undefined;
  /**
   * The statistics that batch normalisation goes by while training: `"batch"` (default), the batch's own statistics, which also move the running ones;
   * or the running ones, as they are. Layers whose scale and shift are frozen keep to the running ones.
   */
  readonly batchNormalization?: "batch" | "running" | undefined;
}

/** The result of an optimizer step. */
export interface StepResult {
  /** Mean loss over the step's items, before the update. */
  readonly loss: number;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/** The result of a step on labelled and unlabelled items. */
export interface SoftStepResult extends StepResult {
  /** The part of `loss` that the items without a label have. */
  readonly softLoss: number;
}

/** The side of a learner that semi-supervised training needs. */
export interface SoftLearner<Input> {
  /** Logits `[n, C]` of the current weights with training's dropout on; `seed` and the item key the masks. */
  draw(examples: readonly Example<Input>[], options: { readonly seed: number }): Promise<Float32Array>;
  /**
   * As {@link Learner.step}, with soft batches whose losses are added to the mean over the labelled items. Either list may be empty;
   * with no soft batches it is `Learner.step`, with no batches at all the weights stay as they are.
   */
  step(
    microBatches: readonly (readonly Example<Input>[])[],
    softBatches: readonly SoftBatch<Input>[],
    options: { readonly step: number; readonly learningRate: number },
  ): Promise<SoftStepResult>;
}

/** A training run's hold on a model: computes gradients and lets the optimizer change the weights. */
export interface Learner<Input> {
  /**
   * One optimizer update from one or several micro-batches (gradient accumulation: their items are averaged together).
   * `step` counts the optimizer steps of the run from 0; together with the seed and the item it keys the dropout masks.
   * Throws `E_NOT_FINITE`, weights untouched, when the loss or a gradient is not finite.
   */
  step(
    microBatches: readonly (readonly Example<Input>[])[],
    options: { readonly step: number; readonly learningRate: number },
  ): Promise<StepResult>;
  /** Begins to read the inputs of batches that a later {@link step} gets as the very same arrays. */
  prepare?(microBatches: readonly (readonly Example<Input>[])[]): void;
  /** Missing for a learner that learns from labels alone; semi-supervised training then refuses the model. */
  readonly soft?: SoftLearner<Input> | undefined;
  /** Gives back what learning took, such as a session of ONNX Runtime: no step comes after it. */
  readonly release?: (() => Promise<void>) | undefined;
}

/** The linear layer that the logits come from: `logits = W h + b`. */
export interface LastLayer {
  /** The value that it reads, `h`. */
  readonly input: string;
  /** Parameter name of W. */
  readonly weight: string;
  /** How W is stored: `[C, D]`, as the hub's checkpoints have it, or `[D, C]`. */
  readonly layout: "out-in" | "in-out";
  /** Parameter name of b. */
  readonly bias: string | undefined;
}

/** Turns draws into ones whose probabilities can be believed. */
export interface PredictionCalibrator {
  calibrate(predictions: Predictions): Predictions;
}

/** The side of a model that the trainer, the loop, the experiment and the server need. Implement it to bring your own. */
export interface BayesianModel<Input = unknown> {
  /** The names of the classes, or of a regression's numbers. */
  readonly labels: readonly string[];
  /** What it says of an item; `"single"`, one of its labels, where it does not tell. */
  readonly task?: Task | undefined;
  /**
   * Of a model whose labels are each predicted by itself: the probability from which on each is, in the order of the labels. Found on held-out items
   * (`fitThresholds`); 0.5 by default.
   */
  readonly thresholds?: readonly number[] | undefined;
  /** Makes the probabilities that are shown right (evaluations, answers); `predict` gives draws as they are. None by default. */
  calibrator?: PredictionCalibrator | undefined;
  /** Whether predictions are random draws: true between `patchModule` and `unpatchModule`. */
  readonly isStochastic: boolean;
  /** Draws for every item of the data set, in its order, in chunks of `chunkSize` items: `[n, C, K]`, of the task's kind (`KIND_OF_TASK`): logits, or values. */
  predict(dataset: Dataset<Input>, options?: PredictOptions): AsyncGenerator<Predictions>;
  /**
   * The inputs of the last linear layer, dropout off: `[n, D]` for every item, in the data set's order, in chunks. Missing for a model
   * that cannot tell; strategies that need features then refuse it by name.
   */
  features?(dataset: Dataset<Input>, options?: FeatureOptions): AsyncGenerator<Features>;
  /**
   * A data set of texts, paths, or rows, as this model reads them, so that a trainer takes these too. Labels are read as targets of `loss`;
   * without it they are not looked at. Missing for a model whose inputs are its user's own.
   */
  datasetOf?(items: RawItems, options?: { readonly loss?: LossName | undefined }): Dataset<Input>;
  /** How many different draws there are, for a model with finitely many (an ensemble); missing: as many as are asked for. */
  readonly maxIterations?: number | undefined;
  /** Parameter names by layer, from the input to the output: what training the last layers alone goes by. */
  readonly parameterLayers?: readonly (readonly string[])[] | undefined;
  /** Parameters that weight decay leaves alone whatever they are called: biases, scales of normalisations. */
  readonly undecayed?: ReadonlySet<string> | undefined;
  /**
   * Gives the model what a loss needs beside its numbers, or takes it away: an output for the variance, for `gaussianNll`. A trainer calls it before it looks at
   * the parameters. Missing for a model that has all that it will ever have.
   */
  prepareLoss?(name: LossName): void;
  createLearner(options: LearnerOptions): Promise<Learner<Input>>;
  /** The current weights. The arrays are the model's own: copy them to keep them. */
  stateDict(): StateDict;
  /** Copies weights in; names and shapes must be the model's. Throws `E_CHECKPOINT`. */
  loadStateDict(state: StateDict): void;
  /** Back to the weights it was made or loaded with (a fresh head is drawn anew from `seed` where given). */
  resetWeights(options?: { readonly seed?: number | undefined }): void;
  /** Writes a folder that loads back exactly. */
  save(folder: string): Promise<void>;
}
