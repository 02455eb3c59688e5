import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import type { TrainingArguments } from "../../training/training-arguments.js";

/** Which annotators count where a task has several. */
export const annotatorRules = ["majority", "latest", "each", "weighted"] as const;

export type AnnotatorRule = (typeof annotatorRules)[number];

/** When a project's model is trained, what with, and when the new version serves. */
export interface BackendTrainingOptions {
  /**
   * `"auto"` (default): for texts and a pretrained encoder without a last layer for the project's labels, and no `arguments`, a head over the frozen encoder
   * is solved again after each label, and fine-tuning follows where it pays; `"solvedHead"`: so with small models, too, and in place of a last layer that
   * is there; `"trained"`: by trainings alone, with `arguments` or their defaults.
   */
  readonly recipe?: ServingRecipe | undefined;
  /** In place of those that suit the model's size, see {@link trainingDefaults}. */
  readonly arguments?: Omit<TrainingArguments, "loss"> | undefined;
  /** Trains after so many new annotations, too. */
  readonly everyAnnotations?: number | undefined;
  /**
   * Whose answer counts where several people labelled a task: `"majority"` (default); `"weighted"`: more of who is right more often, by how they all
   * agree; `"latest"`; `"each"`: all of them.
   */
  readonly annotators?: AnnotatorRule | undefined;
  /**
   * Tasks with an annotation that is marked as ground truth: `"train"` (default) learns from them as from others, that annotation alone;
   * `"validate"` tests versions with them in place of the share that is held out, and never learns from them.
   */
  readonly groundTruth?: GroundTruthUse | undefined;
  /** Share of the labelled tasks that metrics are measured on; 0.2 by default, 0 holds nothing out. */
  readonly heldOutShare?: number | undefined;
  /**
   * A new version serves only if it is no more than that worse than the version that serves, on the same held-out items, by {@link compareBy}: 0.02
   * are two points, or of an error two percent of it. By default it always serves.
   */
  readonly unlessWorseBy?: number | undefined;
  /**
   * The metric that {@link unlessWorseBy} is about: `"accuracy"` (default), `"balancedAccuracy"`, `"macroF1"`, `"microF1"` of choices; `"r2"`, `"spearman"`,
   * `"rootMeanSquaredError"`, `"meanAbsoluteError"` of numbers. A control that it does not judge is compared by its accuracy, or by R2.
   */
  readonly compareBy?: GateMetricName | undefined;
  /** Newest versions of a project that stay on the disk; 20 by default. */
  readonly keepVersions?: number | undefined;
}

export const groundTruthUses = ["train", "validate"] as const;

export type GroundTruthUse = (typeof groundTruthUses)[number];

/** The metrics that a new version can be compared with the one that serves by, those of choices first. */
export const gateMetricNames = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "microF1",
  "r2",
  "spearman",
  "rootMeanSquaredError",
  "meanAbsoluteError",
] as const;

/** One of {@link gateMetricNames}. */
export type GateMetricName = (typeof gateMetricNames)[number];

/** How a server learns, in {@link BackendTrainingOptions}. */
export const servingRecipes = ["auto", "solvedHead", "trained"] as const;

/** One of {@link servingRecipes}. */
export type ServingRecipe = (typeof servingRecipes)[number];

type Size = "tiny" | "small" | "large";

/** The first one that has room for the weights. A large model was pretrained, and a step of all its weights takes seconds on two cores. */
const SIZES: readonly (readonly [Size, number])[] = [
  ["tiny", 4_000_000],
  ["small", 40_000_000],
  ["large", Number.POSITIVE_INFINITY],
];

/** So many steps at most where there are many labels, but every item at least once. */
const MOST_STEPS = 2000;

type Defaults = TrainingArguments & { readonly numTrainEpochs: number; readonly minSteps: number; readonly batchSize: number };

/** A large model is fine-tuned gently, of images only its last layer; a tiny one starts from little and needs many steps. */
const DEFAULTS: Readonly<Record<ModelKind, Readonly<Record<Size, Defaults>>>> = {
  text: {
    tiny: { numTrainEpochs: 20, minSteps: 400, batchSize: 32, learningRate: 3e-3, lrSchedulerType: "cosine", warmupRatio: 0.3 },
    small: { numTrainEpochs: 20, minSteps: 300, batchSize: 32, learningRate: 1e-3, lrSchedulerType: "cosine", warmupRatio: 0.2 },
    large: { numTrainEpochs: 5, minSteps: 60, batchSize: 16, learningRate: 5e-5, warmupRatio: 0.1 },
  },
  image: {
    tiny: { numTrainEpochs: 20, minSteps: 200, batchSize: 32, learningRate: 3e-3, lrSchedulerType: "cosine", warmupRatio: 0.1 },
    small: { numTrainEpochs: 20, minSteps: 200, batchSize: 32, learningRate: 1e-3, lrSchedulerType: "cosine", warmupRatio: 0.1 },
    large: { numTrainEpochs: 10, minSteps: 100, batchSize: 16, learningRate: 1e-3, fineTune: "head", warmupRatio: 0.1 },
  },
};

export interface TrainingSize {
  readonly kind: ModelKind;
  readonly weightBytes: number;
  /** Labelled items to learn from. */
  readonly items: number;
}

/**
 * Training arguments that suit two cores, from the size of the model and the number of items, with the given ones in their place. Who
 * gives a length of the training (`maxSteps`, `minSteps`, `numTrainEpochs`) sets it alone.
 */
export function trainingDefaults({ kind, weightBytes, items }: TrainingSize, given: TrainingArguments = {}): TrainingArguments {
  const { numTrainEpochs, minSteps, ...rest } = DEFAULTS[kind][SIZES.find(([, most]) => weightBytes <= most)![0]];
  const { perDeviceTrainBatchSize, batchSize = perDeviceTrainBatchSize ?? rest.batchSize, ...others } = given;
  const most = Math.max(1, (MOST_STEPS * batchSize) / Math.max(1, items));
  const isLengthGiven = [given.maxSteps, given.minSteps, given.numTrainEpochs].some((length) => length !== undefined);
  const length = isLengthGiven ? {} : { minSteps, numTrainEpochs: Math.min(numTrainEpochs, most) };
  return { ...rest, weightDecay: 0.01, ...length, ...others, batchSize };
}

/** Size of the weights in a model folder. */
export async function weightBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const weights = names.filter((name) => /\.(?:safetensors|onnx|onnx_data)$/.test(name));
  const sizes = await Promise.all(weights.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
