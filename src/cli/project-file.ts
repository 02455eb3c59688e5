import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Command, Option } from "commander";
import { z } from "zod";
import { closestName } from "../core/names.js";
import { repeated } from "./option-parsers.js";
import { isSet, optionValue } from "./serve-config.js";
import { UsageError } from "./usage-error.js";

/** The file of a project's options, in the folder where the commands are run. */
export const PROJECT_FILE = "baal.yaml";

/** Commands that take their options from the file, and have a section of their own there. */
export const PROJECT_COMMANDS = ["select", "label", "merge", "train", "predict", "evaluate", "hygiene", "push"] as const;

export type ProjectCommand = (typeof PROJECT_COMMANDS)[number];

const text = z.string();
const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);
const list = z.union([z.string(), z.array(z.string())]);
const section = z.record(z.string(), value.nullable()).nullable();

/** Options that several commands have: each command takes those that it knows. */
const SHARED = {
  data: list,
  text: text,
  "text-column": text,
  "image-column": text,
  "label-column": text,
  "id-column": text,
  "pair-column": text,
  "label-separator": text,
  "out-of-scope-label": text,
  labels: list,
  task: text,
  delimiter: text,
  quote: text,
  split: text,
  control: text,
  "normalize-labels": z.boolean(),
  model: text,
  "max-seq-len": z.number(),
  cache: text,
  device: text,
  threads: z.number(),
  seed: z.number(),
} as const;

const FIELDS: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(Object.entries(SHARED).map(([name, type]) => [name, type.nullable().optional()])),
  ...Object.fromEntries(PROJECT_COMMANDS.map((name) => [name, section.optional()])),
};
const PROJECT = z.strictObject(FIELDS);

/** What a project's file says: options of all commands, and of single ones. */
export interface ProjectFile {
  readonly shared: Readonly<Record<string, unknown>>;
  readonly sections: Readonly<Partial<Record<ProjectCommand, Readonly<Record<string, unknown>>>>>;
}

/** Reads the file of the present folder; `undefined` where there is none. Throws a usage error for one that is not to be understood. */
export async function readProjectFile(path = PROJECT_FILE): Promise<ProjectFile | undefined> {
  if (!existsSync(path)) return undefined;
  const { parseDocument } = await import("yaml");
  const document = parseDocument(await readFile(path, "utf8"));
  const [problem] = document.errors;
  if (problem) throw new UsageError(`${path} is no YAML: ${problem.message.split("\n", 1)[0]!.replace(/:$/, "")}.`);
  const parsed = PROJECT.safeParse(document.toJS() ?? {});
  if (!parsed.success) throw new UsageError(`${path}: ${describe(parsed.error.issues[0]!)}`);
  const given = Object.entries(parsed.data).filter(([, one]) => one !== null && one !== undefined);
  const isSection = (name: string): name is ProjectCommand => PROJECT_COMMANDS.some((known) => known === name);
  return {
    shared: Object.fromEntries(given.filter(([name]) => !isSection(name))),
    sections: Object.fromEntries(given.filter(([name]) => isSection(name))) as ProjectFile["sections"],
  };
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const [name] = issue.keys;
    return unknown(name!, [...Object.keys(SHARED), ...PROJECT_COMMANDS]);
  }
  return `"${issue.path.join(".")}" is not as expected: ${issue.message}.`;
}

function unknown(name: string, names: readonly string[], where = ""): string {
  const meant = closestName(name, names);
  return `there is no option "${name}"${where}. ${meant ? `Did you mean "${meant}"?` : `There are ${names.join(", ")}.`}`;
}

/** Options of one command line alone. */
const NOT_IN_FILES = ["json", "quiet", "verbose", "help"];

/** Throws a usage error for a name in a command's section that is none of its options. */
export function checkSection(command: Command, { sections }: ProjectFile): void {
  const names = namesOf(command);
  for (const name of Object.keys(sections[command.name() as ProjectCommand] ?? {})) {
    if (!names.has(name))
      throw new UsageError(`${PROJECT_FILE}: ${unknown(name, [...names.keys()], ` of baal ${command.name()}`)}`);
  }
}

/** Options of which one is given: what the command line says goes before the other one in the file. */
const EITHER_OR: ReadonlyMap<string, string> = new Map([
  ["text", "textColumn"],
  ["textColumn", "text"],
]);

/**
 * Options that are not those of all commands, but what another command has made or taken: the shared model is one to begin with, and what is predicted and
 * evaluated is what was trained from it; nor says it anything of a model how well it does on the data that it has learned from.
 */
const TAKEN_FROM: Readonly<Partial<Record<string, Readonly<Record<string, readonly [ProjectCommand, string]>>>>> = {
  predict: { model: ["train", "output"] },
  evaluate: { model: ["train", "output"], data: ["train", "eval-data"] },
};

/** What the file says of an option of a command that its section leaves open, and where it says so. */
function unsaid(command: string, name: string, { shared, sections }: ProjectFile): readonly [place: string, value: unknown] {
  const source = TAKEN_FROM[command]?.[name];
  if (source === undefined) return [name, shared[name]];
  const [section, option] = source;
  return [`${section}.${option}`, sections[section]?.[option]];
}

/**
 * Gives a command what the file says of its options, those of its section before those of all commands. What stands on the command line wins. Throws a
 * usage error that names the file for a value that does not fit.
 */
export function applyProjectFile(command: Command, project: ProjectFile): void {
  const own = project.sections[command.name() as ProjectCommand] ?? {};
  const values = new Map<Option, unknown>();
  for (const [name, option] of namesOf(command)) {
    const [place, given] =
      own[name] !== undefined ? [`${command.name()}.${name}`, own[name]] : unsaid(command.name(), name, project);
    if (given === undefined || given === null) continue;
    values.set(option, parsed(option, given, `${PROJECT_FILE}: ${place}`));
    // Commander asks for those before it asks us.
    option.mandatory = false;
  }
  command.hook("preAction", (_, action) => {
    for (const [option, one] of values) {
      const takesArgument = option.attributeName() === "data" && action.args.length > 0;
      const other = EITHER_OR.get(option.attributeName());
      const isAnotherGiven = other !== undefined && action.getOptionValueSource(other) === "cli";
      if (!isSet(action, option) && !takesArgument && !isAnotherGiven)
        action.setOptionValueWithSource(option.attributeName(), one, "config");
    }
  });
}

function parsed(option: Option, given: unknown, where: string): unknown {
  if (option.parseArg === repeated) return [given].flat().map(String);
  if (Array.isArray(given)) {
    const comma = given.find((one) => String(one).includes(","));
    if (comma !== undefined)
      throw new UsageError(`${where}: ${JSON.stringify(comma)} has a comma, which stands between values here.`);
    if (option.parseArg === undefined && given.length > 1)
      throw new UsageError(`${where}: one value is expected, ${given.length} came.`);
  }
  return optionValue(option, Array.isArray(given) && option.parseArg === undefined ? given[0] : given, where);
}

/** By their long names; `cache` for `--no-cache`, too. */
function namesOf(command: Command): ReadonlyMap<string, Option> {
  return new Map(
    command.options.flatMap((option) => {
      const key = option.attributeName();
      return NOT_IN_FILES.includes(key) ? [] : [[key.replace(/[A-Z]/g, "-$&").toLowerCase(), option] as const];
    }),
  );
}
