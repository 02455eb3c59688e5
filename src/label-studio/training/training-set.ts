import { BaalError } from "../../core/errors.js";
import type { ChoicesControl } from "../contract/choices-controls.js";
import { jointLabel } from "../contract/control-folders.js";
import { taskImage, taskText } from "../contract/task.js";
import type { AnnotationRecord } from "../state/records.js";
import {
  type AnnotationAnswer,
  type AnnotatorRule,
  answerReader,
  heldOutKeys,
  latestPerAnnotator,
  taskLabels,
} from "./answers.js";

/** One labelled item: a task's text, or what its data say of its image. */
export interface TrainingRow {
  readonly taskId: number;
  readonly input: string;
  /** One label, or with `choice="multiple"` any number of them. */
  readonly labels: readonly string[];
}

export interface TrainingDataOptions {
  /** Which control is learned, by name. The first one by default. */
  readonly control?: string | undefined;
  /** `"majority"` by default. */
  readonly annotators?: AnnotatorRule | undefined;
  /** 0.2 by default; 0 holds nothing out. */
  readonly heldOutShare?: number | undefined;
  /** With fewer labelled tasks nothing is held out. 20 by default. */
  readonly minHeldOutFrom?: number | undefined;
  /** Fewest labelled tasks to train with. 10 by default. */
  readonly minItems?: number | undefined;
  /** Inputs that turned out to be unusable, such as images that could not be loaded. */
  readonly unusable?: ReadonlySet<string> | undefined;
}

/** What became of the annotations. */
export interface TrainingDataReport {
  /** The control that is learned. */
  readonly control: string | undefined;
  readonly annotations: number;
  readonly used: number;
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** Labels of annotations that the configuration does not have, with the number of annotations. */
  readonly unknownLabels: Readonly<Record<string, number>>;
  /** Labels of the control that no item has. */
  readonly unusedLabels: readonly string[];
  /** Items by label, those held out included. */
  readonly items: Readonly<Record<string, number>>;
}

/**
 * `cancelled`: skipped; `otherControls`: only about others; `superseded`: the same annotator labelled the task again, or the
 * task has a ground truth; `unknownLabels`:
 * labels that are gone; `ambiguous`: several labels where one is allowed; `unreadable`: the task has no text or image to learn from.
 */
export type LeftOut =
  | Extract<AnnotationAnswer, { kind: "none" }>["why"]
  | "superseded"
  | "unknownLabels"
  | "ambiguous"
  | "unreadable";

export type TrainingData =
  | {
      readonly kind: "ready";
      readonly control: ChoicesControl;
      /** The labels that occur, in the control's order: the classes of the model. */
      readonly labels: readonly string[];
      readonly rows: readonly TrainingRow[];
      readonly heldOut: readonly TrainingRow[];
      readonly report: TrainingDataReport;
    }
  | { readonly kind: "insufficient"; readonly reason: string; readonly report: TrainingDataReport };

type Answered = { readonly annotation: AnnotationRecord; readonly answer: AnnotationAnswer };

/**
 * Makes items to train and to test with from a project's annotations, for one control. Too little to train with is a result, not an
 * error. Items with the same input are held out together, however many tasks they are. Throws `E_ARGUMENT` for options out of range.
 */
export function trainingData(
  annotations: readonly AnnotationRecord[],
  controls: readonly ChoicesControl[],
  options: TrainingDataOptions = {},
): TrainingData {
  const { annotators = "majority", unusable = new Set() } = options;
  const limits = checkedLimits(options);
  const control = options.control === undefined ? controls[0] : controls.find(({ name }) => name === options.control);
  const count = newCount(annotations, control);
  if (control === undefined)
    return { kind: "insufficient", reason: noControl(options.control, controls), report: count.report() };

  const rows: TrainingRow[] = [];
  for (const [taskId, own] of usableByTask(annotations, control, count)) {
    const votes = own.flatMap(({ annotation, answer }) => {
      if (answer.kind === "labels") return [{ annotation, labels: answer.labels }];
      if (answer.kind === "unknown") count.unknown(answer.labels);
      if (answer.kind === "ambiguous") count.leftOut("ambiguous", 1);
      return [];
    });
    const latest = votes.at(-1);
    if (latest === undefined) continue;
    const input = readInput(latest.annotation, control);
    if (input === undefined || unusable.has(input)) {
      count.leftOut("unreadable", votes.length);
      continue;
    }
    count.used(votes.length);
    for (const labels of taskLabels(votes, { rule: annotators, choice: control.choice })) rows.push({ taskId, input, labels });
  }
  return divided(rows, control, { ...limits, report: count.report(rows) });
}

