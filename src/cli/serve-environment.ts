import type { Command, Option } from "commander";
import { optionValue } from "./option-value.js";

/** Label Studio's own names, and those of its ML backends, where there are any; the first one that is set counts. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  port: ["PORT"],
  logLevel: ["LOG_LEVEL"],
  basicAuthUser: ["BASIC_AUTH_USER"],
  basicAuthPass: ["BASIC_AUTH_PASS"],
  labelStudioUrl: ["LABEL_STUDIO_URL", "LABEL_STUDIO_HOST"],
  labelStudioApiKey: ["LABEL_STUDIO_API_KEY"],
  dataDir: ["BAAL_DATA_DIR", "MODEL_DIR"],
};

/** Names an environment variable for each option that takes a value: Label Studio's own, or `BAAL_` and the option's name. Help shows them. */
export function nameVariables(command: Command, { except }: { readonly except: readonly string[] }): Command {
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
export function applyEnvironment(command: Command): void {
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
export function whoSet(command: Command, option: Option): string | undefined {
  const key = option.attributeName();
  const source = command.getOptionValueSource(key);
  if (source === "cli") return "command line";
  if (source === "env") return option.envVar;
  return source === "config" ? (command.opts()["config"] as string) : undefined;
}
