import { BaalError } from "../../core/errors.js";

/** The labels in a hub config.json, by class index; `undefined` where it names none. */
export function labelsOfConfig(config: Readonly<Record<string, unknown>>): string[] | undefined {
  const id2label = config["id2label"];
  if (typeof id2label !== "object" || id2label === null) return undefined;
  return Object.entries(id2label)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => String(label));
}

/** A head of C outputs whose config.json does not name C labels has Hugging Face's default names. */
export function headLabels(hubConfig: Readonly<Record<string, unknown>>, classes: number): string[] {
  const named = labelsOfConfig(hubConfig);
  return named?.length === classes ? named : Array.from({ length: classes }, (_, id) => `LABEL_${id}`);
}

/** config.json's name for a model whose labels are predicted each by itself. */
const MULTI_LABEL = "multi_label_classification";

/** Whether a config.json is that of such a model. */
export function isMultiLabelConfig(config: Readonly<Record<string, unknown>>): boolean {
  return config["problem_type"] === MULTI_LABEL;
}

/** The entry of a config.json for that: none for a model of one label per item. */
export function problemType(isMultiLabel: boolean): { readonly problem_type?: string | undefined } {
  return isMultiLabel ? { problem_type: MULTI_LABEL } : {};
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
  if (labels.length === 0) throw new BaalError("E_ARGUMENT", "A classifier needs at least one label; an empty list came.");
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (repeated !== undefined) throw new BaalError("E_ARGUMENT", `Labels must differ from each other; "${repeated}" came twice.`);
}

/**
 * Labels as texts that say something of their classes, in the labels' order: `pay_bill` as "pay bill", `LostCard` as "lost card". `undefined` where
 * they are not all words: numbers, single letters, or one word with numbers ("class 1", "class 2"), which an encoder learns nothing from.
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
  const areDistinct = new Set(words).size === words.length;
  return areDistinct && words.every(isWord) ? names : undefined;
}

/** Three letters, or fewer of a script that writes words shorter. */
function isWord(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.length >= 3 || letters.some((letter) => !/\p{Script=Latin}/u.test(letter));
}
