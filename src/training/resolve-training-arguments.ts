import { inspect } from "node:util";
import { z } from "zod";
import { BaalError } from "../errors.js";
import { closestName } from "./closest-name.js";
import type { NamePattern } from "./name-pattern.js";
import { SCHEDULES, type ScheduleFunction, type ScheduleName } from "./schedules.js";
import type { IntervalStrategy, ResolvedTrainingArguments, TrainingArguments } from "./training-arguments.js";

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
