import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { errorMessage } from "../core/errors.js";
import { demoCommand } from "./demo.js";
import { experimentCommand } from "./experiment.js";
import { InterruptedError } from "./interruption.js";
import { predictCommand } from "./predict.js";
import { reportCommand } from "./report.js";
import { serveCommand } from "./serve.js";
import { backupCommand, gcCommand, restoreCommand } from "./state-commands.js";
import { trainCommand } from "./train.js";
import { exitCodes, UsageError } from "./usage-error.js";

/** Runs one command line (without `node` and the script) and gives the exit code; see {@link exitCodes}. */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...args], { from: "user" });
    return exitCodes.done;
  } catch (error) {
    const verbose = args.includes("--verbose") || Boolean(process.env["BAAL_DEBUG"]);
    return reportError(error, { verbose });
  }
}

function createProgram(): Command {
  const program = new Command("baal")
    .description("Bayesian active learning: train text classifiers, rank texts by what a label would teach, serve Label Studio.")
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError("(add --help to see the options)");
  for (const command of [
    demoCommand(),
    trainCommand(),
    predictCommand(),
    experimentCommand(),
    reportCommand(),
    serveCommand(),
    backupCommand(),
    restoreCommand(),
    gcCommand(),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

function reportError(error: unknown, { verbose }: { readonly verbose: boolean }): number {
  // Commander has already written its own message, and knows help that was asked for (0) from help for want of a command.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof InterruptedError) {
    process.stderr.write("interrupted\n");
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

/** package.json lies two folders up from the sources and from what is built of them. */
function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
