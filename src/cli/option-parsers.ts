import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";

export interface NumberRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Excludes `min` itself. */
  readonly above?: number | undefined;
}

/** Parses an option's value as a number in the range; what does not fit is a usage error that says what would. */
export function number(range: NumberRange = {}): (text: string) => number {
  return parser("a number", range, () => true);
}

/** As {@link number}, for whole numbers. */
export function integer(range: NumberRange = {}): (text: string) => number {
  return parser("a whole number", range, Number.isSafeInteger);
}

/** Parses one of some words, which are in lower case, in any case of letters. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    const word = text.toLowerCase();
    if (words.includes(word)) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.`);
  };
}

/** Parses the name of a file that rows are written to, as an absolute path; `-` is standard output. */
export function rowsFile(path: string): string {
  if (path === "-") return path;
  if (/\.(jsonl|csv|parquet)$/i.test(path)) return resolve(path);
  throw new InvalidArgumentError("Expected a file name that ends in .csv, .jsonl or .parquet.");
}

/** Collects the values of an option that may be given several times. */
export function repeated(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

function parser(kind: string, range: NumberRange, fits: (value: number) => boolean): (text: string) => number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, above = Number.NEGATIVE_INFINITY } = range;
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (fits(value) && value >= min && value <= max && (value > above || above === Number.NEGATIVE_INFINITY)) return value;
    throw new InvalidArgumentError(`Expected ${kind}${describe(range)}.`);
  };
}

function describe({ min, max, above }: NumberRange): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const bounds = [
    min !== undefined && `of at least ${min}`,
    above !== undefined && `above ${above}`,
    max !== undefined && `of at most ${max}`,
  ].filter((bound) => bound !== false);
  return bounds.length === 0 ? "" : ` ${bounds.join(" and ")}`;
}
