import { z } from "zod";
import { DEFAULT_ITERATIONS } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { PretrainingArguments } from "../training/masked-lm/pretrain-masked-lm.js";
import { resolveTrainingArguments } from "../training/resolve-training-arguments.js";
import { stopping } from "./stopping-config.js";
import { cellFolder, strategyLabel, strategySpec } from "./strategy-spec.js";

const count = z.int("a whole number from 1").min(1, "a whole number from 1");
const name = z.string().min(1);

/** Training arguments that `training` may not name: the experiment decides these. */
const NOT_TRAINING = ["seed", "outputDir", "resumeFromCheckpoint", "overwriteOutputDir", "evalIterations", "loss"] as const;
const OWN_TRAINING: Readonly<Record<(typeof NOT_TRAINING)[number], string>> = {
  seed: "seeds names the seeds",
  outputDir: "the command's --output names the folder",
  resumeFromCheckpoint: "a run always continues where it stopped",
  overwriteOutputDir: "a run always continues where it stopped",
  evalIterations: "it is called evaluation.iterations",
  loss: "experiments train classifiers",
};

const training = z.record(z.string(), z.unknown()).superRefine((given, context) => {
  for (const field of NOT_TRAINING) {
    if (field in given) context.addIssue({ code: "custom", path: [field], message: `is not given here: ${OWN_TRAINING[field]}` });
  }
  addArgumentIssue(given, context);
});

