import { BaalError } from "../../core/errors.js";
import type { Task } from "../../core/task.js";

type Config = Readonly<Record<string, unknown>>;

/** Where a config.json keeps the names of its outputs, the first one that names any: Hugging Face's tables, then timm's lists. */
const NAME_TABLES: readonly ((config: Config) => ReadonlyMap<number, string> | undefined)[] = [
  ({ id2label }) => namesByNumber(id2label),
  ({ label2id }) => numbersByName(label2id),
  ({ label_names: names }) => namesByNumber(names),
  ({ pretrained_cfg: timm }) => (isRecord(timm) ? namesByNumber(timm["label_names"]) : undefined),
  ({ labels }) => namesByNumber(labels),
];

/** The names that a config.json gives to outputs, by the output's number: there may be gaps, and numbers that no output has. */
function outputNames(config: Config): ReadonlyMap<number, string> | undefined {
  for (const table of NAME_TABLES) {
    const names = table(config);
    if (names !== undefined && names.size > 0) return names;
  }
  return undefined;
}

/** A list of names, or a table of them by number. Names of more than one word for a thing (timm's descriptions) are no names. */
function namesByNumber(value: unknown): ReadonlyMap<number, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const named = Object.entries(value).filter(([number, name]) => isOutputNumber(number) && isName(name));
  return new Map(named.map(([number, name]) => [Number(number), String(name)] as const).sort(([a], [b]) => a - b));
}

function numbersByName(value: unknown): ReadonlyMap<number, string> | undefined {
  if (!isRecord(value)) return undefined;
  const named = Object.entries(value).filter(([, number]) => isOutputNumber(String(number)));
  return new Map(named.map(([name, number]) => [Number(number), name] as const).sort(([a], [b]) => a - b));
}

