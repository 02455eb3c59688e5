import type { PredictionCalibrator } from "../../core/bayesian-model.js";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { Predictions } from "../../core/predictions.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import type { ObjectSource } from "./choices-controls.js";
import type { TextPredictor } from "./predictor.js";
import { taskText } from "./task.js";

/** The subject of a control: a text, or the value that stands for an image. */
export interface TaskInput {
  readonly value: string;
  /** Of the first task that has it. */
  readonly taskId: number | string | undefined;
}

export interface TaskDrawOptions {
  /** K, the draws per input. */
  readonly iterations: number;
  readonly seed: number;
  /** The fewest that what is made of them needs; 1 by default. */
  readonly fewestDraws?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One item's draws, `[1, C, K]`, or why there are none. */
export type Outcome = Predictions | BaalError;

/** A model as the prediction of tasks sees it, whatever it reads. */
export interface TaskModel {
  readonly kind: ModelKind;
  readonly labels: readonly string[];
  /** Whether each label is predicted by itself. */
  readonly isMultiLabel: boolean;
  /** Whether the labels name numbers. */
  readonly isRegression?: boolean | undefined;
  /** From which probability on each label is chosen, of those. */
  readonly thresholds?: readonly number[] | undefined;
  /** Makes the probabilities that are shown right. */
  readonly calibrator?: PredictionCalibrator | undefined;
  /** The text or image of a task that a control is about. Throws `E_DATA`. */
  read(task: unknown, source: ObjectSource): string;
  /** An outcome per input, in order. Throws what is no fault of a single input. */
  predict(inputs: readonly TaskInput[], options: TaskDrawOptions): Promise<readonly Outcome[]>;
}

/** Faults of one task, which gets an empty prediction; any other error is everybody's and fails the batch. */
const taskFaults: ReadonlySet<string> = new Set(["E_DATA", "E_IMAGE", "E_LABEL_CONFIG", "E_NOT_FINITE"]);

export function isTaskFault(error: unknown): error is BaalError {
  return error instanceof BaalError && taskFaults.has(error.code);
}

/** `Predictor.predict` of one kind of input. */
export type PredictBatch<Input> = (inputs: readonly Input[], options: TaskDrawOptions) => Promise<Predictions>;

/** Runs the model on a batch. Where one input fails it, halves are tried, so that only that one stays without a prediction. */
export async function predictBatch<Input>(
  inputs: readonly Input[],
  predict: PredictBatch<Input>,
  { classes, ...options }: TaskDrawOptions & { readonly classes: number },
): Promise<readonly Outcome[]> {
  if (inputs.length === 0) return [];
  throwIfAborted(options.signal, "The prediction");
  try {
    return split(await predict(inputs, options), inputs.length, classes);
  } catch (error) {
    if (!isTaskFault(error)) throw error;
    if (inputs.length === 1) return [error];
    const middle = inputs.length >> 1;
    const halves = [inputs.slice(0, middle), inputs.slice(middle)];
    const outcomes: Outcome[] = [];
    for (const half of halves) outcomes.push(...(await predictBatch(half, predict, { ...options, classes })));
    return outcomes;
  }
}

function split({ kind, shape, data, beyondScope_N }: Predictions, inputs: number, labels: number): readonly Predictions[] {
  const [items, classes = 0, draws = 0] = shape;
  if (shape.length !== 3 || items !== inputs || classes !== labels) {
    throw new BaalError("E_SHAPE", `The model should give [${inputs}, ${labels}, draws], [${shape}] came.`);
  }
  const size = classes * draws;
  return Array.from({ length: items }, (_, item) => ({
    kind,
    shape: [1, classes, draws],
    data: data.subarray(item * size, (item + 1) * size),
    indices: [item],
    beyondScope_N: beyondScope_N?.subarray(item, item + 1),
  }));
}

/** So many texts at once: bounds the memory of the draws, how long a cancelled request goes on, and what a request that came to no end had for nothing. */
const textsPerCall = 256;

export function textTaskModel(predictor: TextPredictor): TaskModel {
  const { labels, isMultiLabel = false, isRegression, thresholds, calibrator } = predictor;
  return {
    kind: "text",
    labels,
    isMultiLabel,
    isRegression,
    thresholds,
    calibrator,
    read: taskText,
    async predict(inputs, options) {
      const texts = inputs.map(({ value }) => value);
      const outcomes: Outcome[] = [];
      for (let start = 0; start < texts.length; start += textsPerCall) {
        const chunk = texts.slice(start, start + textsPerCall);
        const settings = { ...options, classes: labels.length };
        outcomes.push(...(await predictBatch(chunk, (own, call) => predictor.predict(own, call), settings)));
      }
      return outcomes;
    },
  };
}
