import type { ChoicesControl } from "../choices-controls.js";
import { jointLabel } from "../joint-label.js";
import type { AnnotationRecord } from "../state/records.js";
import { heldOutKeys } from "./held-out-split.js";
import { type TrainingData, type TrainingDataOptions, type TrainingDataReport, trainingData } from "./training-data.js";

/** A control that is learned. */
export interface LearnedControl {
  readonly control: ChoicesControl;
  /** Those that occur, in the control's order. */
  readonly labels: readonly string[];
}

/** One labelled input of a task. */
export interface LearnedRow {
  readonly taskId: number;
  readonly input: string;
  /** Labels by control; a control that nobody has answered for this input is not there. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
}

/** What the models of a project, one per control, are to learn. */
export interface ReadyData {
  readonly kind: "ready";
  /** Whether the configuration has other controls, too, learned or not. */
  readonly isJoint: boolean;
  readonly controls: readonly LearnedControl[];
  readonly rows: readonly LearnedRow[];
  readonly heldOut: readonly LearnedRow[];
  readonly reports: readonly TrainingDataReport[];
  /** Controls that are not learned yet, and why. */
  readonly notLearned: readonly { readonly name: string; readonly reason: string }[];
}

export type LearningData =
  | ReadyData
  | { readonly kind: "insufficient"; readonly reason: string; readonly reports: readonly TrainingDataReport[] };

/**
 * What is learned of a project: each control that has enough answers. Inputs that several controls are about are one row. Too little
 * for any of them is a result, not an error. Throws `E_ARGUMENT` for options out of range.
 */
export function learningData(
  annotations: readonly AnnotationRecord[],
  controls: readonly ChoicesControl[],
  options: TrainingDataOptions = {},
): LearningData {
  const { control: wanted, heldOutShare = 0.2, minHeldOutFrom = 20 } = options;
  const asked = wanted === undefined ? controls : controls.filter(({ name }) => name === wanted);
  if (asked.length <= 1) return ofOneControl(trainingData(annotations, controls, options));
  const all = asked.map(({ name }) => ({
    name,
    // All are held out together, below.
    data: trainingData(annotations, controls, { ...options, control: name, minHeldOutFrom: Number.MAX_SAFE_INTEGER }),
  }));
  const reports = all.map(({ data }) => data.report);
  const notLearned = all.flatMap(({ name, data }) => (data.kind === "ready" ? [] : [{ name, reason: data.reason }]));
  const learned = all.flatMap(({ data }) => (data.kind === "ready" ? [data] : []));
  if (learned.length === 0) {
    const reasons = notLearned.map(({ name, reason }) => `"${name}": ${reason}`);
    return { kind: "insufficient", reason: reasons.join("; "), reports };
  }
  const rows = joined(learned);
  const items = new Set(rows.map(({ taskId }) => taskId)).size;
  const split = rows.map(({ input, answers }) => ({ key: input, labels: jointLabels(answers) }));
  const held = heldOutKeys(split, items < minHeldOutFrom ? 0 : heldOutShare);
  return {
    kind: "ready",
    isJoint: true,
    controls: learned.map(({ control, labels }) => ({ control, labels })),
    rows: rows.filter(({ input }) => !held.has(input)),
    heldOut: rows.filter(({ input }) => held.has(input)),
    reports,
    notLearned,
  };
}

type Ready = Extract<TrainingData, { readonly kind: "ready" }>;

function ofOneControl(data: TrainingData): LearningData {
  const reports = [data.report];
  if (data.kind === "insufficient") return { kind: "insufficient", reason: data.reason, reports };
  const { control, labels } = data;
  return {
    ...{ kind: "ready", isJoint: false, controls: [{ control, labels }], reports, notLearned: [] },
    rows: data.rows.map((row) => rowOf(row, control)),
    heldOut: data.heldOut.map((row) => rowOf(row, control)),
  };
}

/** Rows of several controls; where a task has several answers for one, the first go together, the second, and so on. */
function joined(learned: readonly Ready[]): readonly LearnedRow[] {
  const joint = new Map<string, LearnedRow & { readonly answers: Map<string, readonly string[]> }>();
  for (const { control, rows } of learned) {
    const seen = new Map<string, number>();
    for (const row of rows) {
      const place = JSON.stringify([row.taskId, row.input]);
      const turn = seen.get(place) ?? 0;
      seen.set(place, turn + 1);
      const key = `${turn} ${place}`;
      const known = joint.get(key);
      if (known) known.answers.set(control.name, row.labels);
      else joint.set(key, rowOf(row, control));
    }
  }
  return [...joint.values()];
}

function rowOf({ taskId, input, labels }: Ready["rows"][number], { name }: ChoicesControl) {
  return { taskId, input, answers: new Map([[name, labels]]) };
}

function jointLabels(answers: LearnedRow["answers"]): readonly string[] {
  return [...answers].flatMap(([control, labels]) => labels.map((label) => jointLabel(control, label)));
}
