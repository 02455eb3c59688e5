import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";

interface ReportOptions extends CommonOptions {
  readonly output?: string | undefined;
}

/** `baal report`: the tables and charts of experiments, made again or of several runs together. */
export function reportCommand(command: Command): Command {
  return command
    .argument("<folders...>", "folders that `baal experiment` wrote; runs that differ in seeds or strategies alone become one")
    .option("--output <folder>", "where the report goes (default: the folder, where it is one)")
    .addHelpText("after", EXAMPLES)
    .action(commandAction(report));
}

const EXAMPLES = `
Examples:
  baal report experiments/clinc
  baal report experiments/clinc-seeds-1-3 experiments/clinc-seeds-4-6 --output experiments/clinc`;

async function report(options: ReportOptions, { output }: CommandContext, folders: readonly string[]): Promise<void> {
  const { UsageError } = await import("./usage-error.js");
  if (folders.length > 1 && options.output === undefined)
    throw new UsageError("Several runs need --output: a folder for the report of all of them.");
  const { writeReport } = await import("../experiment/report/write-report.js");
  const target = resolve(options.output ?? folders[0]!);
  const { text, data, files } = await writeReport(folders, { output: target });
  output.result(`${text}\n\nReport: ${join(target, "report.html")}`, { output: target, files, ...data });
}
