import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";
import { joiningSeparator } from "./joined-labels.js";
import {
  areClassNumbers,
  isChoices,
  isMinusOne,
  type LabelPart,
  type LabelValue,
  labelValue,
  wholeNumber,
} from "./label-values.js";
import { showValue } from "./row.js";
import { labelNormalizer, similarLabels } from "./similar-labels.js";

export interface LabelEncoding {
  readonly task: Task;
  /** Class names; a class's index is its position. Empty for regression. */
  readonly labels: readonly string[];
  readonly targets: readonly Target[];
}

export interface LabelOptions {
  /** Class names in the order of their indices. By default the names found in the rows, see {@link encodeLabels}. */
  readonly labels?: readonly string[] | undefined;
  /** By default `"multi"` when the first labelled row has an array or a {@link labelSeparator} is named, else `"single"`. */
  readonly task?: Task | undefined;
  /** Stands between the labels of an item that a text lists: `"|"` of `"refund|late"`. By default a text is one label, whatever is in it. */
  readonly labelSeparator?: string | undefined;
  /** Takes labels for one that differ only in blanks, case or Unicode form; the most frequent spelling stays. Otherwise they are warned of. */
  readonly normalizeLabels?: boolean | undefined;
}

/** Names an item by its position. */
type Where = (position: number) => string;

/**
 * Turns raw label values into targets.
 *
 * - `undefined`, `null`, NaN, blanks, and the texts `"nan"` and `"null"` (unless `labels` has them) are items without a label. So is -1, as a number or a text, among class
 *   numbers (the hub's convention).
 * - Without `labels` every distinct value is a class name. Names are sorted: by value if all are integers, else by code
 *   unit, so that the order of the rows does not change what an index means. `3`, `"3"` and `"3.0"` are the same class number.
 * - With `labels` a number is a class index, and a text is a name, or else a class index (`"3"`, `"3.0"`).
 * - Arrays (several labels) hold names or indices, or one 0, 1 or `null` (unknown) per label: which of the two is decided for all rows together.
 *
 * - With a `labelSeparator` a text is the list of what stands between its separators; blanks around a label do not count.
 * - A column of numbers of which some have fractions, and for which no `labels` are given, is refused: it may be one of a regression.
 *
 * Throws `E_LABEL_UNKNOWN` for a value that is neither, `E_DATA` for one of the wrong kind (an object, a date, bytes) and for numbers with fractions. `where` names an item. Labels
 * that differ only in blanks, case or Unicode form are warned of (`BAAL_LABELS`), as are items whose label -1 is taken for none, and texts that look like lists of labels.
 */
export function encodeLabels(values: readonly unknown[], where: Where, options: LabelOptions = {}): LabelEncoding {
  const known = options.labels && new Set(options.labels);
  const found = values.map((value, position) => labelValue(value, { where: () => where(position), known }));
  const read = separated(found, options);
  if (options.task === "regression") {
    return { task: "regression", labels: [], targets: read.map((value, position) => numberTarget(value, () => where(position))) };
  }
  const areChoices = values.some(isChoices);
  const first = read.find((value) => value !== undefined);
  const task = options.task ?? (areChoices || Array.isArray(first) ? "multi" : "single");
  if (task === "single" && options.labels === undefined) refuseFractions(read, where);
  // The short export writes a single choice as a text, several as a list.
  const listed = areChoices && task === "multi" ? read.map((value) => (isPart(value) ? [value] : value)) : read;
  checkKinds(listed, { task, where, values });
  const column = options.normalizeLabels ? normalized(listed) : listed;
  const { width, names } = namesOf(column, options);
  const indexOf = labelIndex(names, options);
  const targets = column.map((value, position): Target => {
    if (value === undefined) return undefined;
    const index = (part: LabelPart | undefined) => (part === undefined ? undefined : indexOf(part, () => where(position)));
    if (isPart(value)) return index(value);
    if (width !== undefined) return value.map((bit) => (bit === undefined ? null : (Number(bit) as 0 | 1)));
    const target = new Array<number>(names.length).fill(0);
    for (const part of value) {
      const at = index(part);
      if (at !== undefined) target[at] = 1;
    }
    return target;
  });
  if (options.labels === undefined) warnOf(names, column, task);
  return { task, labels: names, targets };
}

