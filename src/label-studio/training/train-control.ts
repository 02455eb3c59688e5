import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DropoutPatchOptions } from "../../bayesian/patch-module.js";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../../core/defaults.js";
import { LOSS_OF_TASK, type Task } from "../../core/task.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import type { RecipeRequest, RecipeSummary, TrainSummary } from "../../host/host-calls.js";
import { type ModelKind, readModelConfig } from "../../models/checkpoint/model-kind.js";
import { labelsOfConfig } from "../../models/checkpoint/model-labels.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import { namedChoice } from "../contract/choice.js";
import { answeredRows, type Evaluation, evaluation, type Question, questionOf } from "./evaluation.js";
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
  /** `"balanced"` by default. */
  readonly masks?: DropoutPatchOptions["masks"];
  /**
   * A choice (its alias or value) for what belongs to none of the others: the model learns to abstain from such items, once there are two of them and two other
   * labels, and is not trained on them; where several may be chosen, it is trained on them as items of no label. Until then it is a class as any other.
   */
  readonly outOfScopeChoice?: string | undefined;
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
  /** How well it tells what is out of its scope, where it learned to. */
  readonly outOfScope?: TrainSummary["outOfScope"];
}

/** Trains a model for one control, from the base model, measures it, and saves it in the folder; its process is gone then. */
export async function trainControl(
  { control, labels, folder }: LearnedControl & { readonly folder: string },
  { rows, heldOut }: Pick<ReadyTrainingSet, "rows" | "heldOut">,
  { options, context }: { readonly options: TrainControlOptions; readonly context: JobContext },
): Promise<TrainedControl> {
  const { baseModel, kind, device, startHost = startTrainingHost, training = {} } = options;
  const { signal, onProgress } = context;
  const { name } = control;
  const question = questionOf(control);
  const { own, others, outside, beyond } = scopeOf({ control, labels }, answeredRows(rows, { control }), options);
  const size = { kind, weightBytes: await weightBytes(baseModel), items: own.length };
  const args: TrainingArguments = {
    ...trainingDefaults(size, training.arguments),
    loss: LOSS_OF_TASK[TASK_OF_QUESTION[question]],
  };
  const start = {
    ...{ ...device, kind, labels: await modelLabels(baseModel, others), keepLabels: true },
    ...{ patch: patchOf(options), startHost, signal },
  };
  return withModel(baseModel, start, async (model) => {
    const labelled = (some: readonly TrainingRow[]) =>
      some.map((row) => ({ [kind]: row.input, label: target(row, control, outside) }));
    const tested = answeredRows(heldOut, { control });
    const validation = beyond && tested.filter((row) => target(row, control) !== outside);
    const outOfScope = beyond && {
      label: outside!,
      inputs: beyond.map(({ input }) => input),
      validation: validation?.length ? labelled(validation) : undefined,
    };
    const { iterations, seed } = drawOptions(options);
    const isTuned = question === "multiple" && tested.length >= THRESHOLDS_FROM;
    const standardise = question === "number";
    const thresholds = isTuned ? { rows: labelled(tested), iterations, seed } : undefined;
    const { recipe, outOfScope: figures } = await model.train(
      { rows: labelled(own), args, recipe: options.recipe, thresholds, outOfScope, standardise, maxSeqLen: maxSeqLenOf(options) },
      {
        signal,
        onProgress: (event) => {
          if (event.type !== "train") return;
          onProgress({ phase: "training", step: event.step, total: event.totalSteps, loss: event.loss });
        },
      },
    );
    const measured = await evaluated(model, { control, rows: tested, outside }, { options, context });
    onProgress({ phase: "saving", step: 0, total: 0, loss: undefined });
    await model.save(folder);
    return { name, labels: model.labels, evaluation: measured, recipe, outOfScope: figures };
  });
}

