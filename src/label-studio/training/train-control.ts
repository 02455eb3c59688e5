import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import { type ModelKind, readModelConfig } from "../../models/checkpoint/model-kind.js";
import { labelsOfConfig } from "../../models/checkpoint/model-labels.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import { answeredRows, type Evaluation, evaluation } from "./evaluation.js";
import type { PreparedData } from "./prepared-data.js";
import { type LivingModel, predictInChunks, type StartHost, startModelHost, withModel } from "./training-host.js";
import type { JobContext } from "./training-queue.js";
import type { LearnedControl, LearnedRow, ReadyData } from "./training-set.js";

export interface TrainControlOptions {
  /** Folder of the model that every training starts from. */
  readonly baseModel: string;
  readonly kind: ModelKind;
  /** In place of those of {@link trainingDefaults}. */
  readonly trainingArguments?: Omit<TrainingArguments, "loss"> | undefined;
  /** Most tokens per text, 128 by default. */
  readonly maxSeqLen?: number | undefined;
  /** Draws per held-out item, 20 by default; 1 for a model without dropout. */
  readonly iterations?: number | undefined;
  /** Where the model is trained, and with how many threads. */
  readonly device?: DeviceOptions | undefined;
  readonly startHost?: StartHost | undefined;
}

/** What there is to learn, and how the model reads it. */
export interface TrainingSource {
  readonly data: ReadyData;
  readonly inputOf: PreparedData["inputOf"];
}

export interface TrainedControl {
  readonly name: string;
  /** Of its model. */
  readonly labels: readonly string[];
  readonly evaluation: Evaluation;
}

/** Trains a model for one control, from the base model, measures it, and saves it in the folder; its process is gone then. */
export async function trainControl(
  { control, labels, folder }: LearnedControl & { readonly folder: string },
  { data, inputOf }: TrainingSource,
  { options, context }: { readonly options: TrainControlOptions; readonly context: JobContext },
): Promise<TrainedControl> {
  const { baseModel, kind, device, startHost = startModelHost, trainingArguments } = options;
  const { signal, onProgress } = context;
  const { name, choice } = control;
  const own = answeredRows(data.rows, { control });
  const heldOut = answeredRows(data.heldOut, { control });
  const size = { kind, weightBytes: await weightBytes(baseModel), items: own.length };
  const loss = choice === "multiple" ? "binaryCrossEntropy" : "crossEntropy";
  const args: TrainingArguments = { ...trainingDefaults(size, trainingArguments), loss };
  const start = { ...device, kind, labels: await modelLabels(baseModel, labels), patch: patchOf(options), startHost, signal };
  return withModel(baseModel, start, async (model) => {
    const rows = own.map((row) => ({ [kind]: inputOf(row), label: target(row, control) }));
    await model.train(
      { rows, args, ...(kind === "text" && { maxSeqLen: maxSeqLenOf(options) }) },
      {
        signal,
        onProgress: (event) => {
          if (event.type !== "train") return;
          onProgress({ phase: "training", step: event.step, total: event.totalSteps, loss: event.loss });
        },
      },
    );
    const measured = await evaluated(model, { control, heldOut, inputOf }, { options, context });
    onProgress({ phase: "saving", step: 0, total: 0, loss: undefined });
    await model.save(folder);
    return { name, labels: model.labels, evaluation: measured };
  });
}

/** How the model of a control does on what was held out. */
async function evaluated(
  model: LivingModel,
  {
    control,
    heldOut,
    inputOf,
  }: Pick<LearnedControl, "control"> & Pick<TrainingSource, "inputOf"> & { readonly heldOut: readonly LearnedRow[] },
  { options, context }: { readonly options: TrainControlOptions; readonly context: JobContext },
): Promise<Evaluation> {
  if (heldOut.length === 0) return { metrics: {}, right: new Map() };
  const { signal, onProgress } = context;
  const predictions = await predictInChunks(model, heldOut.map(inputOf), {
    ...drawOptions(options),
    signal,
    onDone: (step) => onProgress({ phase: "evaluating", step, total: heldOut.length, loss: undefined }),
  });
  return evaluation(predictions, model.labels, { control, rows: heldOut });
}

/** The base model's own labels where they cover those of the items, so that it keeps its last layer; else the items'. */
async function modelLabels(baseModel: string, found: readonly string[]): Promise<readonly string[]> {
  // Folders of image weights may come without.
  const config = existsSync(join(baseModel, "config.json")) ? await readModelConfig(baseModel) : {};
  const own = labelsOfConfig(config) ?? [];
  return found.every((label) => own.includes(label)) ? own : found;
}

function target({ answers }: LearnedRow, { name, choice }: LearnedControl["control"]): string | readonly string[] {
  const labels = answers.get(name) ?? [];
  return choice === "multiple" ? labels : (labels[0] ?? "");
}

function maxSeqLenOf({ maxSeqLen = DEFAULT_MAX_SEQ_LEN }: TrainControlOptions): number {
  return maxSeqLen;
}

/** A single draw is the prediction with dropout off. */
export function patchOf({ iterations = DEFAULT_ITERATIONS }: TrainControlOptions): false | Record<never, never> {
  return iterations > 1 ? {} : false;
}

/** For the old version and the new one alike. */
export function drawOptions(options: TrainControlOptions): {
  readonly iterations: number;
  readonly seed: number;
  readonly maxSeqLen?: number | undefined;
} {
  const { kind, iterations = DEFAULT_ITERATIONS } = options;
  return { iterations, seed: 1, ...(kind === "text" && { maxSeqLen: maxSeqLenOf(options) }) };
}

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