/** Texts of several labels as lists. Throws `E_ARGUMENT` for a separator that is none, or that a task has no use for. */
function separated(
  column: readonly LabelValue[],
  { labelSeparator: separator, task = "multi" }: LabelOptions,
): readonly LabelValue[] {
  if (separator === undefined) return column;
  if (separator === "" || task !== "multi")
    throw new BaalError(
      "E_ARGUMENT",
      separator === ""
        ? "labelSeparator is expected to be at least one character; an empty text came."
        : `labelSeparator is for the task "multi", several labels an item; the task is "${task}". Leave one of them out.`,
    );
  const parts = (text: string) => text.split(separator).flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  return column.map((value) => (typeof value === "string" ? parts(value) : typeof value === "number" ? [value] : value));
}

const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** Numbers with fractions are most likely measured; as names of classes they have to be said. */
function refuseFractions(column: readonly LabelValue[], where: Where): void {
  const isNumber = (part: LabelValue) => typeof part === "number" || (typeof part === "string" && DECIMAL.test(part));
  const hasFraction = (part: LabelValue) => part !== undefined && isPart(part) && wholeNumber(part) === undefined;
  if (!column.every((part) => part === undefined || isNumber(part))) return;
  const position = column.findIndex(hasFraction);
  if (position < 0) return;
  throw new BaalError(
    "E_DATA",
    `${where(position)}: the label ${showValue(column[position])} is a number with a fraction, and all labels are numbers. To predict the number: task: "regression" (--task regression). If the numbers are names of classes, name them: labels: [...].`,
  );
}

function isPart(value: LabelValue): value is LabelPart {
  return typeof value === "string" || typeof value === "number";
}

function checkKinds(
  column: readonly LabelValue[],
  { task, where, values }: { readonly task: Task; readonly where: Where; readonly values: readonly unknown[] },
): void {
  for (const [position, value] of column.entries()) {
    if (value === undefined || Array.isArray(value) === (task === "multi")) continue;
    const wanted = task === "multi" ? "an array of labels" : "one label";
    const remedy = task === "multi" ? " Of texts that list labels, name what stands between them: labelSeparator." : "";
    throw new BaalError(
      "E_DATA",
      `${where(position)}: ${wanted} is needed as in the other rows, ${showValue(values[position])} came.${remedy}`,
    );
  }
}

function partsOf(column: readonly LabelValue[]): LabelPart[] {
  return column.flatMap((value) => (value === undefined || isPart(value) ? [value] : value)).filter((part) => part !== undefined);
}

function normalized(column: readonly LabelValue[]): LabelValue[] {
  const normalize = labelNormalizer(partsOf(column).filter((part) => typeof part === "string"));
  const one = (part: LabelPart | undefined) => (typeof part === "string" ? normalize(part) : part);
  return column.map((value) => (value === undefined || isPart(value) ? one(value) : value.map(one)));
}

interface Names {
  readonly names: readonly string[];
  /** Of the masks that all rows have; `undefined` where rows list names or indices. */
  readonly width: number | undefined;
}

function namesOf(column: readonly LabelValue[], { labels }: LabelOptions): Names {
  const width = maskWidth(column, labels);
  if (labels !== undefined) return { names: labels, width };
  if (width !== undefined) return { names: Array.from({ length: width }, (_, index) => String(index)), width };
  const parts = partsOf(column);
  const areNumbers = areClassNumbers(parts);
  const present = areNumbers ? parts.filter((part) => !isMinusOne(part)) : parts;
  const names = [...new Set(present.map((part) => nameOf(part, areNumbers)))];
  const integers = names.every((name) => /^-?\d{1,15}$/.test(name));
  return { names: names.sort(integers ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1)), width };
}

function nameOf(part: LabelPart, areNumbers: boolean): string {
  return areNumbers ? String(wholeNumber(part)) : String(part);
}

/** The length of the arrays if all are masks of one length: with names, of as many. */
function maskWidth(column: readonly LabelValue[], labels: readonly string[] | undefined): number | undefined {
  const lists = column.filter((value) => Array.isArray(value)) as readonly (readonly (LabelPart | undefined)[])[];
  const [first] = lists;
  if (first === undefined) return undefined;
  // Lists of one number are indices, unless there is only one class.
  const width = labels?.length ?? (first.length > 1 ? first.length : 0);
  const isMask = (list: (typeof lists)[number]) =>
    list.length === width && list.every((bit) => bit === 0 || bit === 1 || bit === undefined);
  return width > 0 && lists.every(isMask) ? width : undefined;
}

