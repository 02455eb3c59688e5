/**
 * The values that an option may have, as plain data: a configuration is checked by it, and help texts are written from it. (A schema of `zod` would say the
 * same, and loading that takes longer than loading all heuristics.)
 */
export interface OptionRule {
  /** The effect of the option, with its default: part of a sentence. */
  readonly help: string;
  /** The accepted values, in words: `"a whole number of at least 1"`. */
  readonly expects: string;
  accepts(value: unknown): boolean;
}

/** The rules of several options, by name. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

/** A whole number of at least 1. */
export function countRule(help: string): OptionRule {
  const accepts = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
  return { help, expects: "a whole number of at least 1", accepts };
}

/** Any finite number; what else it must be, the function that takes it says. */
export function numberRule(help: string): OptionRule {
  return { help, expects: "a number", accepts: (value) => Number.isFinite(value) };
}

/** True or false. */
export function flagRule(help: string): OptionRule {
  return { help, expects: "true or false", accepts: (value) => typeof value === "boolean" };
}

/** One of a few words. */
export function choiceRule<Word extends string>(words: readonly Word[], help: string): OptionRule {
  return { help, expects: words.map((word) => `"${word}"`).join(" or "), accepts: (value) => words.includes(value as Word) };
}

/** Options that are objects (signals, listeners, searches), or are given in scripts alone: a configuration has no words for them. */
type ScriptOnly = "reduction" | "seed" | "warnAfter";

/**
 * A rule for each option that a configuration can set, those of numbers, words and flags: an option that lacks its rule, or a rule
 * without an option, is a type error.
 */
export type RulesOf<Options> = {
  readonly [Name in keyof Options as Name extends ScriptOnly
    ? never
    : NonNullable<Options[Name]> extends string | number | boolean
      ? Name
      : never]-?: OptionRule;
};

/** All options together of a table of records, each of which makes something from its own. */
export type OptionsOf<Records> = Intersection<
  {
    [Name in keyof Records]: Records[Name] extends { make(options?: infer Options): unknown } ? NonNullable<Options> : never;
  }[keyof Records]
>;

/** `A & B & C` of `A | B | C`. */
type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/**
 * The key of `table` that `name` is in any case of letters; `undefined` where there is none. The one place where names of
 * heuristics and strategies lose their case: keys are in lower case.
 */
export function keyOf<Key extends string>(table: Readonly<Record<Key, unknown>>, name: string): Key | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(table, key) ? (key as Key) : undefined;
}