function addArgumentIssue(
  given: Readonly<Record<string, unknown>>,
  context: { addIssue(issue: { code: "custom"; message: string }): void },
): void {
  try {
    resolveTrainingArguments(given);
  } catch (error) {
    if (!(error instanceof BaalError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
  }
}

const PRETRAINING_ARGUMENTS: readonly string[] = [
  ...(["numTrainEpochs", "maxSteps", "minSteps", "batchSize", "learningRate", "weightDecay", "optim"] as const),
  ...(["lrSchedulerType", "warmupSteps", "warmupRatio", "maxGradNorm"] as const),
] satisfies (keyof PretrainingArguments)[];

const pretraining = z
  .looseObject({ maskingShare: z.number().gt(0).lt(1).optional(), unit: z.enum(["word", "token"]).optional() })
  .superRefine(({ maskingShare: _, unit: __, ...args }, context) => {
    const unknown = Object.keys(args).filter((field) => !PRETRAINING_ARGUMENTS.includes(field));
    if (unknown.length > 0) {
      const known = ["maskingShare", "unit", ...PRETRAINING_ARGUMENTS].join(", ");
      context.addIssue({ code: "custom", message: `there is no ${unknown.join(", ")}; there are ${known}` });
    } else addArgumentIssue(args, context);
  });

const patch = z.union([
  z.strictObject({
    method: z.literal("dropout").optional(),
    rate: z.number().min(0).lt(1).optional(),
    where: z.union([z.enum(["all", "head"]), z.strictObject({ lastLayers: z.int().min(0) })]).optional(),
    consistent: z.boolean().optional(),
    masks: z.enum(["balanced", "independent"]).optional(),
  }),
  z.strictObject({
    method: z.literal("dropconnect"),
    rate: z.number().min(0).lt(1).optional(),
    where: z.enum(["all", "head"]).optional(),
    layers: z.array(name).optional(),
  }),
]);

/** How the draws of predictions are made random: what `patchModule` gets; `false` leaves them deterministic. */
const shared = { patch: z.union([patch, z.literal(false)]).optional() };

const model = z.union(
  [
    z.strictObject({ ...shared, recipe: name }),
    z.strictObject({
      ...shared,
      config: z.record(z.string(), z.unknown()),
      vocabularySize: count,
      maxSeqLen: count.optional(),
    }),
    z.looseObject({ ...shared, architecture: name }),
    z.strictObject({
      ...shared,
      pretrained: name,
      revision: name.optional(),
      format: z.enum(["safetensors", "onnx"]).optional(),
      maxSeqLen: count.optional(),
      dropout: z.number().min(0).lt(1).optional(),
      imageSize: z.tuple([count, count]).optional(),
      /** `"solved"`: the encoder stays as it is, and its last layer is solved in each step. */
      head: z.literal("solved").optional(),
    }),
  ],
  "one of { recipe }, { config, vocabularySize }, { architecture, ... } and { pretrained } is needed, without unknown fields",
);

const different = <T>(values: readonly T[]) => new Set(values).size === values.length;

const initialLabels = z.union(
  [
    count,
    z.literal("all"),
    z.strictObject({ perClass: count }),
    z.strictObject({ classes: z.record(z.string(), count) }),
    z.strictObject({ strategy: strategySpec, count }),
  ],
  'a number, "all", { perClass: n }, { classes: { name: n, ... } } or { strategy: "typiclust", count: n } is needed',
);

const outOfScope = z.strictObject({
  /** Name of the class of items that belong to no class; by default the data set's own. */
  label: name.optional(),
  /** `"class"`: one class more, learned like the others; `"threshold"`: never trained on, recognised by a score. */
  protocol: z.enum(["class", "threshold"]).default("class"),
  score: z.enum(["maxSoftmax", "entropy", "margin"]).default("maxSoftmax"),
});

const evaluation = z.strictObject({
  /** Draws that are averaged for each test item; 1: one pass with dropout off. */
  iterations: count.default(1),
  /** Which figures are recorded; all by default. */
  metrics: z.array(name).min(1).optional(),
  /** Adds `rareF1`: the mean F1 of these classes, or of the so many that are rarest in the pool. */
  rareClasses: z.union([count, z.array(name).min(1)]).optional(),
  /** Records, with each step, the reliability diagram's bins. */
  reliability: z.boolean().default(true),
  /** How many of the items picked first, and of the most uncertain ones, are recorded with their content. */
  examples: z.int().min(0).default(3),
});

const schema = z.strictObject({
  name: name.optional(),
  dataset: z.looseObject({}),
  model,
  /** `"random"` is added in front where it is missing. */
  strategies: z
    .array(strategySpec)
    .min(1)
    .transform((specs) => (specs.includes("random") ? specs : ["random", ...specs]))
    .refine((specs) => different(specs.map((spec) => cellFolder(strategyLabel(spec), 0))), "a strategy is named twice"),
  seeds: z
    .union([count.transform((n) => Array.from({ length: n }, (_, i) => i + 1)), z.array(z.int()).min(1)])
    .refine(different, "a seed is named twice")
    .default([1, 2, 3]),
  initialLabels: initialLabels.default(100),
  querySize: count,
  steps: count,
  /** Ends a cell before its last step. */
  stopping: stopping.optional(),
  iterations: count.default(DEFAULT_ITERATIONS),
  /** Spends most draws on the items that may be picked: `{}` for its defaults. */
  draws: z.strictObject({ min: count.optional(), keep: z.number().min(1).optional(), exact: z.boolean().optional() }).optional(),
  poolSize: count.optional(),
  weights: z.enum(["reset", "keep"]).default("reset"),
  training: training.default({}),
  /** Masked-language-model training on the pool's texts before the first round. */
  pretraining: pretraining.optional(),
  evaluation: evaluation.prefault({}),
  outOfScope: outOfScope.optional(),
  /** Values of metrics for the report's table of labels to a target: `{ accuracy: [0.8, 0.9] }`. */
  targets: z.record(z.string(), z.array(z.number()).min(1)).optional(),
  device: z.enum(["cpu", "cuda", "webgpu"]).optional(),
});

/** An experiment, checked, with all defaults filled in: what its results depend on. */
export type ExperimentConfig = Readonly<z.output<typeof schema>>;

/** The fields of a configuration file. */
export type ExperimentConfigInput = z.input<typeof schema>;

export type InitialLabels = ExperimentConfig["initialLabels"];

/**
 * Checks a configuration by itself; what only its data can tell is found by `loadExperimentData` and `planExperiment`, before anything is
 * trained. Throws `E_ARGUMENT` that names every field that is wrong.
 */
export function experimentConfig(given: unknown): ExperimentConfig {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message));
  throw new BaalError("E_ARGUMENT", `The experiment's configuration is wrong: ${problems.join("; ")}.`, { cause: parsed.error });
}
