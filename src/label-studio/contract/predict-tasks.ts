import { setImmediate as nextTurn } from "node:timers/promises";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { Choice } from "./choice.js";
import { type ChoicesControl, type ChoicesControls, fittingControls } from "./choices-controls.js";
import { controlMatcher, type LabelMatch, noSharedLabel } from "./label-match.js";
import type { ModelParameters } from "./model-parameters.js";
import {
  type ControlPrediction,
  emptyPrediction,
  type LabelStudioPrediction,
  type PredictionOptions,
  toPrediction,
} from "./prediction.js";
import { defaultScore, scoreRecord } from "./score.js";
import { taskChoices, taskId } from "./task.js";
import { isTaskFault, type Outcome, type TaskDrawOptions, type TaskInput, type TaskModel } from "./task-model.js";

export interface PredictTasksOptions extends PredictionOptions, TaskDrawOptions {
  /** Told of the predictions, one per task. */
  readonly onPredicted?:
    | ((version: string, tasks: readonly unknown[], results: readonly LabelStudioPrediction[]) => void)
    | undefined;
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

/** Tasks with the configuration that says what is asked about them. */
export interface TasksRequest {
  readonly tasks: readonly unknown[];
  /** As the request has it. */
  readonly labelConfig: string;
  readonly signal?: AbortSignal | undefined;
  /** Asked for by the caller, over the project's and the server's own. */
  readonly parameters?: ModelParameters | undefined;
}

/** With the controls that were predicted, and those that were not. */
export interface AnsweredTasks extends PredictedTasks, ChoicesControls {
  /** All results are of this version. */
  readonly modelVersion: string;
}

/** Predicts tasks for the controls of their labelling configuration that the model can answer. Throws `E_LABEL_CONFIG`, and what the model throws. */
export async function answerTasks(
  { tasks, labelConfig, signal }: TasksRequest,
  model: TaskModel,
  settings: Omit<PredictTasksOptions, "signal">,
): Promise<AnsweredTasks> {
  const { controls, skipped } = fittingControls(labelConfig, model.kind);
  const predicted = await predictTasks(tasks, controls, model, { ...settings, signal });
  return { ...predicted, controls, skipped, modelVersion: settings.modelVersion };
}

/** So many predictions between two turns of the event loop, which has to answer health checks within a second. */
const tasksPerTurn = 64;

interface PlannedControl {
  readonly control: ChoicesControl;
  readonly match: LabelMatch;
  /** Position among the distinct inputs. */
  readonly input: number;
}

/** Predicts a batch of tasks for all its controls. A text or image that occurs several times goes through the model once. */
export async function predictTasks(
  tasks: readonly unknown[],
  controls: readonly ChoicesControl[],
  model: TaskModel,
  options: PredictTasksOptions,
): Promise<PredictedTasks> {
  const problems = new Map<number, string>();
  const inputs: TaskInput[] = [];
  const known = new Map<string, number>();
  const matchLabels = controlMatcher(model);
  const fixed = new Map(controls.filter(isFixed).map((control) => [control, matchLabels(control)]));
  const mismatches = [...fixed].filter(([, match]) => match.pairs.length === 0);
  const usable = controls.filter((control) => fixed.get(control)?.pairs.length !== 0);
  const plan: (readonly PlannedControl[])[] = [];
  for (const [position, task] of tasks.entries()) {
    if (position % tasksPerTurn === 0) await nextTurn();
    const planned: PlannedControl[] = [];
    for (const control of usable) {
      attempt(position, problems, () => {
        const match = fixed.get(control) ?? dynamicMatch(control, task, matchLabels);
        const value = model.read(task, control.source);
        const input = known.get(value) ?? inputs.push({ value, taskId: taskId(task) }) - 1;
        known.set(value, input);
        planned.push({ control, match, input });
      });
    }
    plan.push(planned);
  }

  const { iterations, seed, signal, score = defaultScore } = options;
  const { fewestDraws } = scoreRecord(score);
  const outcomes = await model.predict(inputs, { iterations, seed, signal, fewestDraws });
  const results: LabelStudioPrediction[] = [];
  for (const [position, planned] of plan.entries()) {
    if (position % tasksPerTurn === 0) await nextTurn();
    const answered = planned.flatMap((part) => attempt(position, problems, () => withOutcome(part, outcomes, model)) ?? []);
    const prediction = attempt(position, problems, () => toPrediction(answered, options));
    results.push(prediction ?? emptyPrediction(options));
  }
  options.onPredicted?.(options.modelVersion, tasks, results);
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
    if (!isTaskFault(error)) throw error;
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
  matchLabels: (control: ChoicesControl, choices: readonly Choice[]) => LabelMatch,
): LabelMatch {
  const match = matchLabels(control, [...control.choices, ...taskChoices(task, control)]);
  if (match.pairs.length > 0) return match;
  // Without the choices themselves: they are the task's contents.
  throw new BaalError("E_DATA", `None of the task's own choices for "${control.name}" is a label of the model.`);
}

function withOutcome(
  { control, match, input }: PlannedControl,
  outcomes: readonly Outcome[],
  { isMultiLabel, thresholds, calibrator }: Pick<TaskModel, "isMultiLabel" | "thresholds" | "calibrator">,
): ControlPrediction {
  const outcome = outcomes[input];
  if (outcome === undefined)
    throw new BaalError("E_SHAPE", `The model gave ${outcomes.length} outputs, input ${input} has none.`);
  if (outcome instanceof BaalError) throw outcome;
  return { control, match, predictions: outcome, isMultiLabel, thresholds, calibrator };
}
