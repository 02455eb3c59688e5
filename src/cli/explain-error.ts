import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import { closestName } from "../core/names.js";
import { UsageError } from "./usage-error.js";

/**
 * An error of a command in the command's own words: options of the library are called by their flags, and a path that is not there comes with one that
 * is and has nearly the same name.
 */
export function explainError(error: unknown, command: Command): unknown {
  if (!(error instanceof BaalError || error instanceof UsageError)) return error;
  const hint = error instanceof BaalError && NOT_FOUND.has(error.code) ? didYouMean(error.message, command) : "";
  const message = withFlags(error.message, command) + hint;
  if (message === error.message) return error;
  const { cause } = error;
  const explained =
    error instanceof BaalError ? new BaalError(error.code, message, { cause }) : new UsageError(message, { cause });
  if (error.stack !== undefined) explained.stack = error.stack;
  return explained;
}

/** What is said of a model that is no folder, too: its name may have been taken for one of the hub. */
const NOT_FOUND: ReadonlySet<string> = new Set(["E_FILE_NOT_FOUND", "E_HUB"]);

/** Names of options as the library has them (`learningRate`) as their flags (`--learning-rate`); single words (`seed`) stay, which may mean anything. */
export function withFlags(message: string, command: Command): string {
  // What is wrong there is a field of its configuration, and called so in the file.
  if (command.name() === "experiment") return message;
  const flags = new Map(command.options.map((option) => [option.attributeName(), option.long ?? option.flags]));
  return message.replace(/(?<![\w./"'-])[a-z]+(?:[A-Z][a-z0-9]*)+(?![\w./'-]*["'(/])\b/g, (name) => flags.get(name) ?? name);
}

/** The command that runs; a process has one. Warnings of the library know nothing of commands. */
let running: Command | undefined;

/** Runs a command's work, so that {@link inItsWords} speaks as the command does. */
export async function whileRunning(command: Command, work: () => Promise<void>): Promise<void> {
  running = command;
  try {
    await work();
  } finally {
    running = undefined;
  }
}

/** {@link withFlags} for whatever command runs, if any. */
export function inItsWords(text: string): string {
  return running ? withFlags(text, running) : text;
}

function didYouMean(message: string, command: Command): string {
  const given = [...Object.values(command.opts()), ...command.processedArgs].flat().filter((value) => typeof value === "string");
  for (const path of given) {
    if (path === "" || !message.includes(path) || existsSync(path)) continue;
    const near = nearPath(path);
    if (near !== undefined) return ` Did you mean ${near}?`;
  }
  return "";
}

/** A path that is there, and differs from the given one in the first part that is not, by a few letters. */
function nearPath(path: string): string | undefined {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) {
    const near = nearPath(parent);
    const whole = near === undefined ? undefined : join(near, basename(path));
    return whole !== undefined && existsSync(whole) ? whole : near;
  }
  const name = closestName(basename(path), namesIn(parent));
  if (name === undefined) return undefined;
  return path.startsWith("./") ? `./${join(parent, name)}` : join(parent, name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing can be proposed of a folder that cannot be read.
    return [];
  }
}
