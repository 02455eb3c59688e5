import { Command } from "commander";
import { withInterruption } from "./interruption.js";
import { integer } from "./option-parsers.js";
import { createOutput, type Output } from "./output.js";

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

/** A subcommand with the options of all subcommands. */
export function baseCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--seed <integer>", "seed of everything random; same seed, same result", integer())
    .option("--json", "print the result as one JSON object; everything else goes to stderr")
    .option("--quiet", "no progress, only the result, warnings and errors")
    .option("--verbose", "show where an error came from");
}

/** Turns a function of the options into a commander action, with output and interruption set up. */
export function commandAction<Options extends CommonOptions>(
  run: (options: Options, context: CommandContext) => Promise<void>,
): (options: Options) => Promise<void> {
  return (options) => withInterruption((signal) => run(options, { output: createOutput(options), signal }));
}
