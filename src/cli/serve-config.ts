import { readFile } from "node:fs/promises";
import type { Command, Option } from "commander";
import { closestName } from "../training/closest-name.js";
import { optionValue } from "./option-value.js";
import { createOutput } from "./output.js";
import { applyEnvironment, isSet, nameVariables, whoSet } from "./serve-environment.js";
import { UsageError } from "./usage-error.js";

/** Options of the command line alone. */
const NOT_IN_FILES = ["config", "printConfig", "json", "quiet", "verbose", "help"];

/** What `--print-config` says nothing of but that it is there. */
const SECRETS = ["basicAuthPass", "labelStudioApiKey", "webhookSecret"];

/** `--config` and `--print-config`, and environment variables for all options. The command line wins over the environment, that over the file. */
export function addConfigOptions(command: Command): Command {
  command
    .option(
      "--config <file>",
      "YAML or JSON with these options by their long names: port: 9090; the command line and environment win",
    )
    .option("--print-config", "print the options as they would be used, as such a file, without secrets, and end");
  return applySettings(command, {
    except: NOT_IN_FILES,
    unknown(name, file) {
      throw new UsageError(`${file}: there is no option "${name}". ${hint(name, [...fileOptionsByName(command).keys()])}`);
    },
  });
}

/** The environment and the server's `--config` file for these options of another command, which has the option `--config`, too. */
export function applyServerSettings(command: Command, names: readonly string[]): Command {
  const others = command.options.map((option) => option.attributeName()).filter((name) => !names.includes(name));
  return applySettings(command, { except: others, unknown() {} });
}

interface SettingsOptions {
  /** Options of the command line alone. */
  readonly except: readonly string[];
  /** What becomes of a name in the file that is none of the options. */
  readonly unknown: (name: string, file: string) => void;
}

function applySettings(command: Command, options: SettingsOptions): Command {
  return nameVariables(command, options).hook("preAction", async (_, action) => {
    applyEnvironment(action);
    const { config } = action.opts<{ readonly config?: string }>();
    if (config !== undefined) await applyConfigFile(action, config, options);
  });
}

/** Sets what the file says of options that neither the command line nor the environment has set. Throws a usage error that names the file. */
async function applyConfigFile(command: Command, file: string, { except, unknown }: SettingsOptions): Promise<void> {
  const options = fileOptionsByName(command, except);
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(await readConfigFile(file))) {
    const key = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    const option = options.get(key);
    if (option === undefined) {
      unknown(name, file);
      continue;
    }
    if (seen.has(key)) throw new UsageError(`${file}: "${fileName(option)}" is there twice, once as "${name}".`);
    seen.add(key);
    if (value === null || value === undefined || value === "") continue;
    const parsed = optionValue(option, value, `${file}: ${name}`);
    if (!isSet(command, option)) command.setOptionValueWithSource(key, parsed, "config");
  }
}

async function readConfigFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`--config ${file} cannot be read (${cause.code ?? cause.message}).`, { cause });
  });
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  // The first line alone: the others quote the file, which may hold secrets.
  const [problem] = document.errors;
  if (problem) throw new UsageError(`${file} is no YAML or JSON: ${problem.message.split("\n", 1)[0]!.replace(/:$/, "")}.`);
  const contents: unknown = document.toJS();
  if (contents === null) return {};
  if (typeof contents === "object" && !Array.isArray(contents)) return contents as Readonly<Record<string, unknown>>;
  throw new UsageError(`${file} should have one option per line, such as "port: 9090".`);
}

/** `--print-config`: what the server would be started with. */
export function printConfig(command: Command): Promise<void> {
  const shown: Record<string, unknown> = {};
  const secrets: string[] = [];
  const comments = new Map<string, string>();
  for (const option of fileOptions(command)) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value === undefined || value === "") continue;
    const name = fileName(option);
    const from = whoSet(command, option);
    if (SECRETS.includes(option.attributeName())) secrets.push(`# ${name}: set by ${from ?? "default"}, not shown\n`);
    else {
      shown[name] = typeof value === "string" ? value.replace(/\/\/[^/@]*@/, "//***@") : value;
      if (from !== undefined) comments.set(name, from);
    }
  }
  return import("yaml").then(({ stringify }) => {
    const lines = Object.entries(shown).map(([name, value]) => {
      const comment = comments.has(name) && typeof value !== "object" ? `  # ${comments.get(name)}` : "";
      return `${stringify({ [name]: value }, { lineWidth: 0 }).trimEnd()}${comment}\n`;
    });
    createOutput(command.opts()).result([...lines, ...secrets].join("").trimEnd(), shown);
  });
}

function fileOptions({ options }: Command, except: readonly string[] = NOT_IN_FILES): readonly Option[] {
  return options.filter((option) => !except.includes(option.attributeName()));
}

function fileOptionsByName(command: Command, except?: readonly string[]): ReadonlyMap<string, Option> {
  return new Map(fileOptions(command, except).map((option) => [option.attributeName(), option]));
}

/** `push-scores` for `--no-push-scores`, too. */
function fileName(option: Option): string {
  return option.attributeName().replace(/[A-Z]/g, "-$&").toLowerCase();
}

function hint(name: string, keys: readonly string[]): string {
  const names = keys.map((key) => key.replace(/[A-Z]/g, "-$&").toLowerCase());
  const meant = closestName(name, names);
  return meant === undefined ? "baal serve --help lists them." : `Did you mean "${meant}"?`;
}
