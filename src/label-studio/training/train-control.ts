import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModelKind } from "../../models/model-kind.js";
import { labelsOfConfig } from "../../models/model-labels.js";
import { readModelConfig } from "../../models/read-model-config.js";
import type { DeviceOptions } from "../../runtime/device.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import { answeredRows, type Evaluation, evaluation } from "./evaluation.js";
import type { LearnedControl, LearnedRow, ReadyData } from "./learning-data.js";
import type { PreparedData } from "./prepared-data.js";
import { trainingDefaults, weightBytes } from "./training-defaults.js";
import { type LivingModel, predictInChunks, type StartHost, startModelHost, withModel } from "./training-host.js";
import type { JobContext } from "./training-job.js";

export interface TrainControlOptions {
  /** Folder of the model that every training starts from. */
  readonly baseModel: string;
  readonly kind: ModelKind;
  /** In place of those of {@link trainingDefaults}. */
  readonly trainingArguments?: Omit<TrainingArguments, "loss">;
  /** Most tokens per text, 128 by default. */
  readonly maxSeqLen?: number;
  /** Draws per held-out item, 20 by default; 1 for a model without dropout. */
  readonly iterations?: number;
  /** Where the model is trained, and with how many threads. */
  readonly device?: DeviceOptions;
  readonly startHost?: StartHost;
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

function maxSeqLenOf({ maxSeqLen = 128 }: TrainControlOptions): number {
  return maxSeqLen;
}

/** A single draw is the prediction with dropout off. */
export function patchOf({ iterations = 20 }: TrainControlOptions): false | Record<never, never> {
  return iterations > 1 ? {} : false;
}

/** For the old version and the new one alike. */
export function drawOptions(options: TrainControlOptions): {
  readonly iterations: number;
  readonly seed: number;
  readonly maxSeqLen?: number;
} {
  const { kind, iterations = 20 } = options;
  return { iterations, seed: 1, ...(kind === "text" && { maxSeqLen: maxSeqLenOf(options) }) };
}
