import { inspect } from "node:util";
import { z } from "zod";
import type { LossName } from "../core/bayesian-model.js";
import { closestName } from "../core/closest-name.js";
import { BaalError } from "../core/errors.js";
import type { NamePattern } from "../core/name-pattern.js";
import { SCHEDULES, type ScheduleFunction, type ScheduleName } from "./schedules.js";

/** Each rule's message completes the sentence "expected ...". */
const count = (low: number) => z.int(`an integer of at least ${low}`).min(low, `an integer of at least ${low}`);
const atLeast = (low: number) => z.number(`a number of at least ${low}`).min(low, `a number of at least ${low}`);
const above = (low: number) => z.number(`a number above ${low}`).gt(low, `a number above ${low}`);
const share = () => {
  const expected = "a number of at least 0 and below 1";
  return z.number(expected).min(0, expected).lt(1, expected);
};
const oneOf = <T extends string>(names: readonly T[]) => z.enum(names, `one of ${names.map((name) => `"${name}"`).join(", ")}`);
const flag = () => z.boolean("true or false");
const text = (expected: string) => z.string(expected).min(1, expected);
const strategy = () => oneOf<IntervalStrategy>(["no", "epoch", "steps"]);
const SCHEDULE_NAMES = Object.keys(SCHEDULES) as ScheduleName[];
const scheduleExpected = `one of ${SCHEDULE_NAMES.map((name) => `"${name}"`).join(", ")} or a function of the step`;
const weightsExpected = "a list of numbers of at least 0, one per class";
const resumeExpected = "true, false or the path of a checkpoint";
const normExpected = "a number above 0; Infinity turns clipping off";

const RULES = {
  numTrainEpochs: above(0).default(3),
  maxSteps: z
    .int("-1 or an integer of at least 1")
    .refine((steps) => steps === -1 || steps >= 1, "-1 or an integer of at least 1")
    .default(-1),
  minSteps: count(0).default(0),
  batchSize: count(1).default(8),
  gradientAccumulationSteps: count(1).default(1),
  learningRate: atLeast(0).default(5e-5),
  weightDecay: atLeast(0).default(0),
  optim: oneOf(["adamw", "sgd"]).default("adamw"),
  adamBeta1: share().default(0.9),
  adamBeta2: share().default(0.999),
  adamEpsilon: atLeast(0).default(1e-8),
  sgdMomentum: share().default(0),
  sgdNesterov: flag().default(false),
  maxGradNorm: z.custom<number>((value) => typeof value === "number" && value > 0, normExpected).default(1),
  lrSchedulerType: z
    .custom<ScheduleName | ScheduleFunction>(
      (value) => typeof value === "function" || SCHEDULE_NAMES.some((name) => name === value),
      scheduleExpected,
    )
    .default("linear"),
  warmupSteps: count(0).default(0),
  warmupRatio: z.number("a number from 0 to 1").min(0, "a number from 0 to 1").max(1, "a number from 0 to 1").default(0),
  seed: z.int("an integer").default(42),
  dropout: flag().default(true),
  batchNormalization: oneOf(["batch", "running"]).default("batch"),
  loss: oneOf(["crossEntropy", "binaryCrossEntropy", "meanSquaredError"]).default("crossEntropy"),
  labelSmoothingFactor: share().default(0),
  classWeights: z.array(z.number(weightsExpected).min(0, weightsExpected), weightsExpected).readonly().optional(),
  fineTune: z
    .custom<"all" | "head" | number>(
      (value) => value === "all" || value === "head" || (Number.isInteger(value) && (value as number) >= 1),
      '"all", "head" or a whole number of layers',
    )
    .default("all"),
  freeze: z
    .array(
      z.custom<NamePattern>((value) => typeof value === "string" || value instanceof RegExp, "globs or regular expressions"),
      "a list of globs or regular expressions",
    )
    .readonly()
    .default([]),
  evalStrategy: strategy().default("no"),
  evalSteps: count(1).optional(),
  evalIterations: count(1).default(1),
  loggingSteps: count(1).default(500),
  saveStrategy: strategy().default("no"),
  saveSteps: count(1).default(500),
  saveTotalLimit: count(1).optional(),
  loadBestModelAtEnd: flag().default(false),
  metricForBestModel: text("the name of a metric").default("loss"),
  greaterIsBetter: flag().optional(),
  earlyStoppingPatience: count(1).optional(),
  earlyStoppingThreshold: atLeast(0).default(0),
  outputDir: text("the path of a folder").optional(),
  overwriteOutputDir: flag().default(false),
  resumeFromCheckpoint: z
    .custom<boolean | string>(
      (value) => typeof value === "boolean" || (typeof value === "string" && value !== ""),
      resumeExpected,
    )
    .default(false),
} satisfies Readonly<Record<keyof ResolvedTrainingArguments, z.ZodType>>;

