import { z } from "zod";
import { BaalError } from "../core/errors.js";
import { findStrategy, getStrategy, type StrategyOptions, type StrategyRecord } from "../strategies/registry.js";
import type { Strategy } from "../strategies/strategy.js";

/** A strategy with options of its own: `{ name: "power:bald", beta: 4 }`. */
export interface StrategyWithOptions {
  readonly name: string;
  /** Its name in results and reports; by default its name and options. */
  readonly label?: string | undefined;
  readonly [option: string]: unknown;
}

/** A strategy as a configuration names it. */
export type StrategySpec = string | StrategyWithOptions;

const named = z.string().min(1);

/** A strategy's name, or `{ name, ...options }`; without options it becomes the name. */
export const strategySpec = z
  .union(
    [
      named,
      z.looseObject({ name: named, label: z.string().trim().min(1).max(60).regex(/\w/, "has a letter or a digit").optional() }),
    ],
    'the name of a strategy is needed, or { name: "power:bald", beta: 4 }',
  )
  .superRefine(checkSpec)
  .transform((given): StrategySpec => (typeof given === "string" ? given.toLowerCase() : normal(given)));

/** The name of a strategy in results and reports; those of one experiment differ. */
export function strategyLabel(spec: StrategySpec): string {
  if (typeof spec === "string") return spec;
  const { name, label, ...options } = spec;
  if (label !== undefined) return label;
  const values = Object.entries(options).map(([option, value]) => `${option} ${String(value)}`);
  return `${name} (${values.sort().join(", ")})`;
}

/** Where the log of a strategy with a seed is, below the experiment's folder. Labels that differ in nothing but their signs have the same. */
export function cellFolder(label: string, seed: number): string {
  const name = label
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._]+/gu, "-")
    .replaceAll(/^-|-$/g, "");
  return `cells/${name}-${seed}`;
}

/** Throws `E_ARGUMENT` for an unknown name and for options out of range. */
export function strategyOf(spec: StrategySpec, work: Pick<StrategyOptions, "signal"> = {}): Strategy {
  if (typeof spec === "string") return getStrategy(spec, work);
  const { name, label: _, ...options } = spec;
  return getStrategy(name, { ...options, ...work });
}

interface Issues {
  addIssue(issue: { readonly code: "custom"; readonly path?: PropertyKey[]; readonly message: string }): void;
}

function checkSpec(given: StrategySpec | { name: string; label?: string | undefined }, context: Issues): void {
  const { name, label, ...options } = typeof given === "string" ? { name: given, label: undefined } : given;
  const add = (message: string) => context.addIssue({ code: "custom", message });
  let record: StrategyRecord;
  try {
    record = findStrategy(name);
    record.make();
  } catch (error) {
    add((error as BaalError).message);
    return;
  }
  const known = Object.keys(record.options).join(", ");
  if (label !== undefined && name.toLowerCase() === "random")
    add("random sampling is what the others are compared with: it keeps its name");
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(record.options, option) ? record.options[option] : undefined;
    if (rule === undefined) add(`${name} has no option ${option}${known === "" ? "" : `; it has ${known}`}`);
    else if (!rule.accepts(value)) add(`${name}: ${option} cannot be ${JSON.stringify(value)}; expected ${rule.expects}`);
  }
  try {
    record.make(options);
  } catch (error) {
    if (!(error instanceof BaalError)) throw error;
    add(error.message);
  }
}

function normal({
  name,
  label,
  ...options
}: {
  name: string;
  label?: string | undefined;
  [option: string]: unknown;
}): StrategySpec {
  const key = name.toLowerCase();
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (label === undefined && given.length === 0) return key;
  return { name: key, label, ...Object.fromEntries(given) };
}
