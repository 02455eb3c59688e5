import { setImmediate as nextTurn } from "node:timers/promises";
import { BaalError, errorMessage, throwIfAborted } from "../errors.js";
import type { Predictions } from "../predictions.js";
import type { Choice, ChoicesControl } from "./choices-controls.js";
import { type LabelMatch, labelMatcher, noSharedLabel } from "./label-match.js";
import {
  type ControlPrediction,
  emptyPrediction,
  type LabelStudioPrediction,
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
  /** Controls that share no label with the model: left out for all tasks. */
  readonly mismatches: readonly string[];
  /** Tasks for which a control, or all, could not be predicted, and why; without their contents. */
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
  const matchLabels = labelMatcher(predictor.labels);
  const fixed = new Map(controls.filter(isFixed).map((control) => [control, matchLabels(control.choices)]));
  const mismatches = [...fixed].filter(([, match]) => match.pairs.length === 0);
  const usable = controls.filter((control) => fixed.get(control)?.pairs.length !== 0);
  const plan: (readonly PlannedControl[])[] = [];
  for (const [position, task] of tasks.entries()) {
    if (position % tasksPerTurn === 0) await nextTurn();
    const planned: PlannedControl[] = [];
    for (const control of usable) {
      attempt(position, problems, () => {
        const match = fixed.get(control) ?? dynamicMatch(control, task, matchLabels);
        const text = taskText(task, control.source);
        const known = texts.get(text) ?? texts.size;
        texts.set(text, known);
        planned.push({ control, match, text: known });
      });
    }
    plan.push(planned);
  }

  const outputs = await predictTexts([...texts.keys()], predictor, options);
  const results: LabelStudioPrediction[] = [];
  for (const [position, planned] of plan.entries()) {
    if (position % tasksPerTurn === 0) await nextTurn();
    const prediction = attempt(position, problems, () => toPrediction(planned.map(withOutput(outputs)), options));
    results.push(prediction ?? emptyPrediction(options));
  }
  return {
    results,
    mismatches: mismatches.map(([control, match]) => noSharedLabel(control, match).message),
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

function isFixed({ dynamicChoices }: ChoicesControl): boolean {
  return dynamicChoices === undefined;
}

/** The labels of a control with those that the task itself brings. */
function dynamicMatch(
  control: ChoicesControl,
  task: unknown,
  matchLabels: (choices: readonly Choice[]) => LabelMatch,
): LabelMatch {
  const match = matchLabels([...control.choices, ...taskChoices(task, control.dynamicChoices ?? "")]);
  if (match.pairs.length > 0) return match;
  // Without the choices themselves: they are the task's contents.
  throw new BaalError("E_DATA", `None of the task's own choices for "${control.name}" is a label of the model.`);
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
