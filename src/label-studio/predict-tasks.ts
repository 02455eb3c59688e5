import { setImmediate as nextTurn } from "node:timers/promises";
import { BaalError, errorMessage, throwIfAborted } from "../errors.js";
import type { Predictions } from "../predictions.js";
import type { ChoicesControl } from "./choices-controls.js";
import {
  type ControlPrediction,
  emptyPrediction,
  type LabelMatch,
  type LabelStudioPrediction,
  matchLabels,
  noSharedLabel,
  type PredictionOptions,
  toPrediction,
} from "./prediction.js";
import type { Predictor } from "./predictor.js";
import { taskChoices, taskText } from "./task.js";

export interface PredictTasksOptions extends PredictionOptions {
  /** K, the draws per text. */
  readonly iterations: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface PredictedTasks {
  /** Exactly one per task, in order. */
  readonly results: readonly LabelStudioPrediction[];
  /** Tasks that got an empty prediction, and why; without their contents. */
  readonly problems: readonly {
    readonly position: number;
    readonly taskId: number | string | undefined;
    readonly reason: string;
  }[];
}

/** Faults of one task, which gets an empty prediction; any other error is everybody's and fails the batch. */
const taskFaults: ReadonlySet<string> = new Set(["E_DATA", "E_LABEL_CONFIG", "E_NOT_FINITE"]);

/** So many texts at once: bounds the memory of the draws, and how long a cancelled request goes on. */
const textsPerCall = 1024;

/** So many predictions between two turns of the event loop, which has to answer health checks within a second. */
const tasksPerTurn = 64;

interface PlannedControl {
  readonly control: ChoicesControl;
  readonly match: LabelMatch;
  /** Position among the distinct texts. */
  readonly text: number;
}

/** Predicts a batch of tasks for all its controls. A text that occurs several times goes through the model once. */
export async function predictTasks(
  tasks: readonly unknown[],
  controls: readonly ChoicesControl[],
  predictor: Predictor,
  options: PredictTasksOptions,
): Promise<PredictedTasks> {
  const problems = new Map<number, string>();
  const texts = new Map<string, number>();
  const matches = new Map(controls.map((control) => [control, matchLabels(control.choices, predictor.labels)]));
  const plan = tasks.map((task, position) =>
    attempt(position, problems, () =>
      controls.map((control): PlannedControl => {
        const match = taskMatch(task, control, matches.get(control), predictor);
        const text = taskText(task, control.source);
        const known = texts.get(text) ?? texts.size;
        texts.set(text, known);
        return { control, match, text: known };
      }),
    ),
  );

  const outputs = await predictTexts([...texts.keys()], predictor, options);
  const results: LabelStudioPrediction[] = [];
  for (const [position, planned] of plan.entries()) {
    if (position % tasksPerTurn === 0) await nextTurn();
    const prediction = planned && attempt(position, problems, () => toPrediction(planned.map(withOutput(outputs)), options));
    results.push(prediction ?? emptyPrediction(options));
  }
  return {
    results,
    problems: [...problems].map(([position, reason]) => ({ position, taskId: taskId(tasks[position]), reason })),
  };
}

function attempt<T>(position: number, problems: Map<number, string>, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BaalError && taskFaults.has(error.code))) throw error;
    problems.set(position, errorMessage(error));
    return undefined;
  }
}

function taskMatch(task: unknown, control: ChoicesControl, fixed: LabelMatch | undefined, predictor: Predictor): LabelMatch {
  const { dynamicChoices } = control;
  const match =
    dynamicChoices === undefined && fixed !== undefined
      ? fixed
      : matchLabels([...control.choices, ...taskChoices(task, dynamicChoices ?? "")], predictor.labels);
  if (match.pairs.length === 0) throw noSharedLabel(control, match);
  return match;
}

/** One item's draws, `[1, C, K]`, per text. */
async function predictTexts(
  texts: readonly string[],
  predictor: Predictor,
  { iterations, seed, signal }: PredictTasksOptions,
): Promise<readonly Predictions[]> {
  const outputs: Predictions[] = [];
  for (let start = 0; start < texts.length; start += textsPerCall) {
    throwIfAborted(signal, "The prediction");
    const chunk = texts.slice(start, start + textsPerCall);
    const { kind, shape, data } = await predictor.predict(chunk, { iterations, seed, ...(signal && { signal }) });
    const [items, classes = 0, draws = 0] = shape;
    if (shape.length !== 3 || items !== chunk.length || classes !== predictor.labels.length) {
      throw new BaalError(
        "E_SHAPE",
        `The model should give [${chunk.length}, ${predictor.labels.length}, draws], [${shape}] came.`,
      );
    }
    const size = classes * draws;
    for (let item = 0; item < items; item++) {
      outputs.push({
        kind,
        shape: [1, classes, draws],
        data: data.subarray(item * size, (item + 1) * size),
        indices: [start + item],
      });
    }
  }
  return outputs;
}

function withOutput(outputs: readonly Predictions[]): (planned: PlannedControl) => ControlPrediction {
  return ({ control, match, text }) => {
    const predictions = outputs[text];
    if (predictions === undefined)
      throw new BaalError("E_SHAPE", `The model gave ${outputs.length} outputs, text ${text} has none.`);
    return { control, match, predictions };
  };
}

function taskId(task: unknown): number | string | undefined {
  if (typeof task !== "object" || task === null || !("id" in task)) return undefined;
  return typeof task.id === "number" ? task.id : typeof task.id === "string" ? task.id.slice(0, 40) : undefined;
}
