import { BaalError } from "../../core/errors.js";
import type { ChoicesControl, ChoicesControls } from "../contract/choices-controls.js";
import { jointLabel } from "../contract/control-folders.js";
import { taskImage, taskText } from "../contract/task.js";
import type { MappedLabel } from "../state/label-mapping-table.js";
import type { AnnotationRecord } from "../state/records.js";
import { answerReader, type ControlAnswer, latestPerAnnotator, taskLabels, type Vote } from "./answers.js";
import { heldOutKeys } from "./held-out-split.js";
import type { BackendTrainingOptions } from "./training-options.js";
import { type WeightedTask, weightedVotes } from "./weighted-votes.js";

export interface TrainingSetOptions extends Pick<BackendTrainingOptions, "annotators" | "heldOutShare" | "groundTruth"> {
  /** Labels of before, and what they have become. */
  readonly mapping?: readonly MappedLabel[] | undefined;
  /** With fewer labelled tasks nothing is held out. 20 by default. */
  readonly minHeldOutFrom?: number | undefined;
  /** Fewest labelled tasks of a control that is learned. 10 by default. */
  readonly minItems?: number | undefined;
  /**
   * Gives the model's input by what the task has: an image's file by its address. What is not there cannot be learned from. By default the two
   * are the same, as for texts.
   */
  readonly inputs?: ReadonlyMap<string, string> | undefined;
  /** Controls that cannot be learned, and why, to be named where there are no others. */
  readonly skipped?: ChoicesControls["skipped"] | undefined;
}

/** One labelled text or image of a task. */
export interface TrainingRow {
  readonly taskId: number;
  /** The text of the task, or its address of the image. */
  readonly content: string;
  /** The same as the model reads it: the text, or the path of the image's file. */
  readonly input: string;
  /** Labels by control, one (of a Rating or a Number the number), or with `choice="multiple"` any number; a control that nobody has answered is not there. */
  readonly answers: ReadonlyMap<string, readonly string[]>;
}

/** A control that is learned. */
export interface LearnedControl {
  readonly control: ChoicesControl;
  /** The labels that occur, in the control's order: the classes of its model. Of a Rating or a Number its own name, which the output has. */
  readonly labels: readonly string[];
}

/** How many annotations a control could use, and why not the others. */
export interface TrainingReport {
  /** Its name; `undefined` where there is no control to learn. */
  readonly control: string | undefined;
  readonly annotations: number;
  readonly used: number;
  /** Those of them whose labels were followed to what they have become. */
  readonly mapped: number;
  /** Tasks whose label is doubtful by how often their annotators are right, the most doubtful first, 20 at most; only with `annotators: "weighted"`. */
  readonly secondOpinions: readonly { readonly taskId: number; readonly doubt: number }[];
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** Labels of annotations that the configuration does not have, with the number of annotations. */
  readonly unknownLabels: Readonly<Record<string, number>>;
  /** Labels of the control that no item has. */
  readonly unusedLabels: readonly string[];
  /** Items by label or rating, those held out included; of numbers, which may all differ, nothing. */
  readonly items: Readonly<Record<string, number>>;
}

/**
 * `cancelled`: skipped; `rejected`: by a reviewer; `otherControls`: only about others; `superseded`: the same annotator labelled the task again, or the task has a
 * ground truth or an answer that a reviewer has accepted; `unknownLabels`: labels that are gone; `ambiguous`: several labels where one is allowed; `unreadable`: the task has no text or
 * image to learn from.
 */
export type LeftOut =
  | Extract<ControlAnswer, { kind: "none" }>["why"]
  | "superseded"
  | "unknownLabels"
  | "ambiguous"
  | "unreadable";

/** Enough to learn for at least one control: each gets a model. */
export interface ReadyTrainingSet {
  readonly kind: "ready";
  /** Whether there are several controls to learn, even if only one of them has enough answers. */
  readonly isJoint: boolean;
  readonly controls: readonly LearnedControl[];
  readonly rows: readonly TrainingRow[];
  readonly heldOut: readonly TrainingRow[];
  readonly reports: readonly TrainingReport[];
  /** Controls that are not learned yet, and why. */
  readonly notLearned: readonly { readonly name: string; readonly reason: string }[];
}

export type TrainingSet =
  | ReadyTrainingSet
  | { readonly kind: "insufficient"; readonly reason: string; readonly reports: readonly TrainingReport[] };

/**
 * Makes what is learned and what it is tested with from a project's annotations: the answers for each control, joined where they are about
 * the same text or image of a task, and split once. Rows with the same content are held out together, however many tasks they are. Too little
 * for any control is a result, not an error. Throws `E_ARGUMENT` for options out of range.
 */
