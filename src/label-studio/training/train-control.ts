import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import type { RecipeRequest, RecipeSummary } from "../../host/host-calls.js";
import { type ModelKind, readModelConfig } from "../../models/checkpoint/model-kind.js";
import { labelsOfConfig } from "../../models/checkpoint/model-labels.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import { answeredRows, type Evaluation, evaluation } from "./evaluation.js";
import { type LivingModel, predictInChunks, type StartHost, startTrainingHost, withModel } from "./training-host.js";
import { type BackendTrainingOptions, trainingDefaults, weightBytes } from "./training-options.js";
import type { JobContext } from "./training-queue.js";
import type { LearnedControl, ReadyTrainingSet, TrainingRow } from "./training-set.js";

export interface TrainControlOptions {
  /** Folder of the model that every training starts from. */
  readonly baseModel: string;
  readonly kind: ModelKind;
  readonly training?: Pick<BackendTrainingOptions, "arguments"> | undefined;
  /**
   * Items without a label, for a project that is trained as the number of its labels says (`trainByRecipe`); the others are trained by `training.arguments`
   * or their defaults.
   */
  readonly recipe?: RecipeRequest | undefined;
  /** Most tokens per text, 128 by default. */
  readonly maxSeqLen?: number | undefined;
  /** Draws per held-out item, 20 by default; 1 for a model without dropout. */
  readonly iterations?: number | undefined;
  /** Where the model is trained, and with how many threads. */
  readonly device?: DeviceOptions | undefined;
  readonly startHost?: StartHost | undefined;
}

export interface TrainedControl {
  readonly name: string;
  /** Of its model. */
  readonly labels: readonly string[];
  readonly evaluation: Evaluation;
  /** What a training by recipe came to. */
  readonly recipe?: RecipeSummary | undefined;
}

/** Trains a model for one control, from the base model, measures it, and saves it in the folder; its process is gone then. */
export async function trainControl(
  { control, labels, folder }: LearnedControl & { readonly folder: string },
  { rows, heldOut }: Pick<ReadyTrainingSet, "rows" | "heldOut">,
  { options, context }: { readonly options: TrainControlOptions; readonly context: JobContext },
): Promise<TrainedControl> {
  const { baseModel, kind, device, startHost = startTrainingHost, training = {} } = options;
  const { signal, onProgress } = context;
  const { name, choice } = control;
  const own = answeredRows(rows, { control });
  const size = { kind, weightBytes: await weightBytes(baseModel), items: own.length };
  const loss = choice === "multiple" ? "binaryCrossEntropy" : "crossEntropy";
  const args: TrainingArguments = { ...trainingDefaults(size, training.arguments), loss };
  const start = {
    ...{ ...device, kind, labels: await modelLabels(baseModel, labels), keepLabels: true },
    ...{ patch: patchOf(options), startHost, signal },
  };
  return withModel(baseModel, start, async (model) => {
    const labelled = own.map((row) => ({ [kind]: row.input, label: target(row, control) }));
    const { recipe } = await model.train(
      { rows: labelled, args, recipe: options.recipe, maxSeqLen: maxSeqLenOf(options) },
      {
        signal,
        onProgress: (event) => {
          if (event.type !== "train") return;
          onProgress({ phase: "training", step: event.step, total: event.totalSteps, loss: event.loss });
        },
      },
    );
    const measured = await evaluated(model, { control, rows: answeredRows(heldOut, { control }) }, { options, context });
    onProgress({ phase: "saving", step: 0, total: 0, loss: undefined });
    await model.save(folder);
    return { name, labels: model.labels, evaluation: measured, recipe };
  });
}

/** How the model of a control does on what was held out. */
async function evaluated(
  model: LivingModel,
  { control, rows }: Pick<LearnedControl, "control"> & { readonly rows: readonly TrainingRow[] },
  { options, context }: { readonly options: TrainControlOptions; readonly context: JobContext },
): Promise<Evaluation> {
  if (rows.length === 0) return { metrics: {}, right: new Map() };
  const { signal, onProgress } = context;
  const predictions = await predictInChunks(
    model,
    rows.map(({ input }) => input),
    {
      ...drawOptions(options),
      signal,
      onDone: (step) => onProgress({ phase: "evaluating", step, total: rows.length, loss: undefined }),
    },
  );
  return evaluation(predictions, model.labels, { control, rows });
}

/** The base model's own labels where they cover those of the items, so that it keeps its last layer; else the items'. */
async function modelLabels(baseModel: string, found: readonly string[]): Promise<readonly string[]> {
  // Folders of image weights may come without.
  const config = existsSync(join(baseModel, "config.json")) ? await readModelConfig(baseModel) : {};
  const own = labelsOfConfig(config) ?? [];
  return found.every((label) => own.includes(label)) ? own : found;
}

function target({ answers }: TrainingRow, { name, choice }: LearnedControl["control"]): string | readonly string[] {
  const labels = answers.get(name) ?? [];
  return choice === "multiple" ? labels : (labels[0] ?? "");
}

function maxSeqLenOf({ kind, maxSeqLen = DEFAULT_MAX_SEQ_LEN }: TrainControlOptions): number | undefined {
  return kind === "text" ? maxSeqLen : undefined;
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
  const { iterations = DEFAULT_ITERATIONS } = options;
  return { iterations, seed: 1, maxSeqLen: maxSeqLenOf(options) };
}
