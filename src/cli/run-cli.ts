import { Command, CommanderError } from "commander";
import { errorMessage } from "../core/errors.js";
import { closestName } from "../core/names.js";
import { packageManifest } from "../system/package-files.js";
import { addCommonOptions } from "./base-command.js";
import { commands } from "./commands.js";
import { InterruptedError } from "./interruption.js";
import { applyProjectFile, checkSection, PROJECT_COMMANDS, readProjectFile } from "./project-file.js";
import { exitCodes, UsageError } from "./usage-error.js";

/** Runs one command line (without `node` and the script) and gives the exit code; see {@link exitCodes}. */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(new Set(args));
    await useProject(program, args).catch((error: unknown) => {
      if (args.includes("--json")) printError("E_USAGE", errorMessage(error));
      throw error;
    });
    checkOptionNames(program, args);
    await program.parseAsync([...args], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    const verbose = args.includes("--verbose") || Boolean(process.env["BAAL_DEBUG"]);
    if (error instanceof CommanderError && error.exitCode !== 0 && args.includes("--json")) {
      // No command has run yet that could say it.
      printError("E_USAGE", error.message.replace(/^error: /, ""));
    }
    return reportError(error, { verbose });
  }
}

/**
 * The program `baal`, which throws in place of ending the process. `wanted` has the names of the commands to load whole; of the others there
 * is what `baal --help` shows. Without it all are loaded.
 */
export async function createProgram(wanted?: ReadonlySet<string>): Promise<Command> {
  const program = new Command("baal")
    .description("Bayesian active learning: train text classifiers, rank texts by what a label would teach, serve Label Studio.")
    .version(packageManifest().version)
    .exitOverride()
    .showHelpAfterError("(add --help to see the options)")
    .addHelpText("after", `\n${EXIT_CODES}`);
  const isWhole = wanted === undefined || commands.some(({ name, readsAll }) => readsAll && wanted.has(name));
  for (const { name, description, arguments: declared, load } of commands) {
    const command = addCommonOptions(new Command(name).description(description));
    if (isWhole || wanted.has(name)) (await load())(command);
    else if (declared !== undefined) command.arguments(declared);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

function printError(code: string, message: string): void {
  process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
}

/** Gives the command that is run what the project's file in this folder says, which is checked as a whole. */
async function useProject(program: Command, args: readonly string[]): Promise<void> {
  const command = program.commands.find((one) => one.name() === args[0]);
  if (command === undefined || !PROJECT_COMMANDS.some((name) => name === command.name())) return;
  const project = await readProjectFile();
  if (project === undefined) return;
  for (const { name, load } of commands) {
    if (name in project.sections) checkSection((await load())(addCommonOptions(new Command(name))), project);
  }
  applyProjectFile(command, project);
}

/** Commander says first what is missing; of an option that was mistyped that would say nothing. Throws as commander does for unknown ones. */
function checkOptionNames(program: Command, args: readonly string[]): void {
  const command = program.commands.find((one) => one.name() === args[0]);
  if (command === undefined || args.includes("--help") || args.includes("-h")) return;
  const end = args.indexOf("--");
  const given = args.slice(1, end < 0 ? undefined : end);
  const find = (arg: string) => command.options.find(({ short, long }) => [short, long].includes(arg.split("=", 1)[0]));
  const unknown = given.find((arg, i) => {
    const before = i > 0 ? given[i - 1]! : "";
    const isValue = !before.includes("=") && find(before)?.required === true;
    return /^--[a-z]/i.test(arg) && !isValue && find(arg) === undefined;
  });
  if (unknown === undefined) return;
  const name = unknown.split("=", 1)[0]!;
  const meant = closestName(
    name,
    command.options.flatMap(({ long, hidden }) => (hidden || !long ? [] : [long])),
  );
  const hint = meant === undefined ? "" : `\n(Did you mean ${meant}?)`;
  command.error(`error: unknown option '${name}'${hint}`, { code: "commander.unknownOption" });
}

/** For people and scripts; see {@link exitCodes}. */
const EXIT_CODES =
  "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (Ctrl-C), 141 output closed early (as by head), 143 terminated. With --json a failure is one line on stdout, too: " +
  '{"error": {"code", "message"}}.';

function reportError(error: unknown, { verbose }: { readonly verbose: boolean }): number {
  // Commander has already written its own message, and knows help that was asked for (0) from help for want of a command.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof InterruptedError) {
    if (error.exitCode !== exitCodes.unread) process.stderr.write("interrupted\n");
    return error.exitCode;
  }
  process.stderr.write(`error: ${errorMessage(error).replace(/\s*\n\s*/g, " ")}\n`);
  if (verbose && error instanceof Error) process.stderr.write(`${describeCauses(error)}\n`);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

function describeCauses(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${describeCauses(error.cause)}` : stack;
}