export function trainingSet(
  annotations: readonly AnnotationRecord[],
  controls: readonly ChoicesControl[],
  options: TrainingSetOptions = {},
): TrainingSet {
  const { heldOutShare, minHeldOutFrom, minItems } = checkedLimits(options);
  if (controls.length === 0) {
    const reports = [newCount(annotations, undefined).report()];
    const why = (options.skipped ?? []).map(({ name, reason }) => `"${name}": ${reason}`).join("; ");
    const reason = `the labelling configuration has no Choices, Taxonomy, Rating or Number that this model can learn${why && ` (${why})`}`;
    return { kind: "insufficient", reason, reports };
  }
  const isJoint = controls.length > 1;
  const all = controls.map((control) => answersFor(annotations, control, options));
  const reports = all.map(({ report }) => report);
  const judged = all.map((own) => ({ ...own, reason: tooLittle(own, minItems) }));
  const notLearned = judged.flatMap(({ control: { name }, reason }) => (reason === undefined ? [] : [{ name, reason }]));
  const learned = judged.filter(({ reason }) => reason === undefined);
  if (learned.length === 0) {
    const reasons = notLearned.map(({ name, reason }) => (isJoint ? `"${name}": ${reason}` : reason));
    return { kind: "insufficient", reason: reasons.join("; "), reports };
  }
  const rows = joinedRows(learned);
  const numbers = new Set(controls.filter(({ number }) => number !== undefined).map(({ name }) => name));
  const split = rows.map(({ content, answers }) => ({ key: content, labels: jointLabels(answers, numbers) }));
  const held = validated(learned, options) ?? heldOutKeys(split, countTasks(rows) < minHeldOutFrom ? 0 : heldOutShare);
  return {
    ...{ kind: "ready", isJoint, reports, notLearned },
    controls: learned.map(({ control, labels }) => ({ control, labels })),
    rows: rows.filter(({ content }) => !held.has(content)),
    heldOut: rows.filter(({ content }) => held.has(content)),
  };
}

/** The contents of tasks with a ground truth, if that is what is tested with and something is left to learn from. */
function validated(learned: readonly ControlAnswers[], { groundTruth }: TrainingSetOptions): ReadonlySet<string> | undefined {
  if (groundTruth !== "validate") return undefined;
  const held = new Set(
    learned.flatMap(({ items, truths }) => items.filter(({ taskId }) => truths.has(taskId)).map(({ content }) => content)),
  );
  const isLearnable = ({ control, items, labels }: ControlAnswers) => {
    const left = new Set(items.filter(({ content }) => !held.has(content)).flatMap((item) => item.labels));
    return control.number === undefined ? labels.every((label) => left.has(label)) : left.size > 1;
  };
  return held.size > 0 && learned.every(isLearnable) ? held : undefined;
}

/** One answer to one control: of a task's annotators together, or of one of them. */
export interface LabelledItem extends Omit<TrainingRow, "answers"> {
  readonly labels: readonly string[];
}

/** The answers to one control that can be learned from, however few they are. */
export function answeredItems(
  annotations: readonly AnnotationRecord[],
  control: ChoicesControl,
  options: Pick<TrainingSetOptions, "annotators" | "mapping"> = {},
): readonly LabelledItem[] {
  return answersFor(annotations, control, options).items;
}

interface ControlAnswers extends LearnedControl {
  readonly items: readonly LabelledItem[];
  readonly report: TrainingReport;
  /** Tasks with a ground truth. */
  readonly truths: ReadonlySet<number>;
  /** Why the first task that cannot be read cannot. */
  readonly unreadable: string | undefined;
}

