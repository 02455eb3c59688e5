import { readFile } from "node:fs/promises";
import { BaalError, errorMessage } from "../../core/errors.js";
import { readingError } from "./stream-text.js";

export type ClincSplit = "train" | "val" | "test";

/** A text of CLINC-OOS with the name of its intent; out-of-scope texts have the intent `"oos"`. */
export type ClincRow = { readonly text: string; readonly intent: string };

export interface ClincOptions {
  /** `"train"` by default. */
  readonly split?: ClincSplit | undefined;
  /** Adds the split's out-of-scope texts after the others; yes by default. */
  readonly includeOos?: boolean | undefined;
}

/**
 * Rows of a CLINC-OOS file: `{train, val, test, oos_train, oos_val, oos_test}`, each a list of `[text, intent]`
 * (Larson et al. 2019, arXiv:1909.02027). Throws `E_FILE_NOT_FOUND`, `E_DATA`.
 */
export async function readClinc(path: string, options: ClincOptions = {}): Promise<ClincRow[]> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    throw readingError(path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new BaalError("E_DATA", `${path}: not valid JSON (${errorMessage(error)}).`, { cause: error });
  }
  return clincRows(value, path, options);
}

/** Whether a JSON value has the shape of a CLINC-OOS file. */
export function isClinc(value: unknown): boolean {
  return typeof value === "object" && value !== null && "oos_test" in value && "train" in value;
}

/** The rows of one split of a parsed CLINC-OOS file. Throws `E_DATA`. */
export function clincRows(value: unknown, path: string, options: ClincOptions = {}): ClincRow[] {
  const split = options.split ?? "train";
  const rows = splitRows(value, split, path);
  return (options.includeOos ?? true) ? [...rows, ...splitRows(value, `oos_${split}`, path)] : rows;
}

function splitRows(value: unknown, split: string, path: string): ClincRow[] {
  const table = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const pairs = table[split];
  if (!Array.isArray(pairs)) {
    const there = Object.keys(table).join(", ") || "none";
    throw new BaalError("E_DATA", `${path} has no list "${split}" of [text, intent] pairs; its keys are ${there}.`);
  }
  return pairs.map((pair: unknown, position) => {
    if (Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "string")
      return { text: pair[0], intent: pair[1] };
    throw new BaalError("E_DATA", `${path}: "${split}" item ${position} is no [text, intent] pair of strings.`);
  });
}