/** The index of a label, `undefined` for -1. Throws `E_LABEL_UNKNOWN`, also for a name that several labels have. */
function labelIndex(
  labels: readonly string[],
  { labels: given, normalizeLabels }: LabelOptions,
): (part: LabelPart, where: () => string) => number | undefined {
  const indices = new Map<string, number>();
  // Published models name two outputs alike (ImageNet's "crane"), which hinders nobody who only predicts.
  const twice = new Map<string, number>();
  const normalize = given && normalizeLabels ? labelNormalizer(given) : undefined;
  const keyOf = (name: string) => normalize?.(name) ?? name;
  for (const [index, name] of labels.entries()) {
    const key = keyOf(name);
    if (indices.has(key)) twice.set(key, index);
    else indices.set(key, index);
  }
  return (part, where) => {
    const key = typeof part === "string" ? keyOf(part) : part;
    // A number is the index of a class that was given, and the name of one that was found.
    const named = typeof key === "string" || given === undefined ? indices.get(String(key)) : undefined;
    const other = typeof key === "string" ? twice.get(key) : undefined;
    if (other !== undefined) {
      throw new BaalError(
        "E_LABEL_UNKNOWN",
        `${where()}: the label ${JSON.stringify(part)} is the name of two classes, ${indices.get(String(key))} and ${other}; name the class by its number.`,
      );
    }
    if (named !== undefined) return named;
    const number = wholeNumber(part);
    if (number === -1) return undefined;
    if (given === undefined) return indices.get(String(number));
    if (number !== undefined && number >= 0 && number < labels.length) return number;
    const what = typeof part === "number" ? `the class number ${part}` : `the label ${JSON.stringify(part)}`;
    const isName = typeof part === "number" && indices.has(String(part));
    const hint = isName
      ? ` A number is the position of a class; as a text, ${JSON.stringify(String(part))}, it is the name of one.`
      : "";
    throw new BaalError("E_LABEL_UNKNOWN", `${where()}: ${what} is unknown; known are ${listLabels(labels)}.${hint}`);
  };
}

/** The names for an error message; the first and the number of the rest where there are many. */
function listLabels(labels: readonly string[]): string {
  const shown = labels.slice(0, 50).join(", ");
  return labels.length > 50 ? `${shown} and ${labels.length - 50} more` : shown;
}

/** So many groups of labels are written out. */
const MOST_GROUPS = 10;

function warnOf(names: readonly string[], column: readonly LabelValue[], task: Task): void {
  const warn = (message: string) => process.emitWarning(message, { type: "BaalWarning", code: "BAAL_LABELS" });
  const separator = task === "single" ? joiningSeparator(names) : undefined;
  if (separator !== undefined) {
    const example = JSON.stringify(names.find((name) => name.includes(separator)));
    warn(
      `labels as ${example} are taken for one label each, though their parts are labels, too. ` +
        `Where an item has several, say what stands between them: --label-separator "${separator}" (labelSeparator).`,
    );
  }
  const groups = similarLabels(names);
  if (groups.length > 0) {
    const shown = groups.slice(0, MOST_GROUPS).map((group) => group.map((name) => JSON.stringify(name)).join(", "));
    const more = groups.length > MOST_GROUPS ? `; and ${groups.length - MOST_GROUPS} more` : "";
    warn(
      `labels that differ only in blanks, case or Unicode form are classes of their own: ${shown.join("; ")}${more}. ` +
        "--normalize-labels (normalizeLabels: true) takes them for one.",
    );
  }
  const none = names.includes("-1") ? 0 : partsOf(column).filter(isMinusOne).length;
  if (none > 0) warn(`the label -1 is taken for no label (${none} times); where it is a class, write a name in its place.`);
}

function numberTarget(value: LabelValue, where: () => string): Target {
  if (value === undefined) return undefined;
  const numbers = (isPart(value) ? [value] : value).map(Number);
  if (numbers.every(Number.isFinite)) return numbers;
  throw new BaalError("E_DATA", `${where()}: a number is needed, ${showValue(value)} came.`);
}
