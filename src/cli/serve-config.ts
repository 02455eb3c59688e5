import { readFile } from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import { type Command, InvalidArgumentError, type Option } from "commander";
import { errorMessage } from "../core/errors.js";
import { closestName } from "../core/names.js";
import { createOutput } from "./output.js";
import { UsageError } from "./usage-error.js";

/** Options of the command line alone. */
const NOT_IN_FILES = ["config", "printConfig", "json", "quiet", "verbose", "help"];

/** Options of which `--print-config` only says that they are there. */
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
  /** Called with a name in the file that is none of the options. */
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

/** An option that is set, or has a default. */
interface OptionInForce {
  readonly name: string;
  /** None of a secret one. */
  readonly value: unknown;
  readonly isSecret: boolean;
  /** Who has set it, in words; `undefined` for a default. */
  readonly from: string | undefined;
}

function optionsInForce(command: Command): readonly OptionInForce[] {
  return fileOptions(command).flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value === undefined || value === "") return [];
    const isSecret = SECRETS.includes(option.attributeName());
    const shown = typeof value === "string" ? value.replace(/\/\/[^/@]*@/, "//***@") : value;
    return [{ name: fileName(option), value: isSecret ? undefined : shown, isSecret, from: whoSet(command, option) }];
  });
}

/** The options as they are in force, in words, without secrets and without the folders of this machine: for those who look at a server. */
export function shownSettings(command: Command): readonly { readonly name: string; readonly value: string }[] {
  return optionsInForce(command).map(({ name, value, isSecret, from }) => {
    const text = isSecret ? "set, not shown" : typeof value === "string" ? withoutFolder(value) : JSON.stringify(value);
    return { name, value: from === undefined ? text : `${text} (${from})` };
  });
}

function withoutFolder(text: string): string {
  return isAbsolute(text) ? basename(text) : text;
}

/** `--print-config`: what the server would be started with. */
export function printConfig(command: Command): Promise<void> {
  const options = optionsInForce(command);
  const open = options.filter(({ isSecret }) => !isSecret);
  return import("yaml").then(({ stringify }) => {
    const lines = open.map(({ name, value, from }) => {
      const comment = from !== undefined && typeof value !== "object" ? `  # ${from}` : "";
      return `${stringify({ [name]: value }, { lineWidth: 0 }).trimEnd()}${comment}\n`;
    });
    const secrets = options
      .filter(({ isSecret }) => isSecret)
      .map(({ name, from }) => `# ${name}: set by ${from ?? "default"}, not shown\n`);
    const shown = Object.fromEntries(open.map(({ name, value }) => [name, value]));
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

/** Label Studio's own names, and those of its ML backends, where there are any; the first one that is set counts. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  port: ["PORT"],
  logLevel: ["LOG_LEVEL"],
  basicAuthUser: ["BASIC_AUTH_USER"],
  basicAuthPass: ["BASIC_AUTH_PASS"],
  labelStudioUrl: ["LABEL_STUDIO_URL", "LABEL_STUDIO_HOST"],
  labelStudioApiKey: ["LABEL_STUDIO_API_KEY", "LABEL_STUDIO_ACCESS_TOKEN"],
  dataDir: ["BAAL_DATA_DIR", "MODEL_DIR"],
};

/** Names an environment variable for each option that takes a value: Label Studio's own, or `BAAL_` and the option's name. Help shows them. */
function nameVariables(command: Command, { except }: { readonly except: readonly string[] }): Command {
  for (const option of command.options) {
    const key = option.attributeName();
    if ((!option.required && !option.optional) || except.includes(key)) continue;
    const names = NAMES[key] ?? [`BAAL_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`];
    option.env(names.find((name) => process.env[name]) ?? names[0]!);
  }
  return command;
}

/**
 * Sets what the command line has not set. Done here, not by commander, since a variable that is empty counts as not set: that is how compose
 * files leave things out. Throws a usage error that names the variable.
 */
function applyEnvironment(command: Command): void {
  for (const option of command.options) {
    const text = option.envVar === undefined ? undefined : process.env[option.envVar];
    if (!text || isSet(command, option)) continue;
    command.setOptionValueWithSource(option.attributeName(), optionValue(option, text, `${option.envVar}`), "env");
  }
}

/** Whether something else than the default stands in an option. */
export function isSet(command: Command, option: Option): boolean {
  return !["default", undefined].includes(command.getOptionValueSource(option.attributeName()));
}

/** Who has set an option, in words. */
function whoSet(command: Command, option: Option): string | undefined {
  const key = option.attributeName();
  const source = command.getOptionValueSource(key);
  if (source === "cli") return "command line";
  if (source === "env") return option.envVar;
  return source === "config" ? (command.opts()["config"] as string) : undefined;
}

/**
 * A value from elsewhere as the command line's parser takes it: `where` begins the usage error that is thrown for one that does not fit. The
 * value is not repeated, since it may be secret.
 */
export function optionValue(option: Option, value: unknown, where: string): unknown {
  const takesText = option.required || option.optional;
  if (typeof value === "boolean" && !option.required) return option.optional && !value ? undefined : value;
  if (!takesText) throw new UsageError(`${where}: expected true or false.`);
  if (option.parseArg === undefined && !isText(value, option))
    throw new UsageError(`${where}: expected text; put it into quotes.`);
  try {
    const text = Array.isArray(value) ? value.join(",") : typeof value === "object" ? JSON.stringify(value) : String(value);
    return option.parseArg ? option.parseArg(text, undefined as never) : text;
  } catch (error) {
    if (error instanceof InvalidArgumentError || error instanceof UsageError)
      throw new UsageError(`${where}: ${errorMessage(error)}`, { cause: error });
    throw error;
  }
}

/** Lists stand for what the command line has between commas. */
function isText(value: unknown, { optional }: Option): boolean {
  return typeof value === "string" || (optional && Array.isArray(value) && value.every((item) => typeof item === "string"));
}
