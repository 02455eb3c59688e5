import { z } from "zod";
import type { LossName } from "../core/bayesian-model.js";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { NamePattern } from "../core/names.js";
import type { SamplerName } from "./sampled-order.js";
import { SCHEDULES, type ScheduleFunction, type ScheduleName } from "./schedules.js";

/** How a command line gives an argument. Flags have the argument's name in kebab-case. */
export interface ArgumentFlag {
  /** Stands for the value in `--help`: `<steps>`, or `[folder]` where it may be left out. None for an argument that is on or off. */
  readonly value?: string | undefined;
  /** Makes the value of the text; the text itself by default. The argument's own check comes after it. */
  readonly read?: ((text: string) => unknown) | undefined;
  /** All that the text may be. */
  readonly choices?: readonly string[] | undefined;
  /** Whether the flag may be given several times, for a list. */
  readonly isRepeated?: boolean | undefined;
}

interface ArgumentNotes {
  /** One line for `--help` and for tables of the arguments. */
  readonly help: string;
  /** Missing for what a command sets itself or has no use for. */
  readonly cli?: ArgumentFlag | undefined;
}

const NOTES = z.registry<ArgumentNotes>();

/** Each rule's message completes the sentence "expected ...". */
const count = (low: number) => z.int(`an integer of at least ${low}`).min(low, `an integer of at least ${low}`);
const atLeast = (low: number) => z.number(`a number of at least ${low}`).min(low, `a number of at least ${low}`);
const above = (low: number) => z.number(`a number above ${low}`).gt(low, `a number above ${low}`);
const share = () => {
  const expected = "a number of at least 0 and below 1";
  return z.number(expected).min(0, expected).lt(1, expected);
};
const oneOf = <T extends string>(names: readonly T[]) => z.enum(names, `one of ${quoted(names)}`);
const flag = () => z.boolean("true or false");
const text = (expected: string) => z.string(expected).min(1, expected);
const custom = <T>(expected: string, fits: (value: unknown) => boolean) => z.custom<T>(fits, expected);
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

const INTERVALS = ["no", "epoch", "steps"] as const;
const OPTIMIZERS = ["adamw", "sgd"] as const;
const STATISTICS = ["batch", "running"] as const;
const LOSSES: readonly LossName[] = [
  "crossEntropy",
  "binaryCrossEntropy",
  "sigmoidFocal",
  "meanSquaredError",
  "huber",
  "gaussianNll",
];
const SAMPLERS: readonly SamplerName[] = ["instance", "class", "squareroot"];
const SCHEDULE_NAMES = Object.keys(SCHEDULES) as ScheduleName[];
const weightsExpected = "a list of numbers of at least 0, one per class";

const asNumber = (given: string) => (given.trim() === "" ? Number.NaN : Number(given));
const number = (value: string): ArgumentFlag => ({ value, read: asNumber });

/**
 * The arguments of a training run, each declared here alone: its type, its check, its default, its flag and its help come from its line;
 * editors show the comment above it. Names and defaults are Hugging Face's, in camel case.
 */
