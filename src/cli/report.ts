import { join, resolve } from "node:path";
import type { Command } from "commander";
import { baseCommand, type CommandContext, type CommonOptions, commandAction } from "./base-command.js";

interface ReportOptions extends CommonOptions {
  readonly output?: string;
}

/** `baal report`: the tables and charts of experiments, made again or of several runs together. */
export function reportCommand(): Command {
  return baseCommand("report", "make an experiment's tables and charts again, or merge several runs")
    .argument("<folders...>", "folders that `baal experiment` wrote; runs that differ in seeds or strategies alone become one")
    .option("--output <folder>", "where the report goes (default: the folder, where it is one)")
    .addHelpText("after", EXAMPLES)
    .action((folders: string[], options: ReportOptions) =>
      commandAction<ReportOptions>((given, context) => report(folders, given, context))(options),
    );
}

const EXAMPLES = `
Examples:
  baal report experiments/clinc
  baal report experiments/clinc-seeds-1-3 experiments/clinc-seeds-4-6 --output experiments/clinc`;

async function report(folders: readonly string[], options: ReportOptions, { output }: CommandContext): Promise<void> {
  const { UsageError } = await import("./usage-error.js");
  if (folders.length > 1 && options.output === undefined)
    throw new UsageError("Several runs need --output: a folder for the report of all of them.");
  const { writeReport } = await import("../experiment/report/write-report.js");
  const target = resolve(options.output ?? folders[0]!);
  const { text, data, files } = await writeReport(folders, { output: target });
  output.result(`${text}\n\nReport: ${join(target, "report.html")}`, { output: target, files, ...data });
}
