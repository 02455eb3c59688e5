import { BaalError } from "../../core/errors.js";
import type { Choice } from "./choice.js";
import { nestedChoice } from "./choice.js";
import type { ChoicesControl, ObjectSource, TextEncodingName } from "./choices-controls.js";
import { visibleText } from "./hypertext.js";

type TaskData = Readonly<Record<string, unknown>>;

/** A control whose choices come with the task. */
type DynamicControl = Pick<ChoicesControl, "dynamicChoices" | "isNested">;

/** Where Label Studio puts texts that were imported without a column name. */
const undefinedKey = "$undefined$";

/** `$text`, `$meta.title`, `$items[0].text`. */
const variable = /\$[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_-]+|\[\d+\])*/gu;

/**
 * The text of a task that a control is about, as its annotator sees it: base64 is decoded, paragraphs are joined by line breaks, of hypertext what a
 * browser shows counts. Throws `E_DATA`, with a message that quotes keys and types but no contents.
 */
export function taskText(task: unknown, source: ObjectSource): string {
  if (source.isUrl) throw unusable('its text is behind an address (valueType="url"), which is not fetched');
  const value = evaluate(source.value, taskData(task));
  const text = source.type === "Paragraphs" ? paragraphs(value, source.textKey) : decoded(plainText(value, source.value), source);
  const readable = source.type === "HyperText" ? visibleText(text.slice(0, LONGEST_MARKUP)) : text;
  if (readable.trim() === "") throw unusable(`the text of "${source.value}" is empty`);
  return bounded(readable);
}

/** Far more than any model's tokens reach, at either end: models cut the end off or, seldom, the beginning. */
const LONGEST_END = 100_000;
const LONGEST_MARKUP = 2_000_000;
/** More choices of a single task than anybody can read. */
const MOST_CHOICES = 10_000;

/** A text of a hundred megabytes would cost the process that reads its tokens all its memory, and has no more to say to a model. */
function bounded(text: string): string {
  return text.length <= 2 * LONGEST_END ? text : `${text.slice(0, LONGEST_END)} ${text.slice(-LONGEST_END)}`;
}

/** The image of a task that a control is about: an address, a path or base64, as it stands there. Throws `E_DATA` without quoting it. */
export function taskImage(task: unknown, source: ObjectSource): string {
  const value = evaluate(source.value, taskData(task));
  if (typeof value !== "string") throw unusable(`the image of "${source.value}" should be a string, ${kindOf(value)} came`);
  if (value.trim() === "") throw unusable(`the image of "${source.value}" is empty`);
  return value;
}

/** The number or short name by which Label Studio knows a task. */
export function taskId(task: unknown): number | string | undefined {
  if (!isRecord(task)) return undefined;
  const { id } = task;
  return typeof id === "number" ? id : typeof id === "string" ? id.slice(0, 40) : undefined;
}

/** The choices that a task itself brings for a control with dynamic labels (`value="$options"`). Throws `E_DATA`. */
export function taskChoices(task: unknown, { dynamicChoices = "", isNested }: DynamicControl): readonly Choice[] {
  const value = evaluate(dynamicChoices, taskData(task));
  if (!Array.isArray(value)) throw unusable(`"${dynamicChoices}" should be the list of its choices, ${kindOf(value)} came`);
  const choices = value.flatMap((item) => dynamicChoice(item, isNested ? [] : undefined));
  if (choices.length <= MOST_CHOICES) return choices;
  throw unusable(`"${dynamicChoices}" has ${choices.length} choices, at most ${MOST_CHOICES} are taken from a task`);
}

/** With `parents` the choices say what is above them. */
function dynamicChoice(item: unknown, parents: readonly Choice[] | undefined): readonly Choice[] {
  if (typeof item === "string") return [nestedChoice({ label: item, value: item }, parents)];
  if (!isRecord(item)) return [];
  const { value, alias, children } = item;
  const own = typeof value === "string" ? { label: typeof alias === "string" && alias !== "" ? alias : value, value } : undefined;
  const path = parents && own ? [...parents, own] : parents;
  const nested = Array.isArray(children) ? children.flatMap((child) => dynamicChoice(child, path)) : [];
  return own === undefined ? nested : [nestedChoice(own, parents), ...nested];
}

function taskData(task: unknown): TaskData {
  if (!isRecord(task)) throw unusable(`a task is an object with "data", ${kindOf(task)} came`);
  const { data } = task;
  if (!isRecord(data)) throw unusable(`"data" should be an object, ${kindOf(data)} came`);
  return data;
}

/**
 * A lone variable gives the value itself; variables inside other text are put in place, as the editor does it. A key with characters
 * that no variable has (`$my column`, `$undefined$`) is taken whole.
 */
function evaluate(expression: string, data: TaskData): unknown {
  const whole = expression.startsWith("$")
    ? [expression.slice(1), expression].find((key) => Object.hasOwn(data, key))
    : undefined;
  if (whole !== undefined) return data[whole];
  if (expression.match(variable)?.[0] === expression) return lookUp(expression.slice(1), data);
  return expression.replace(variable, (found) => plainText(lookUp(found.slice(1), data), found));
}

function lookUp(path: string, data: TaskData): unknown {
  if (Object.hasOwn(data, path)) return data[path];
  let value: unknown = data;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== "")) {
    value = (isRecord(value) || Array.isArray(value)) && Object.hasOwn(value, step) ? (value as TaskData)[step] : undefined;
  }
  if (value !== undefined) return value;
  if (Object.hasOwn(data, undefinedKey)) return data[undefinedKey];
  throw unusable(`"${path}" is not in its data, which has ${describeKeys(Object.keys(data))}`);
}

function plainText(value: unknown, expression: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  // Some imports have the parts of one text.
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string")) return value.join("\n");
  throw unusable(`the text of "${expression}" should be a string, ${kindOf(value)} came`);
}

/** A dialogue is a list of `{author, text}`; what was said counts, in its order. */
function paragraphs(value: unknown, key = "text"): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) throw unusable(`paragraphs should be a list of {"${key}": ...}, ${kindOf(value)} came`);
  const items = value.filter(isRecord);
  if (items.length > 0 && !items.some((item) => typeof item[key] === "string")) {
    throw unusable(`no paragraph has a text under "${key}" (textKey); they have ${describeKeys(Object.keys(items[0]!))}`);
  }
  return value.map((item) => (isRecord(item) && typeof item[key] === "string" ? item[key] : "")).join("\n");
}

/** The editor decodes `base64` to one character per byte, and `base64unicode` as UTF-8. */
const CHARACTERS = { base64: "latin1", base64unicode: "utf8" } as const satisfies Record<TextEncodingName, BufferEncoding>;

function decoded(text: string, { encoding, value }: ObjectSource): string {
  if (encoding === undefined) return text;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text))
    throw unusable(`the text of "${value}" is no base64, as encoding="${encoding}" says`);
  return Buffer.from(text, "base64").toString(CHARACTERS[encoding]);
}

/** Only what looks like a column name is quoted: a table imported without a header has its first row, contents, for keys. */
function describeKeys(keys: readonly string[]): string {
  const names = keys.filter((key) => /^[\w$-]{1,40}$/.test(key)).slice(0, 20);
  const others = keys.length - names.length;
  if (keys.length === 0) return "no keys";
  return [...names.map((name) => `"${name}"`), ...(others > 0 ? [`${others} other keys`] : [])].join(", ");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

function unusable(reason: string): BaalError {
  return new BaalError("E_DATA", `The task cannot be predicted: ${reason}.`);
}