export const TRAINING_ARGUMENTS = {
  /** Passes over the training data, 3 by default; may be a fraction. */
  numTrainEpochs: above(0)
    .default(3)
    .register(NOTES, { help: "passes over the data", cli: number("<number>") }),
  /** Number of optimizer steps, in place of `numTrainEpochs`; -1 by default: as many as the epochs give. */
  maxSteps: z
    .int("-1 or an integer of at least 1")
    .refine((steps) => steps === -1 || steps >= 1, "-1 or an integer of at least 1")
    .default(-1)
    .register(NOTES, { help: "number of steps in place of epochs", cli: number("<number>") }),
  /** Least number of steps that the epochs are extended to, for training on few labels. 0 by default. */
  minSteps: count(0)
    .default(0)
    .register(NOTES, { help: "least number of steps the epochs are extended to", cli: number("<number>") }),
  /** Items per forward and backward pass, 8 by default. `perDeviceTrainBatchSize` is another name for it. */
  batchSize: count(1)
    .default(8)
    .register(NOTES, { help: "items per forward and backward pass", cli: number("<items>") }),
  /** Batches whose items are averaged in one optimizer step, 1 by default. */
  gradientAccumulationSteps: count(1)
    .default(1)
    .register(NOTES, { help: "batches per step", cli: number("<number>") }),
  /** Peak learning rate, 5e-5 by default. */
  learningRate: atLeast(0)
    .default(5e-5)
    .register(NOTES, { help: "peak learning rate", cli: number("<rate>") }),
  /** Strength of weight decay, 0 by default; biases and normalisation layers never decay. */
  weightDecay: atLeast(0)
    .default(0)
    .register(NOTES, { help: "strength of weight decay", cli: number("<number>") }),
  /** `"adamw"` by default, or `"sgd"`. */
  optim: oneOf(OPTIMIZERS)
    .default("adamw")
    .register(NOTES, { help: "optimizer", cli: { value: "<name>", choices: OPTIMIZERS } }),
  /** 0.9 by default. */
  adamBeta1: share()
    .default(0.9)
    .register(NOTES, { help: "AdamW's decay of the mean gradient", cli: number("<number>") }),
  /** 0.999 by default. */
  adamBeta2: share()
    .default(0.999)
    .register(NOTES, { help: "AdamW's decay of the mean squared gradient", cli: number("<number>") }),
  /** 1e-8 by default. */
  adamEpsilon: atLeast(0)
    .default(1e-8)
    .register(NOTES, { help: "AdamW's term against division by 0", cli: number("<number>") }),
  /** SGD's momentum, 0 by default. */
  sgdMomentum: share()
    .default(0)
    .register(NOTES, { help: "SGD's momentum", cli: number("<number>") }),
  /** SGD with Nesterov's momentum; false by default. */
  sgdNesterov: flag().default(false).register(NOTES, { help: "SGD with Nesterov's momentum" }),
  /** Gradients are scaled down to this global L2 norm, 1 by default; `Infinity` turns clipping off. */
  maxGradNorm: custom<number>("a number above 0; Infinity turns clipping off", (value) => typeof value === "number" && value > 0)
    .default(1)
    .register(NOTES, { help: "gradients are scaled down to this norm", cli: number("<norm>") }),
  /** `"linear"` by default; a function gives the share of the learning rate at a step, counted from 0. */
  lrSchedulerType: custom<ScheduleName | ScheduleFunction>(
    `one of ${quoted(SCHEDULE_NAMES)} or a function of the step`,
    (value) => typeof value === "function" || SCHEDULE_NAMES.some((name) => name === value),
  )
    .default("linear")
    .register(NOTES, { help: "course of the learning rate", cli: { value: "<name>", choices: SCHEDULE_NAMES } }),
  /** Steps of linear warm-up, 0 by default. */
  warmupSteps: count(0)
    .default(0)
    .register(NOTES, { help: "steps of linear warm-up", cli: number("<number>") }),
  /** Share of all steps that warm up, where `warmupSteps` is 0. 0 by default. */
  warmupRatio: z
    .number("a number from 0 to 1")
    .min(0, "a number from 0 to 1")
    .max(1, "a number from 0 to 1")
    .default(0)
    .register(NOTES, { help: "share of the steps that warm up", cli: number("<share>") }),
  /** Keys the order of the data, dropout while training and the draws of predictions. 42 by default. */
  seed: z
    .int("an integer")
    .default(DEFAULT_SEED)
    .register(NOTES, { help: "keys the order of the data, dropout and the draws of predictions" }),
  /** Dropout while training, true by default. */
  dropout: flag().default(true).register(NOTES, { help: "dropout while training", cli: {} }),
  /** `"batch"` (default): batch normalisation goes by the batch; `"running"`: by its running statistics, which stay as they are. */
  batchNormalization: oneOf(STATISTICS)
    .default("batch")
    .register(NOTES, {
      help: "what batch normalisation goes by while training: the batch (default), or its running statistics",
      cli: { value: "<by>", choices: STATISTICS },
    }),
  /** That of the model's task by default: `"crossEntropy"` of a model of one label an item. */
  loss: oneOf(LOSSES).optional().register(NOTES, {
    help: "one label an item: crossEntropy; several: binaryCrossEntropy, sigmoidFocal; numbers: meanSquaredError, huber, gaussianNll (default: as the model's task says)",
  }),
  /** Share of the target's probability that is spread over all classes, or of labels by themselves over yes and no; 0 by default. */
  labelSmoothingFactor: share()
    .default(0)
    .register(NOTES, { help: "probability spread over all classes", cli: number("<share>") }),
  /** One weight per class, in the order of the model's labels. */
  classWeights: z
    .array(z.number(weightsExpected).min(0, weightsExpected), weightsExpected)
    .readonly()
    .optional()
    .register(NOTES, {
      help: "one weight per class, in the order of the labels, between commas",
      cli: { value: "<list>", read: (given) => given.split(",").map(asNumber) },
    }),
  /** What a label that is there counts beside one that is not, per label, for the loss `"binaryCrossEntropy"`. */
  posWeight: z
    .array(z.number(weightsExpected).min(0, weightsExpected), weightsExpected)
    .readonly()
    .optional()
    .register(NOTES, {
      help: "what a label that is there counts, one weight per label, between commas",
      cli: { value: "<list>", read: (given) => given.split(",").map(asNumber) },
    }),
  /** Of the loss `"sigmoidFocal"`: how much less is counted what is sure, 2 by default. */
  focalGamma: atLeast(0)
    .optional()
    .register(NOTES, { help: "how much less a focal loss counts what is sure (default: 2)", cli: number("<number>") }),
  /** Of the loss `"sigmoidFocal"`: the weight of labels that are there, beside 1 - alpha; none by default. */
  focalAlpha: z
    .number("a number from 0 to 1")
    .min(0, "a number from 0 to 1")
    .max(1, "a number from 0 to 1")
    .optional()
    .register(NOTES, { help: "a focal loss's weight of labels that are there", cli: number("<share>") }),
  /** Of the loss `"huber"`: the error from which on it grows linearly, in the unit of the targets; 1 by default. */
  huberDelta: above(0)
    .optional()
    .register(NOTES, { help: "the error from which on Huber's loss grows linearly (default: 1)", cli: number("<number>") }),
  /** Which items an epoch draws: each once (`"instance"`, default), of every class as often (`"class"`), or by the square root of its items. */
  sampler: oneOf(SAMPLERS)
    .default("instance")
    .register(NOTES, {
      help: "which items an epoch draws: instance (each once), class (of every class as often) or squareroot",
      cli: { value: "<name>", choices: SAMPLERS },
    }),
  /** Which layers are trained: all (default), the last one (`"head"`), or the last n linear and convolution layers. */
  fineTune: custom<"all" | "head" | number>(
    '"all", "head" or a whole number of layers of at least 1',
    (value) => value === "all" || value === "head" || (Number.isInteger(value) && (value as number) >= 1),
  )
    .default("all")
    .register(NOTES, {
      help: "which layers are trained: all (default), head (the last one), or a number of last ones",
      cli: { value: "<layers>", read: (given) => (given === "all" || given === "head" ? given : asNumber(given)) },
    }),
  /** Parameters that are not trained: globs or regular expressions over their names. None by default. */
  freeze: z
    .array(
      custom<NamePattern>("globs or regular expressions", (value) => typeof value === "string" || value instanceof RegExp),
      "a list of globs or regular expressions",
    )
    .readonly()
    .default([])
    .register(NOTES, {
      help: "parameters that stay as they are, such as 'distilbert.*'; may be repeated",
      cli: { value: "<pattern>", isRepeated: true },
    }),
  /** When the evaluation data is evaluated, `"no"` by default. */
  evalStrategy: oneOf(INTERVALS)
    .default("no")
    .register(NOTES, { help: "when to evaluate while training", cli: { value: "<when>", choices: INTERVALS } }),
  /** Steps between evaluations for `"steps"`; `loggingSteps` by default. */
  evalSteps: count(1)
    .optional()
    .register(NOTES, { help: "steps between evaluations", cli: number("<number>") }),
  /** Draws per item whose probabilities an evaluation averages; 1 by default: one pass with dropout off. */
  evalIterations: count(1)
    .default(1)
    .register(NOTES, { help: "draws that an evaluation averages (default: 1, dropout off)", cli: number("<draws>") }),
  /** Steps between entries of the log, 500 by default. */
  loggingSteps: count(1)
    .default(500)
    .register(NOTES, { help: "steps between log entries", cli: number("<number>") }),
  /** When a checkpoint is written to `outputDir`, `"no"` by default. */
  saveStrategy: oneOf(INTERVALS)
    .default("no")
    .register(NOTES, {
      help: "when to write checkpoints, to <output>.checkpoints (default: no)",
      cli: { value: "<when>", choices: INTERVALS },
    }),
  /** Steps between checkpoints for `"steps"`, 500 by default. */
  saveSteps: count(1)
    .default(500)
    .register(NOTES, { help: "steps between checkpoints", cli: number("<number>") }),
  /** Most checkpoints to keep; the newest and the best always stay. All by default. */
  saveTotalLimit: count(1)
    .optional()
    .register(NOTES, { help: "most checkpoints to keep", cli: number("<number>") }),
  /** Whether training ends with the weights that evaluated best. False by default. */
  loadBestModelAtEnd: flag().default(false).register(NOTES, { help: "end with the weights that evaluated best", cli: {} }),
  /** Which metric decides what is best, `"loss"` by default. A prefix `eval_` is dropped. */
  metricForBestModel: text("the name of a metric")
    .default("loss")
    .register(NOTES, { help: "what decides that", cli: { value: "<name>" } }),
  /** By default false for a metric whose name ends in loss, nll, error, brier or ece, true for all others. */
  greaterIsBetter: flag().optional().register(NOTES, { help: "whether the largest value of that metric is best" }),
  /** Stops after this many evaluations in a row without improvement. Never by default. */
  earlyStoppingPatience: count(1)
    .optional()
    .register(NOTES, { help: "stop after so many evaluations without improvement", cli: number("<number>") }),
  /** Smallest change that is an improvement for early stopping, 0 by default. */
  earlyStoppingThreshold: atLeast(0)
    .default(0)
    .register(NOTES, { help: "smallest change that is one", cli: number("<number>") }),
  /** Folder of the checkpoints. */
  outputDir: text("the path of a folder").optional().register(NOTES, { help: "folder of the checkpoints" }),
  /** Lets a new run write into a folder that holds checkpoints of an earlier one, which are removed. False by default. */
  overwriteOutputDir: flag().default(false).register(NOTES, { help: "replace the output folder and its checkpoints", cli: {} }),
  /** `true`: continue from the newest intact checkpoint of `outputDir` if there is one; or the path of a checkpoint. */
  resumeFromCheckpoint: custom<boolean | string>(
    "true, false or the path of a checkpoint",
    (value) => typeof value === "boolean" || (typeof value === "string" && value !== ""),
  )
    .default(false)
    .register(NOTES, { help: "continue from the newest checkpoint, or from this one", cli: { value: "[folder]" } }),
} satisfies Readonly<Record<string, z.ZodType>>;

