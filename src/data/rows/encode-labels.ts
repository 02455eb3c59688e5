import type { LossName } from "../../core/bayesian-model.js";
import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { showValue } from "./row.js";

/** The kind of a data set's targets: one class per item, any number of classes, or a number. */
export type Task = "classification" | "multiLabel" | "regression";

/** Which targets a loss takes. */
export const TASK_OF_LOSS: Readonly<Record<LossName, Task>> = {
  crossEntropy: "classification",
  binaryCrossEntropy: "multiLabel",
  meanSquaredError: "regression",
};

export interface LabelEncoding {
  readonly task: Task;
  /** Class names; a class's index is its position. Empty for regression. */
  readonly labels: readonly string[];
  readonly targets: readonly Target[];
}

export interface LabelOptions {
  /** Class names in the order of their indices. By default the names found in the rows, see {@link encodeLabels}. */
  readonly labels?: readonly string[] | undefined;
  /** By default `"multiLabel"` when the first labelled row has an array, else `"classification"`. */
  readonly task?: Task | undefined;
}

/**
 * Turns raw label values into targets.
 *
 * - `undefined`, `null` and `""` are items without a label; so is -1 where `labels` is given (the hub's convention).
 * - Without `labels` every distinct value is a class name. Names are sorted: by value if all are integers, else by code
 *   unit, so that the order of the rows does not change what an index means.
 * - With `labels` a value is a name, or else a class index.
 * - Arrays (multi-label) hold names or indices, or one 0, 1 or `null` (unknown) per label.
 *
 * Throws `E_LABEL_UNKNOWN` for a value that is neither, `E_DATA` for one of the wrong kind. `where` names an item.
 */
export function encodeLabels(
  values: readonly unknown[],
  where: (position: number) => string,
  options: LabelOptions = {},
): LabelEncoding {
  const first = values.find((value) => !isMissing(value));
  const task = options.task ?? (Array.isArray(first) ? "multiLabel" : "classification");
  if (task === "regression") {
    return { task, labels: [], targets: values.map((value, position) => numberTarget(value, () => where(position))) };
  }
  checkKinds(values, task, where);
  const labels = options.labels ?? foundLabels(values);
  const indexOf = labelIndex(labels);
  const given = options.labels !== undefined;
  const encode = task === "multiLabel" ? multiLabelTarget : classTarget;
  const targets = values.map((value, position) => {
    if (isMissing(value) || (given && value === -1)) return undefined;
    return encode(value, (label) => indexOf(label, () => where(position)), labels.length);
  });
  return { task, labels, targets };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function checkKinds(values: readonly unknown[], task: Task, where: (position: number) => string): void {
  for (const [position, value] of values.entries()) {
    if (isMissing(value) || Array.isArray(value) === (task === "multiLabel")) continue;
    const wanted = task === "multiLabel" ? "an array of labels" : "one label";
    throw new BaalError("E_DATA", `${where(position)}: ${wanted} is needed as in the other rows, ${showValue(value)} came.`);
  }
}

function foundLabels(values: readonly unknown[]): string[] {
  const present = values.filter((value) => !isMissing(value));
  const width = maskWidth(present);
  if (width !== undefined) return Array.from({ length: width }, (_, index) => String(index));
  const names = new Set(present.flat().map(String));
  const integers = [...names].every((name) => /^-?\d{1,15}$/.test(name));
  return [...names].sort(integers ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
}

/** The length of the arrays if all are masks of one length. */
function maskWidth(values: readonly unknown[]): number | undefined {
  const [first] = values;
  if (!Array.isArray(first) || first.length === 0) return undefined;
  return values.every((value) => isMask(value, first.length)) ? first.length : undefined;
}

function isMask(value: unknown, width: number): value is (0 | 1 | null)[] {
  return Array.isArray(value) && value.length === width && value.every((bit) => bit === 0 || bit === 1 || bit === null);
}

function labelIndex(labels: readonly string[]): (label: unknown, where: () => string) => number {
  const indices = new Map(labels.map((name, index) => [name, index]));
  // Published models name two outputs alike (ImageNet's "crane"), which hinders nobody who only predicts.
  const repeated = new Map(labels.flatMap((name, index) => (indices.get(name) === index ? [] : [[name, index] as const])));
  return (label, where) => {
    const text = String(label);
    const other = repeated.get(text);
    if (other !== undefined) {
      throw new BaalError(
        "E_LABEL_UNKNOWN",
        `${where()}: the label ${JSON.stringify(text)} is the name of two classes, ${other} and ${indices.get(text)}; name the class by its number.`,
      );
    }
    const index = indices.get(text) ?? (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
    if (index !== undefined && index < labels.length) return index;
    throw new BaalError(
      "E_LABEL_UNKNOWN",
      `${where()}: the label ${JSON.stringify(text)} is unknown; known are ${listLabels(labels)}.`,
    );
  };
}

/** The names for an error message; the first and the number of the rest where there are many. */
function listLabels(labels: readonly string[]): string {
  const shown = labels.slice(0, 50).join(", ");
  return labels.length > 50 ? `${shown} and ${labels.length - 50} more` : shown;
}

function classTarget(value: unknown, indexOf: (label: unknown) => number): Target {
  return indexOf(value);
}

function multiLabelTarget(value: unknown, indexOf: (label: unknown) => number, width: number): Target {
  if (isMask(value, width) && width > 0) return value;
  const target = new Array<number>(width).fill(0);
  for (const label of value as unknown[]) target[indexOf(label)] = 1;
  return target;
}

function numberTarget(value: unknown, where: () => string): Target {
  if (isMissing(value)) return undefined;
  const numbers = (Array.isArray(value) ? value : [value]).map(Number);
  if (numbers.every(Number.isFinite)) return numbers;
  throw new BaalError("E_DATA", `${where()}: a number is needed, ${showValue(value)} came.`);
}