function answersFor(
  annotations: readonly AnnotationRecord[],
  control: ChoicesControl,
  { annotators = "majority", inputs, mapping }: TrainingSetOptions,
): ControlAnswers {
  const count = newCount(annotations, control);
  const items: LabelledItem[] = [];
  let unreadable: string | undefined;
  const voted = new Map<number, readonly Vote[]>();
  for (const [taskId, own] of usableByTask(annotations, control, { count, mapping })) {
    const votes = own.flatMap(({ annotation, answer }) => {
      if (answer.kind === "labels") return [{ annotation, labels: answer.labels, isMapped: answer.isMapped }];
      if (answer.kind === "unknown") count.unknown(answer.labels);
      if (answer.kind === "ambiguous") count.leftOut("ambiguous", 1);
      return [];
    });
    if (votes.length > 0) voted.set(taskId, votes);
    count.mapped(votes.filter(({ isMapped }) => isMapped).length);
  }
  const isWeighted = annotators === "weighted" && voted.size > 0 && control.number === undefined;
  const weighted = isWeighted ? weightedVotes(voted, { labels: labelsOf(voted, control), choice: control.choice }) : undefined;
  for (const [taskId, votes] of voted) {
    const content = contentOf(votes.at(-1)!.annotation, control, (reason) => {
      unreadable ??= reason;
    });
    const input = content === undefined || inputs === undefined ? content : inputs.get(content);
    if (content === undefined || input === undefined) {
      count.leftOut("unreadable", votes.length);
      continue;
    }
    count.used(votes.length);
    const agreed = weighted?.get(taskId)?.labels;
    const answers = agreed === undefined ? taskLabels(votes, { rule: annotators, ...control }) : [agreed];
    for (const labels of answers) items.push({ taskId, content, input, labels });
  }
  const truths = new Set(
    [...voted].filter(([, votes]) => votes.some(({ annotation }) => annotation.groundTruth)).map(([task]) => task),
  );
  const doubts = [...(weighted?.values() ?? [])].filter(({ taskId }) => !truths.has(taskId));
  const report = count.report(items, doubts);
  return { control, labels: labelsInOrder(items, control), items, report, truths, unreadable };
}

/** The labels that anybody has voted for. */
function labelsOf(voted: ReadonlyMap<number, readonly Vote[]>, { choices }: ChoicesControl): readonly string[] {
  const present = new Set([...voted.values()].flatMap((votes) => votes.flatMap(({ labels }) => labels)));
  const fixed = choices.map(({ label }) => label).filter((label) => present.delete(label));
  return [...fixed, ...[...present].sort()];
}

interface Answered {
  readonly annotation: AnnotationRecord;
  readonly answer: ControlAnswer;
}

/** Per task, the latest answer of each annotator, oldest first; ground truth counts alone where a task has any, else what a reviewer has accepted. */
function usableByTask(
  annotations: readonly AnnotationRecord[],
  control: ChoicesControl,
  { count, mapping }: { readonly count: Count; readonly mapping: TrainingSetOptions["mapping"] },
): ReadonlyMap<number, readonly Answered[]> {
  const read = answerReader(control, mapping);
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
      const labelled = answers.filter(({ answer }) => answer.kind === "labels");
      const truths = labelled.filter(({ annotation }) => annotation.groundTruth);
      const accepted = labelled.filter(({ annotation }) => annotation.review === "accepted");
      const decisive = truths.length > 0 ? truths : accepted;
      const latest = latestPerAnnotator(decisive.length > 0 ? decisive : answers);
      count.leftOut("superseded", answers.length - latest.length);
      return [taskId, latest];
    }),
  );
}

function contentOf(
  { taskId, data }: AnnotationRecord,
  { source }: ChoicesControl,
  onUnreadable: (reason: string) => void,
): string | undefined {
  try {
    return (source.type === "Image" ? taskImage : taskText)({ id: taskId, data }, source);
  } catch (error) {
    if (!(error instanceof BaalError && error.code === "E_DATA")) throw error;
    onUnreadable(error.message);
    return undefined;
  }
}

/** In the control's order; labels that only tasks themselves bring come behind, sorted. */
function labelsInOrder(items: readonly LabelledItem[], { choices, name, number }: ChoicesControl): readonly string[] {
  if (number !== undefined) return [name];
  const present = new Set(items.flatMap(({ labels }) => labels));
  const fixed = choices.map(({ label }) => label).filter((label) => present.has(label));
  const known = new Set(fixed);
  return [...fixed, ...[...present].filter((label) => !known.has(label)).sort()];
}

function tooLittle({ control, items, labels, report, unreadable }: ControlAnswers, minItems: number): string | undefined {
  const tasks = countTasks(items);
  if (tasks === 0)
    return report.annotations === 0 ? "there are no annotations to learn from yet" : noneUsable(report, unreadable);
  const isNumber = control.number !== undefined;
  const numbers = isNumber ? new Set(items.flatMap((item) => item.labels)) : new Set<string>();
  if (isNumber && numbers.size < 2)
    return `a model needs at least 2 different numbers, all annotations so far have ${[...numbers][0]}`;
  if (!isNumber && labels.length < 2)
    return `a model needs at least 2 different labels, all annotations so far have "${labels[0]}"`;
  return tasks < minItems ? `${tasks} tasks are labelled, training needs ${minItems}` : undefined;
}

/** What annotations that cannot be learned from are. */
const LEFT_OUT: Readonly<Record<LeftOut, string>> = {
  cancelled: "skipped by their annotators",
  rejected: "rejected by reviewers",
  empty: "without a choice",
  otherControls: "about other controls",
  superseded: "replaced by later ones",
  unknownLabels: "with labels that the configuration does not have",
  ambiguous: "with several labels where one is allowed",
  unreadable: "of tasks without a text or image",
};