/** Arguments that say what is learned from labels, and how. */
export const LOSS_ARGUMENTS = [
  "loss",
  "labelSmoothingFactor",
  "classWeights",
  "posWeight",
  "focalGamma",
  "focalAlpha",
  "huberDelta",
] as const satisfies readonly (keyof typeof TRAINING_ARGUMENTS)[];

type Table = typeof TRAINING_ARGUMENTS;

export type TrainingArgumentName = keyof Table;

/** Arguments whose default is that of another one, or follows from it or from the model. */
type Derived = "evalSteps" | "greaterIsBetter" | "loss";

// Mapped types of their own, and not zod's, since editors lose the comments on the way through those.
/** All settings of a training run, checked and with the defaults filled in. */
export type ResolvedTrainingArguments = {
  readonly [Name in keyof Table]: Name extends Derived ? Exclude<z.output<Table[Name]>, undefined> : z.output<Table[Name]>;
};

/** The settings of a training run, all optional. */
export type TrainingArguments = {
  readonly [Name in keyof Table]?: z.input<Table[Name]> | undefined;
} & {
  /** Hugging Face's name for `batchSize`. */
  readonly perDeviceTrainBatchSize?: number | undefined;
};

/** When something is done during training. */
export type IntervalStrategy = ResolvedTrainingArguments["evalStrategy"];

export type OptimizerName = ResolvedTrainingArguments["optim"];

/** One argument, as help texts and tables show it. */
export interface DescribedArgument extends ArgumentNotes {
  readonly name: TrainingArgumentName;
  /** Completes the sentence "expected ...". */
  readonly expected: string;
  /** `undefined` where it is off, or follows from another argument. */
  readonly default: unknown;
}

/** All arguments in the order of the table. */
export function describeTrainingArguments(): readonly DescribedArgument[] {
  return Object.keys(TRAINING_ARGUMENTS).map((key) => {
    const name = key as TrainingArgumentName;
    const schema: z.ZodType = TRAINING_ARGUMENTS[name];
    // No argument takes null, so that its check says what it takes.
    const expected = schema.safeParse(null).error?.issues[0]?.message ?? "";
    return { name, expected, default: schema.safeParse(undefined).data, ...NOTES.get(schema)! };
  });
}
