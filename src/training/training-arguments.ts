import type { LossName } from "../models/bayesian-model.js";
import type { NamePattern } from "./name-pattern.js";
import type { ScheduleFunction, ScheduleName } from "./schedules.js";

/** When something is done during training. */
export type IntervalStrategy = "no" | "epoch" | "steps";

export type OptimizerName = "adamw" | "sgd";

/** All settings of a training run: Hugging Face's names and defaults, in camel case. */
export interface ResolvedTrainingArguments {
  /** Passes over the training data, 3 by default; may be a fraction. */
  readonly numTrainEpochs: number;
  /** Number of optimizer steps, in place of `numTrainEpochs`; -1 by default: as many as the epochs give. */
  readonly maxSteps: number;
  /** Least number of steps that the epochs are extended to, for training on few labels. 0 by default. */
  readonly minSteps: number;
  /** Items per forward and backward pass, 8 by default. `perDeviceTrainBatchSize` is another name for it. */
  readonly batchSize: number;
  /** Batches whose items are averaged in one optimizer step, 1 by default. */
  readonly gradientAccumulationSteps: number;
  /** Peak learning rate, 5e-5 by default. */
  readonly learningRate: number;
  /** Strength of weight decay, 0 by default; biases and normalisation layers never decay. */
  readonly weightDecay: number;
  /** `"adamw"` by default, or `"sgd"`. */
  readonly optim: OptimizerName;
  /** 0.9 by default. */
  readonly adamBeta1: number;
  /** 0.999 by default. */
  readonly adamBeta2: number;
  /** 1e-8 by default. */
  readonly adamEpsilon: number;
  /** SGD's momentum, 0 by default. */
  readonly sgdMomentum: number;
  /** SGD with Nesterov's momentum; false by default. */
  readonly sgdNesterov: boolean;
  /** Gradients are scaled down to this global L2 norm, 1 by default; `Infinity` turns clipping off. */
  readonly maxGradNorm: number;
  /** `"linear"` by default; a function gives the share of the learning rate at a step, counted from 0. */
  readonly lrSchedulerType: ScheduleName | ScheduleFunction;
  /** Steps of linear warm-up, 0 by default. */
  readonly warmupSteps: number;
  /** Share of all steps that warm up, where `warmupSteps` is 0. 0 by default. */
  readonly warmupRatio: number;
  /** Keys the order of the data, dropout while training and the draws of predictions. 42 by default. */
  readonly seed: number;
  /** Dropout while training, true by default. */
  readonly dropout: boolean;
  /** What batch normalisation goes by while training: the batch (default) or its running statistics, which then stay as they are. */
  readonly batchNormalization: "batch" | "running";
  /** `"crossEntropy"` by default. */
  readonly loss: LossName;
  /** Share of the target's probability that is spread over all classes, 0 by default. */
  readonly labelSmoothingFactor: number;
  /** One weight per class, in the order of the model's labels. */
  readonly classWeights: readonly number[] | undefined;
  /** Which layers are trained: all (default), the last one (`"head"`), or the last n linear and convolution layers. */
  readonly fineTune: "all" | "head" | number;
  /** Parameters that are not trained: globs or regular expressions over their names. None by default. */
  readonly freeze: readonly NamePattern[];
  /** When the evaluation data is evaluated, `"no"` by default. */
  readonly evalStrategy: IntervalStrategy;
  /** Steps between evaluations for `"steps"`; `loggingSteps` by default. */
  readonly evalSteps: number;
  /** Draws per item whose probabilities an evaluation averages; 1 by default: one pass with dropout off. */
  readonly evalIterations: number;
  /** Steps between entries of the log, 500 by default. */
  readonly loggingSteps: number;
  /** When a checkpoint is written to `outputDir`, `"no"` by default. */
  readonly saveStrategy: IntervalStrategy;
  /** Steps between checkpoints for `"steps"`, 500 by default. */
  readonly saveSteps: number;
  /** Most checkpoints to keep; the newest and the best always stay. All by default. */
  readonly saveTotalLimit: number | undefined;
  /** Whether training ends with the weights that evaluated best. False by default. */
  readonly loadBestModelAtEnd: boolean;
  /** Which metric decides what is best, `"loss"` by default. A prefix `eval_` is dropped. */
  readonly metricForBestModel: string;
  /** By default false for a metric whose name ends in loss, nll, error, brier or ece, true for all others. */
  readonly greaterIsBetter: boolean;
  /** Stops after this many evaluations in a row without improvement. Never by default. */
  readonly earlyStoppingPatience: number | undefined;
  /** Smallest change that is an improvement for early stopping, 0 by default. */
  readonly earlyStoppingThreshold: number;
  /** Folder of the checkpoints. */
  readonly outputDir: string | undefined;
  /** Lets a new run write into a folder that holds checkpoints of an earlier one, which are removed. False by default. */
  readonly overwriteOutputDir: boolean;
  /** `true`: continue from the newest intact checkpoint of `outputDir` if there is one; or the path of a checkpoint. */
  readonly resumeFromCheckpoint: boolean | string;
}

type Given<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** The settings of a training run, all optional. */
export type TrainingArguments = Given<ResolvedTrainingArguments> & {
  /** Hugging Face's name for `batchSize`. */
  readonly perDeviceTrainBatchSize?: number | undefined;
};
