import { BaalError } from "../../core/errors.js";
import { isRecord, toId, toMilliseconds } from "../../core/json-values.js";
import type { Row } from "../../data/rows/row.js";
import type { ChoicesControl } from "../contract/choices-controls.js";
import type { AnnotationRecord } from "../state/records.js";
import { answerReader } from "./answers.js";
import { answeredItems, trainingSet } from "./training-set.js";

export interface ExportOptions {
  /** The file, for messages. */
  readonly path: string;
  /** Name of the Choices control whose answers are the labels; needed where there are several. */
  readonly control?: string | undefined;
  /** Key of the text in the tasks' data; needed where several keys hold texts and none is called so. `"text"` by default. */
  readonly textColumn?: string | undefined;
  /** Column of the label in the rows. `"label"` by default. */
  readonly labelColumn?: string | undefined;
  /**
   * `"needed"`, by default: at least two labels to learn from; `"any"`: as far as tasks have been answered; `"none"`: the texts alone,
   * whatever the controls.
   */
  readonly labels?: "needed" | "any" | "none" | undefined;
}

/** Rows of an export, and how many annotations were left out, by reason. */
export interface ExportRows {
  readonly rows: readonly Row[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Whether rows are tasks of Label Studio's full JSON export. */
export function isExport(rows: readonly Row[]): boolean {
  return rows.length > 0 && rows.every((row) => isRecord(row["data"]) && Array.isArray(row["annotations"]));
}

/**
 * Tasks of Label Studio's full JSON export as rows with a text and a label: the answers of one Choices control, several annotators by majority, as the
 * server trains with them; tasks that nobody has answered have no label. Throws `E_DATA` where it is not said which control or which text is meant, and where fewer than two
 * labels can be learned.
 */
export function exportRows(tasks: readonly Row[], options: ExportOptions): ExportRows {
  const { textColumn = "text", labelColumn = "label", labels: wanted = "needed" } = options;
  const key = textKey(tasks, textColumn, options.path);
  const texts = tasks.map((task) => ({ ...(task["data"] as Row), [textColumn]: (task["data"] as Row)[key] }));
  const annotations = tasks.flatMap(annotationsOf);
  if (wanted === "none") return { rows: texts, leftOut: {} };
  if (wanted === "any" && options.control === undefined && controlsOf(annotations).size === 0)
    return { rows: texts.map((row) => ({ ...row, [labelColumn]: null })), leftOut: {} };
  const control = withLabels(chosenControl(annotations, key, options), annotations);
  const set = trainingSet(annotations, [control], { minItems: 0, heldOutShare: 0 });
  if (set.kind === "insufficient" && wanted === "needed")
    throw new BaalError("E_DATA", `${options.path}, control "${control.name}": ${set.reason}.`);
  const answers = new Map(answeredItems(annotations, control).map(({ taskId, labels }) => [taskId, labels]));
  const rows = texts.map((row, position) => {
    const own = answers.get(idOf(tasks[position]!, position));
    return { ...row, [labelColumn]: control.choice === "single" ? (own?.[0] ?? null) : (own ?? null) };
  });
  return { rows, leftOut: set.reports[0]?.leftOut ?? {} };
}

/** The Choices that were answered, by name, each with a region of it. */
function controlsOf(annotations: readonly AnnotationRecord[]): ReadonlyMap<string, Row> {
  const regions = annotations.flatMap(({ result }) => result).filter(isRecord);
  return new Map(regions.filter(({ type }) => type === "choices").map((region) => [String(region["from_name"]), region]));
}

function idOf(task: Row, position: number): number {
  return toId(task["id"]) ?? -1 - position;
}

function annotationsOf(task: Row, position: number): AnnotationRecord[] {
  return (task["annotations"] as readonly unknown[]).filter(isRecord).map((annotation, n) => {
    const { result, completed_by: by } = annotation;
    const user = isRecord(by) ? by["id"] : by;
    return {
      id: toId(annotation["id"]) ?? n,
      taskId: idOf(task, position),
      data: task["data"] as Row,
      result: Array.isArray(result) ? result : [],
      completedBy: user === undefined || user === null ? undefined : String(user),
      wasCancelled: annotation["was_cancelled"] === true,
      groundTruth: annotation["ground_truth"] === true,
      updatedAt: toMilliseconds(annotation["updated_at"]) ?? toMilliseconds(annotation["created_at"]) ?? 0,
    };
  });
}

function textKey(tasks: readonly Row[], wanted: string, path: string): string {
  const data = tasks.map((task) => task["data"] as Row);
  if (data.some((one) => wanted in one)) return wanted;
  const keys = [...new Set(data.flatMap((one) => Object.keys(one).filter((key) => typeof one[key] === "string")))];
  if (keys.length === 1) return keys[0]!;
  throw new BaalError(
    "E_DATA",
    `${path}: the tasks have no text "${wanted}"; name one of ${keys.join(", ") || "none"}: --text-column (textColumn).`,
  );
}

function chosenControl(annotations: readonly AnnotationRecord[], key: string, { path, control }: ExportOptions): ChoicesControl {
  const found = controlsOf(annotations);
  const name = control ?? (found.size === 1 ? [...found.keys()][0] : undefined);
  const region = name === undefined ? undefined : found.get(name);
  if (name === undefined || region === undefined) {
    const there = [...found.keys()].join(", ") || "none";
    throw new BaalError(
      "E_DATA",
      `${path} is an export of Label Studio with the Choices controls ${there}: name one of them: --control (control).`,
    );
  }
  const source = { type: "Text", value: `$${key}`, isUrl: false };
  return { name, toName: String(region["to_name"]), source, choice: "multiple", choices: [] };
}

/** With the labels that occur; a control of one label an annotation is a single choice. */
function withLabels(control: ChoicesControl, annotations: readonly AnnotationRecord[]): ChoicesControl {
  const read = answerReader(control);
  const lists = annotations.map(read).flatMap((answer) => (answer.kind === "unknown" ? [answer.labels] : []));
  const choices = [...new Set(lists.flat())].sort().map((label) => ({ label, value: label }));
  return { ...control, choices, choice: lists.some(({ length }) => length > 1) ? "multiple" : "single" };
}