function isRecord(value: unknown): value is Config {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOutputNumber(text: string): boolean {
  return /^\d{1,9}$/.test(text);
}

function isName(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** Hugging Face's name for an output that nobody named. */
export function defaultName(output: number): string {
  return `LABEL_${output}`;
}

/**
 * The labels in a config.json, by class index: of `id2label` (a table or a list), `label2id`, or timm's `label_names`. Outputs between
 * named ones are `LABEL_i`. `undefined` where it names none.
 */
export function labelsOfConfig(config: Config): string[] | undefined {
  const names = outputNames(config);
  if (names === undefined) return undefined;
  const last = Math.max(...names.keys());
  // A number far beyond the others is no output's: a list of that length would help nobody.
  if (last > 100_000) return [...names.values()];
  return Array.from({ length: last + 1 }, (_, output) => names.get(output) ?? defaultName(output));
}

/**
 * The labels of a head of C outputs: each output has the name that config.json gives to its number, else that of `others` (names of another
 * file), else Hugging Face's default, `LABEL_i`.
 */
export function headLabels(config: Config, classes: number, others?: readonly string[] | undefined): string[] {
  const named = outputNames(config);
  const names = named ?? (others?.length === classes ? new Map(others.entries()) : undefined);
  return Array.from({ length: classes }, (_, output) => names?.get(output) ?? defaultName(output));
}

/** Numbers that config.json names and that a head of `classes` outputs does not have. */
export function namesWithoutOutput(config: Config, classes: number): readonly number[] {
  return [...(outputNames(config)?.keys() ?? [])].filter((output) => output >= classes);
}

/** Which classes a model is asked to have. */
export interface LabelWish {
  /** The classes; by default those of the checkpoint's own head. Others than the checkpoint's give a fresh last layer. */
  readonly labels?: readonly string[] | undefined;
  /** Keep the checkpoint's own classes, and with them its last layer, where all `labels` are among them. */
  readonly keepLabels?: boolean | undefined;
  /**
   * What the model says of an item. By default as config.json's `problem_type` has it for the checkpoint's own head; a fresh one gives one label.
   */
  readonly task?: Task | undefined;
}

/**
 * The classes that a model gets, given those of its checkpoint; `undefined` where nobody names any. A published model may name two of its outputs
 * alike; labels that are asked for must differ. Throws `E_ARGUMENT`.
 */
export function chosenLabels(
  { labels, keepLabels }: LabelWish,
  own: readonly string[] | undefined,
): readonly string[] | undefined {
  if (labels === undefined) return own;
  const isKept = own !== undefined && (sameLabels(labels, own) || (keepLabels && labels.every((label) => own.includes(label))));
  if (isKept) return own;
  checkLabels(labels);
  return labels;
}

/** Whether two lists name the same classes in the same order. */
export function sameLabels(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((label, output) => label === b[output]);
}

/** config.json's two label tables. */
export function labelTables(labels: readonly string[]): { readonly id2label: object; readonly label2id: object } {
  return {
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** Throws `E_ARGUMENT` unless there are labels and no two are the same. */
export function checkLabels(labels: readonly string[]): void {
  if (labels.length === 0) throw new BaalError("E_ARGUMENT", "A model needs at least one label; an empty list came.");
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) throw new BaalError("E_ARGUMENT", `Labels must differ from each other; "${repeated}" came twice.`);
}

/**
 * Labels as texts that say something of their classes, in the labels' order: `pay_bill` as "pay bill", `LostCard` as "lost card". `undefined` where
 * they are not nearly all words: numbers, single letters, or one word with numbers ("class 1", "class 2"), which an encoder learns nothing from.
 */
export function namesOfLabels(labels: readonly string[]): readonly string[] | undefined {
  const names = labels.map((label) =>
    label
      .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .replace(/[_\-/.:+]+/g, " ")
      .replace(/\s+/g, " ")
      .trim()
      .toLowerCase(),
  );
  const words = names.map((name) => name.replace(/[\p{N}\s]/gu, ""));
  const telling = new Set(words.filter(isWord)).size;
  return telling >= TELLING_SHARE * labels.length ? names : undefined;
}

/** "no" and "w2" among 150 intents do no harm. */
const TELLING_SHARE = 0.9;

/** What is known of classes beside their names: by label, a sentence or several. */
export type LabelDescriptions = Readonly<Record<string, string | readonly string[]>>;

/**
 * Texts that say something of the classes: their names ({@link namesOfLabels}, or those given in the labels' order) and what describes them.
 * `undefined` where there is nothing but labels that are no words. Throws `E_SHAPE` where there are not as many names as labels, `E_ARGUMENT`
 * for a description of an unknown label or an empty one.
 */
export function textsOfLabels(
  labels: readonly string[],
  {
    names = namesOfLabels(labels),
    descriptions = {},
  }: { readonly names?: readonly string[] | undefined; readonly descriptions?: LabelDescriptions | undefined } = {},
): readonly { readonly text: string; readonly label: string }[] | undefined {
  const unknown = Object.keys(descriptions).filter((label) => !labels.includes(label));
  if (unknown.length > 0)
    throw new BaalError(
      "E_ARGUMENT",
      `labelDescriptions: there is no label ${unknown.join(", ")}; there are ${labels.join(", ")}.`,
    );
  if (names !== undefined && names.length !== labels.length)
    throw new BaalError("E_SHAPE", `${labels.length} labels came with ${names.length} names; each label has one.`);
  if (names === undefined && Object.keys(descriptions).length === 0) return undefined;
  return labels.flatMap((label, c) => {
    const sentences = Object.hasOwn(descriptions, label) ? [descriptions[label]!].flat() : [];
    if (sentences.some((sentence) => typeof sentence !== "string" || sentence.trim() === ""))
      throw new BaalError(
        "E_ARGUMENT",
        `labelDescriptions: the label ${label} has an empty description; a sentence or a list of them is expected.`,
      );
    const name = names?.[c] ?? (sentences.length === 0 ? label : undefined);
    return [...(name === undefined ? [] : [name]), ...sentences].map((text) => ({ text, label }));
  });
}

/** Three letters, or fewer of a script that writes words shorter. */
function isWord(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.length >= 3 || letters.some((letter) => !/\p{Script=Latin}/u.test(letter));
}
