import type { Command } from "commander";
import { explainError, whileRunning, withFlags } from "./explain-error.js";
import { InterruptedError, withInterruption } from "./interruption.js";
import { integer } from "./option-parsers.js";
import { createOutput, errorData, type Output } from "./output.js";

/** The options that all subcommands share. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly seed?: number;
  readonly verbose?: boolean;
}

/** What a subcommand works with. */
export interface CommandContext {
  readonly output: Output;
  /** Fires on Ctrl-C and on termination. */
  readonly signal: AbortSignal;
}

/** Gives a subcommand the options of all subcommands. */
export function addCommonOptions(command: Command): Command {
  return command
    .option("--seed <integer>", "seed of everything random; same seed, same result", integer())
    .option("--json", "print the result as one JSON object; everything else goes to stderr")
    .option("--quiet", "no progress, only the result, warnings and errors")
    .option("--verbose", "show where an error came from");
}

/**
 * Turns a function of the options, and of the arguments behind them, into a commander action with output and interruption set up. The types
 * of the arguments are those that the command declares: `string` for `<file>`, `string | undefined` for `[file]`, `string[]` for `<files...>`.
 */
export function commandAction<Options extends CommonOptions, Arguments extends readonly unknown[] = []>(
  run: (options: Options, context: CommandContext, ...args: Arguments) => Promise<void>,
): (...given: readonly unknown[]) => Promise<void> {
  return async (...given) => {
    // Commander gives the arguments first, then the options and the command itself.
    const args = given.slice(0, -2) as unknown as Arguments;
    const options = given.at(-2) as Options;
    const command = given.at(-1) as Command;
    const output = createOutput({ ...options, words: (text) => withFlags(text, command) });
    try {
      await whileRunning(command, () => withInterruption((signal) => run(options, { output, signal }, ...args)));
    } catch (error) {
      const explained = explainError(error, command);
      output.error(
        explained instanceof InterruptedError ? { code: "E_INTERRUPTED", message: "interrupted" } : errorData(explained),
      );
      throw explained;
    }
  };
}