const SCHEMA = z.strictObject(RULES);
const LOWER_IS_BETTER = /(loss|nll|error|brier|ece)$/i;

/**
 * Checks training arguments and fills in the defaults.
 * Throws `E_ARGUMENT` that names the argument, what came and what was expected.
 */
export function resolveTrainingArguments(given: TrainingArguments = {}): ResolvedTrainingArguments {
  const { perDeviceTrainBatchSize, ...named } = given;
  if (perDeviceTrainBatchSize !== undefined && (named.batchSize ?? perDeviceTrainBatchSize) !== perDeviceTrainBatchSize) {
    const values = `${named.batchSize} and ${perDeviceTrainBatchSize}`;
    throw new BaalError(
      "E_ARGUMENT",
      `batchSize and perDeviceTrainBatchSize are the same setting; ${values} came. Give one of them.`,
    );
  }
  const input: Readonly<Record<string, unknown>> = { ...named, batchSize: named.batchSize ?? perDeviceTrainBatchSize };
  const result = SCHEMA.safeParse(input);
  if (!result.success) throw describeIssue(result.error.issues[0], input);
  const { data } = result;
  const metricForBestModel = data.metricForBestModel.replace(/^eval_/, "");
  const args: ResolvedTrainingArguments = {
    ...data,
    metricForBestModel,
    classWeights: data.classWeights,
    evalSteps: data.evalSteps ?? data.loggingSteps,
    saveTotalLimit: data.saveTotalLimit,
    greaterIsBetter: data.greaterIsBetter ?? !LOWER_IS_BETTER.test(metricForBestModel),
    earlyStoppingPatience: data.earlyStoppingPatience,
    outputDir: data.outputDir,
  };
  checkTogether(args);
  return args;
}

function describeIssue(issue: z.core.$ZodIssue | undefined, input: Readonly<Record<string, unknown>>): BaalError {
  if (issue?.code === "unrecognized_keys") {
    const [name = ""] = issue.keys;
    const meant = closestName(name, [...Object.keys(RULES), "perDeviceTrainBatchSize"]);
    const hint = meant === undefined ? `The arguments are ${Object.keys(RULES).join(", ")}.` : `Did you mean ${meant}?`;
    return new BaalError("E_ARGUMENT", `There is no training argument ${name}. ${hint}`);
  }
  const name = String(issue?.path[0]);
  return new BaalError("E_ARGUMENT", `${name} is expected to be ${issue?.message}; ${inspect(input[name])} came.`);
}

/** What must hold between arguments: `[whether it fails, the message]`. */
function checkTogether(args: ResolvedTrainingArguments): void {
  const { evalStrategy, saveStrategy, outputDir } = args;
  const rules: readonly (readonly [boolean, string])[] = [
    [saveStrategy !== "no" && outputDir === undefined, `saveStrategy "${saveStrategy}" needs an outputDir.`],
    [
      args.resumeFromCheckpoint === true && outputDir === undefined,
      "resumeFromCheckpoint: true needs an outputDir, or give a path.",
    ],
    [args.loadBestModelAtEnd && evalStrategy === "no", 'loadBestModelAtEnd needs an evalStrategy of "epoch" or "steps".'],
    [
      args.earlyStoppingPatience !== undefined && evalStrategy === "no",
      'earlyStoppingPatience needs an evalStrategy of "epoch" or "steps".',
    ],
    [args.sgdNesterov && args.sgdMomentum === 0, "sgdNesterov needs an sgdMomentum above 0."],
    [
      args.labelSmoothingFactor > 0 && args.loss !== "crossEntropy",
      `labelSmoothingFactor is for the loss "crossEntropy"; the loss is "${args.loss}".`,
    ],
    [
      args.maxSteps !== -1 && args.minSteps > args.maxSteps,
      `minSteps (${args.minSteps}) is expected to be at most maxSteps (${args.maxSteps}).`,
    ],
  ];
  for (const [fails, message] of rules) if (fails) throw new BaalError("E_ARGUMENT", message);
}

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