/** Per task, the latest answer of each annotator, oldest first; ground truth, where a task has any, counts alone. */
function usableByTask(
  annotations: readonly AnnotationRecord[],
  control: ChoicesControl,
  count: Count,
): ReadonlyMap<number, readonly Answered[]> {
  const read = answerReader(control);
  const tasks = new Map<number, Answered[]>();
  for (const annotation of annotations) {
    const answer = read(annotation);
    if (answer.kind === "none") {
      count.leftOut(answer.why, 1);
      continue;
    }
    const same = tasks.get(annotation.taskId);
    if (same) same.push({ annotation, answer });
    else tasks.set(annotation.taskId, [{ annotation, answer }]);
  }
  return new Map(
    [...tasks].map(([taskId, answers]) => {
      const truths = answers.filter(({ annotation, answer }) => annotation.groundTruth && answer.kind === "labels");
      const latest = latestPerAnnotator(truths.length > 0 ? truths : answers);
      count.leftOut("superseded", answers.length - latest.length);
      return [taskId, latest];
    }),
  );
}

function readInput({ taskId, data }: AnnotationRecord, { source }: ChoicesControl): string | undefined {
  try {
    return (source.type === "Image" ? taskImage : taskText)({ id: taskId, data }, source);
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_DATA") return undefined;
    throw error;
  }
}

interface Limits {
  readonly heldOutShare: number;
  readonly minHeldOutFrom: number;
  readonly minItems: number;
}

function divided(
  rows: readonly TrainingRow[],
  control: ChoicesControl,
  { report, ...limits }: Limits & { readonly report: TrainingDataReport },
): TrainingData {
  const labels = labelsInOrder(rows, control);
  const items = new Set(rows.map(({ taskId }) => taskId)).size;
  const reason = tooLittle(items, labels, limits);
  if (reason !== undefined) return { kind: "insufficient", reason, report };
  const split = rows.map((row) => ({ key: row.input, labels: row.labels }));
  const held = heldOutKeys(split, items < limits.minHeldOutFrom ? 0 : limits.heldOutShare);
  return {
    kind: "ready",
    control,
    labels,
    rows: rows.filter(({ input }) => !held.has(input)),
    heldOut: rows.filter(({ input }) => held.has(input)),
    report,
  };
}

function tooLittle(items: number, labels: readonly string[], { minItems }: Limits): string | undefined {
  if (items === 0) return "there are no annotations to learn from yet";
  if (labels.length < 2) return `a model needs at least 2 different labels, all annotations so far have "${labels[0]}"`;
  if (items < minItems) return `${items} tasks are labelled, training needs ${minItems}`;
  return undefined;
}

/** In the control's order; labels that only tasks themselves bring come behind, sorted. */
function labelsInOrder(rows: readonly TrainingRow[], { choices }: ChoicesControl): readonly string[] {
  const present = new Set(rows.flatMap(({ labels }) => labels));
  const fixed = choices.map(({ label }) => label).filter((label) => present.has(label));
  const known = new Set(fixed);
  return [...fixed, ...[...present].filter((label) => !known.has(label)).sort()];
}

interface Count {
  leftOut(why: LeftOut, annotations: number): void;
  unknown(labels: readonly string[]): void;
  used(annotations: number): void;
  report(rows?: readonly TrainingRow[]): TrainingDataReport;
}

function newCount(annotations: readonly AnnotationRecord[], control: ChoicesControl | undefined): Count {
  const leftOut = { cancelled: 0, empty: 0, otherControls: 0, superseded: 0, unknownLabels: 0, ambiguous: 0, unreadable: 0 };
  const unknown = new Map<string, number>();
  let used = 0;
  return {
    leftOut(why, number) {
      leftOut[why] += number;
    },
    unknown(labels) {
      leftOut.unknownLabels++;
      for (const label of labels) unknown.set(label, (unknown.get(label) ?? 0) + 1);
    },
    used(number) {
      used += number;
    },
    report(rows = []) {
      const items = new Map<string, number>();
      for (const label of rows.flatMap(({ labels }) => labels)) items.set(label, (items.get(label) ?? 0) + 1);
      return {
        control: control?.name,
        annotations: annotations.length,
        used,
        leftOut,
        unknownLabels: Object.fromEntries(unknown),
        unusedLabels: (control?.choices ?? []).map(({ label }) => label).filter((label) => !items.has(label)),
        items: Object.fromEntries(items),
      };
    },
  };
}

function noControl(name: string | undefined, controls: readonly ChoicesControl[]): string {
  if (name === undefined) return "the labelling configuration has no Choices that this model can learn";
  const names = controls.map((control) => `"${control.name}"`).join(", ") || "none";
  return `the labelling configuration has no control "${name}" that this model can learn; it has ${names}`;
}

function checkedLimits({ heldOutShare = 0.2, minHeldOutFrom = 20, minItems = 10 }: TrainingDataOptions): Limits {
  if (!(heldOutShare >= 0 && heldOutShare <= 0.9))
    throw new BaalError("E_ARGUMENT", `heldOutShare is a share from 0 to 0.9, ${heldOutShare} came.`);
  for (const [name, value] of Object.entries({ minHeldOutFrom, minItems })) {
    if (!Number.isInteger(value) || value < 0)
      throw new BaalError("E_ARGUMENT", `${name} is a whole number of tasks, ${value} came.`);
  }
  return { heldOutShare, minHeldOutFrom, minItems };
}

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
