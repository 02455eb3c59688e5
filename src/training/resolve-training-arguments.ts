import { inspect } from "node:util";
import { z } from "zod";
import { BaalError } from "../core/errors.js";
import { closestName } from "../core/names.js";
import { LOSS_OF_TASK, type LossName, TASK_OF_LOSS, type Task } from "../core/task.js";
import { type ResolvedTrainingArguments, TRAINING_ARGUMENTS, type TrainingArguments } from "./training-arguments.js";

const SCHEMA = z.strictObject(TRAINING_ARGUMENTS);
const LOWER_IS_BETTER = /(loss|nll|likelihood|error|brier|brierScore|ece|mae|mse|rmse|fpr95)$/i;

/** What arguments that are left out follow from. */
export interface ArgumentContext {
  /** Of the model: the loss follows from it. `"single"` by default. */
  readonly task?: Task | undefined;
}

/**
 * Checks training arguments and fills in the defaults.
 * Throws `E_ARGUMENT` that names the argument, what came and what was expected.
 */
export function resolveTrainingArguments(
  given: TrainingArguments = {},
  { task = "single" }: ArgumentContext = {},
): ResolvedTrainingArguments {
  const { perDeviceTrainBatchSize, ...named } = given;
  if (perDeviceTrainBatchSize !== undefined && (named.batchSize ?? perDeviceTrainBatchSize) !== perDeviceTrainBatchSize) {
    const values = `${named.batchSize} and ${perDeviceTrainBatchSize}`;
    throw new BaalError(
      "E_ARGUMENT",
      `batchSize and perDeviceTrainBatchSize are the same setting; ${values} came. Give one of them.`,
    );
  }
  const batchSize = named.batchSize === undefined ? perDeviceTrainBatchSize : named.batchSize;
  const input: Readonly<Record<string, unknown>> = { ...named, batchSize };
  const result = SCHEMA.safeParse(input);
  if (!result.success) throw describeIssue(result.error.issues[0], input);
  const { data } = result;
  const metricForBestModel = data.metricForBestModel.replace(/^eval_/, "");
  const args: ResolvedTrainingArguments = {
    ...data,
    metricForBestModel,
    loss: data.loss ?? LOSS_OF_TASK[task],
    classWeights: data.classWeights,
    posWeight: data.posWeight,
    focalGamma: data.focalGamma,
    focalAlpha: data.focalAlpha,
    huberDelta: data.huberDelta,
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
    const meant = closestName(name, [...Object.keys(TRAINING_ARGUMENTS), "perDeviceTrainBatchSize"]);
    const hint =
      meant === undefined ? `The arguments are ${Object.keys(TRAINING_ARGUMENTS).join(", ")}.` : `Did you mean ${meant}?`;
    return new BaalError("E_ARGUMENT", `There is no training argument ${name}. ${hint}`);
  }
  const name = String(issue?.path[0]);
  return new BaalError("E_ARGUMENT", `${name} is expected to be ${issue?.message}; ${inspect(input[name])} came.`);
}

/** Arguments that some losses alone have. */
const LOSSES_OF_ARGUMENT: readonly (readonly [keyof ResolvedTrainingArguments, readonly LossName[]])[] = [
  ["labelSmoothingFactor", ["crossEntropy", "binaryCrossEntropy", "sigmoidFocal"]],
  ["posWeight", ["binaryCrossEntropy"]],
  ["focalGamma", ["sigmoidFocal"]],
  ["focalAlpha", ["sigmoidFocal"]],
  ["huberDelta", ["huber"]],
];

/** Checks what must hold between arguments: `[whether it fails, the message]`. */
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
    ...LOSSES_OF_ARGUMENT.map(([name, losses]): readonly [boolean, string] => [
      (args[name] ?? 0) !== 0 && !losses.includes(args.loss),
      `${name} is for the loss ${losses.map((loss) => `"${loss}"`).join(", ")}; the loss is "${args.loss}".`,
    ]),
    [
      args.sampler !== "instance" && TASK_OF_LOSS[args.loss] === "regression",
      `sampler "${args.sampler}" goes by classes, and the loss "${args.loss}" has none; leave it out.`,
    ],
    [
      args.maxSteps !== -1 && args.minSteps > args.maxSteps,
      `minSteps (${args.minSteps}) is expected to be at most maxSteps (${args.maxSteps}).`,
    ],
  ];
  for (const [fails, message] of rules) if (fails) throw new BaalError("E_ARGUMENT", message);
}