/** So many tasks that need a second opinion are named. */
const MOST_OPINIONS = 20;

/** So many labels are written out. */
const MOST_LABELS = 5;

function noneUsable({ annotations, leftOut, unknownLabels }: TrainingReport, unreadable: string | undefined): string {
  const labels = Object.keys(unknownLabels).map((label) => `"${label.slice(0, 100)}"`);
  const details: Partial<Record<LeftOut, string | undefined>> = {
    unknownLabels: labels.slice(0, MOST_LABELS).join(", ") + (labels.length > MOST_LABELS ? ", ..." : ""),
    unreadable,
  };
  const reasons = (Object.keys(LEFT_OUT) as LeftOut[])
    .filter((why) => leftOut[why] > 0)
    .map((why) => `${leftOut[why]} ${LEFT_OUT[why]}${details[why] ? ` (${details[why]})` : ""}`);
  return `none of the ${annotations} annotations can be learned from: ${reasons.join(", ")}`;
}

function countTasks(rows: readonly { readonly taskId: number }[]): number {
  return new Set(rows.map(({ taskId }) => taskId)).size;
}

/** One row for what several controls ask of one content; where a task has several answers for one, the first go together, the second, and so on. */
function joinedRows(learned: readonly ControlAnswers[]): readonly TrainingRow[] {
  const rows = new Map<string, TrainingRow & { readonly answers: Map<string, readonly string[]> }>();
  for (const { control, items } of learned) {
    const seen = new Map<string, number>();
    for (const { labels, ...item } of items) {
      const place = JSON.stringify([item.taskId, item.content]);
      const turn = seen.get(place) ?? 0;
      seen.set(place, turn + 1);
      const key = `${turn} ${place}`;
      const known = rows.get(key);
      if (known) known.answers.set(control.name, labels);
      else rows.set(key, { ...item, answers: new Map([[control.name, labels]]) });
    }
  }
  return [...rows.values()];
}

/** The classes of a row; numbers are none. */
function jointLabels(answers: TrainingRow["answers"], numbers: ReadonlySet<string>): readonly string[] {
  const choices = [...answers].filter(([control]) => !numbers.has(control));
  return choices.flatMap(([control, labels]) => labels.map((label) => jointLabel(control, label)));
}

interface Count {
  leftOut(why: LeftOut, annotations: number): void;
  unknown(labels: readonly string[]): void;
  used(annotations: number): void;
  mapped(annotations: number): void;
  report(items?: readonly LabelledItem[], doubts?: readonly WeightedTask[]): TrainingReport;
}

function newCount(annotations: readonly AnnotationRecord[], control: ChoicesControl | undefined): Count {
  const leftOut = {
    cancelled: 0,
    rejected: 0,
    empty: 0,
    otherControls: 0,
    superseded: 0,
    unknownLabels: 0,
    ambiguous: 0,
    unreadable: 0,
  };
  const unknown = new Map<string, number>();
  let used = 0;
  let mapped = 0;
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
    mapped(number) {
      mapped += number;
    },
    report(labelled = [], doubts = []) {
      const items = new Map<string, number>();
      const areCounted = control?.type !== "number";
      for (const label of areCounted ? labelled.flatMap(({ labels }) => labels) : [])
        items.set(label, (items.get(label) ?? 0) + 1);
      return {
        control: control?.name,
        annotations: annotations.length,
        used,
        mapped,
        secondOpinions: [...doubts]
          .sort((a, b) => b.doubt - a.doubt || a.taskId - b.taskId)
          .slice(0, MOST_OPINIONS)
          .map(({ taskId, doubt }) => ({ taskId, doubt })),
        leftOut,
        unknownLabels: Object.fromEntries(unknown),
        unusedLabels: (control?.choices ?? []).map(({ label }) => label).filter((label) => !items.has(label)),
        items: Object.fromEntries(items),
      };
    },
  };
}

function checkedLimits({ heldOutShare = 0.2, minHeldOutFrom = 20, minItems = 10 }: TrainingSetOptions) {
  if (!(heldOutShare >= 0 && heldOutShare <= 0.9))
    throw new BaalError("E_ARGUMENT", `heldOutShare is a share from 0 to 0.9, ${heldOutShare} came.`);
  for (const [name, value] of Object.entries({ minHeldOutFrom, minItems })) {
    if (!Number.isInteger(value) || value < 0)
      throw new BaalError("E_ARGUMENT", `${name} is a whole number of tasks, ${value} came.`);
  }
  return { heldOutShare, minHeldOutFrom, minItems };
}