/** How the model of a control does on what was held out. */
async function evaluated(
  model: LivingModel,
  {
    control,
    rows,
    outside,
  }: Pick<LearnedControl, "control"> & { readonly rows: readonly TrainingRow[]; readonly outside: string | undefined },
  { options, context }: { readonly options: TrainControlOptions; readonly context: JobContext },
): Promise<Evaluation> {
  if (rows.length === 0) return { metrics: {}, answers: new Map() };
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
  return evaluation(predictions, model.labels, { control, rows, outside });
}

const TASK_OF_QUESTION: Readonly<Record<Question, Task>> = { single: "single", multiple: "multi", number: "regression" };

/** Of fewer items that were held out, thresholds would be chance. */
const THRESHOLDS_FROM = 20;

/** Fewest items out of scope, and labels beside them. */
const FEWEST = 2;

interface Scope {
  /** What the model is trained on. */
  readonly own: readonly TrainingRow[];
  /** Its classes. */
  readonly others: readonly string[];
  /** The label for what belongs to none of them, where it is no class itself. */
  readonly outside: string | undefined;
  /** What the model learns to abstain from. */
  readonly beyond?: readonly TrainingRow[] | undefined;
}

/** What the model is trained on, and what it is to abstain from, where that can be learned. */
function scopeOf(
  { control, labels }: LearnedControl,
  rows: readonly TrainingRow[],
  { outOfScopeChoice }: Pick<TrainControlOptions, "outOfScopeChoice">,
): Scope {
  const outside = namedChoice(control.choices, outOfScopeChoice)?.label;
  const asClass: Scope = { own: rows, others: labels, outside: undefined };
  if (outside === undefined) return asClass;
  const others = labels.filter((one) => one !== outside);
  // An item that none of the labels is probable for has none of them, whether such items were labelled or not.
  if (control.choice === "multiple") return others.length >= FEWEST ? { own: rows, others, outside } : asClass;
  const isOutside = (row: TrainingRow) => target(row, control) === outside;
  const beyond = rows.filter(isOutside);
  const own = rows.filter((row) => !isOutside(row));
  const isLearnable = beyond.length >= FEWEST && new Set(own.map((row) => target(row, control))).size >= FEWEST;
  return isLearnable ? { own, others, outside, beyond } : asClass;
}

/** The base model's own labels where they cover those of the items, so that it keeps its last layer; else the items'. */
async function modelLabels(baseModel: string, found: readonly string[]): Promise<readonly string[]> {
  // Folders of image weights may come without.
  const config = existsSync(join(baseModel, "config.json")) ? await readModelConfig(baseModel) : {};
  const own = labelsOfConfig(config) ?? [];
  return found.every((label) => own.includes(label)) ? own : found;
}

/** As a data set has it: a label, a list of them without the one that says none, or a number. */
function target(
  { answers }: TrainingRow,
  control: LearnedControl["control"],
  outside?: string,
): string | number | readonly string[] {
  const labels = answers.get(control.name) ?? [];
  if (control.number !== undefined) return Number(labels[0]);
  return control.choice === "multiple" ? labels.filter((label) => label !== outside) : (labels[0] ?? "");
}

function maxSeqLenOf({
  kind,
  maxSeqLen = DEFAULT_MAX_SEQ_LEN,
}: Pick<TrainControlOptions, "kind" | "maxSeqLen">): number | undefined {
  return kind === "text" ? maxSeqLen : undefined;
}

/** A single draw is the prediction with dropout off. */
export function patchOf({
  iterations = DEFAULT_ITERATIONS,
  masks = "balanced",
}: Pick<TrainControlOptions, "iterations" | "masks">): false | DropoutPatchOptions {
  return iterations > 1 ? { masks } : false;
}

/** For the old version and the new one alike. */
export function drawOptions(options: Pick<TrainControlOptions, "kind" | "maxSeqLen" | "iterations">): {
  readonly iterations: number;
  readonly seed: number;
  readonly maxSeqLen?: number | undefined;
} {
  const { iterations = DEFAULT_ITERATIONS } = options;
  return { iterations, seed: 1, maxSeqLen: maxSeqLenOf(options) };
}
