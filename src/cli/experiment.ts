import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { BaalError } from "../core/errors.js";
import type { RunExperimentOptions } from "../experiment/run-experiment.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { addExperimentOptions, type ExperimentOptions, overridden } from "./experiment-options.js";
import { pretrainedOptions } from "./model-options.js";
import { UsageError } from "./usage-error.js";

/** `baal experiment`: strategies against each other, over several seeds, with learning curves at the end. */
export function experimentCommand(command: Command): Command {
  return addExperimentOptions(command).addHelpText("after", EXAMPLES).action(commandAction(experiment));
}

const EXAMPLES = `
Examples:
  baal experiment --dataset intents --recipe distilbert-mini --strategies power:entropy --query-size 200 --steps 4
  baal experiment clinc.yaml --data-dir data --processes 2
  baal experiment clinc.yaml --data-dir data --dry-run
The same command continues a run that was interrupted.`;

async function experiment(options: ExperimentOptions, context: CommandContext, file: string | undefined): Promise<void> {
  const { output, signal } = context;
  if (options.listDatasets) return listDatasets(context);
  const { readConfigFile } = await import("../experiment/read-config.js");
  const { prepareExperiment } = await import("../experiment/prepare-experiment.js");
  const { planExperiment } = await import("../experiment/experiment-plan.js");
  const { dataDir, processes = 1, threads } = options;
  const config = overridden(file === undefined ? {} : await readConfigFile(file), options);
  if (config["dataset"] === undefined || config["model"] === undefined) {
    throw new UsageError(
      "A data set and a model are needed: a configuration, or --dataset (or --data) and --recipe, --architecture or --model.",
    );
  }
  const { onProgress } = pretrainedOptions({}, context);
  const prepared = await prepareExperiment(config, { dataDir, signal, hub: { onProgress } }).catch((error: unknown) => {
    // A configuration that is wrong in itself is wrong usage; data that do not fit it are not.
    if (!(error instanceof BaalError && error.code === "E_ARGUMENT")) throw error;
    throw new UsageError(error.message, { cause: error });
  });
  const { about } = prepared;
  output.note(
    `${about.name}: ${prepared.pool.length} items to label from, ${about.items.test} to test, ${prepared.labels.length} classes; licence: ${about.licence}`,
  );
  const folder = resolve(options.output ?? join("experiments", outputName(file, prepared.config.name ?? about.name)));
  const plan = planExperiment(prepared);
  if (options.dryRun) {
    const { availableParallelism } = await import("node:os");
    const { estimateTime } = await import("../experiment/estimate-time.js");
    const { planText } = await import("./experiment-progress.js");
    const estimate = await estimateTime(prepared, plan, {
      ...{ output: folder, signal },
      threads: threads ?? Math.max(1, Math.floor(availableParallelism() / processes)),
    });
    const seconds = estimate.totalSeconds / Math.min(processes, plan.cells.length, availableParallelism());
    output.result(planText(prepared, plan, { ...estimate, seconds, folder }), {
      ...{ output: folder, cells: plan.cells, labels: plan.labels, config: prepared.config, data: about },
      estimate: { ...estimate, seconds },
    });
    return;
  }
  const { runExperiment } = await import("../experiment/run-experiment.js");
  const { writeReport } = await import("../experiment/report/write-report.js");
  const { ExperimentProgress } = await import("./experiment-progress.js");
  if (existsSync(join(folder, "run.json"))) output.note(`${folder}: going on with the run that is there`);
  const progress = new ExperimentProgress({
    isSilent: (options.json ?? options.quiet) === true,
    stream: process.stderr,
  });
  const queue = await openQueue(options, context);
  const outcome = await runExperiment(prepared, {
    ...{ output: folder, dataDir, processes, threads, signal, elsewhere: queue?.runCells },
    onPlan: (cells, done) => progress.start(cells, done),
    onEvent: (event) => progress.show(event),
    onNote: (text) => output.note(text),
  })
    .then(
      (record) => ({ record, failure: undefined }),
      (failure: unknown) => {
        // The cells that are done are worth a report.
        if (failure instanceof BaalError && failure.code === "E_EXPERIMENT") return { record: undefined, failure };
        throw failure;
      },
    )
    .finally(async () => {
      progress.stop();
      await queue?.close();
    });
  const report = await writeReport([folder], { output: folder });
  const text = `${report.text}\n\nReport: ${join(folder, "report.html")}   results: ${join(folder, "results.jsonl")}`;
  if (outcome.failure !== undefined) {
    output.note(text);
    throw outcome.failure;
  }
  output.result(text, {
    ...{ output: folder, hash: outcome.record.hash, cells: plan.cells.length, files: report.files },
    ...report.data,
  });
}

/** Where the cells are run by others. */
async function openQueue({ queue: address, queueName }: ExperimentOptions, { output }: CommandContext) {
  if (address === undefined) return undefined;
  const { bullQueue } = await import("../scale/queue/bull-queue.js");
  const { runCellsElsewhere } = await import("../scale/work/experiment-cells.js");
  const queue = await bullQueue(address, {
    name: queueName,
    onError: (error) => output.note(`the queue: ${error.message}`),
  });
  const runCells: RunExperimentOptions["elsewhere"] = (cells, run) => runCellsElsewhere(queue, cells, run);
  return { runCells, close: () => queue.close() };
}

function outputName(file: string | undefined, name: string): string {
  return file === undefined ? name : basename(file).replace(/\.(ya?ml|json)$/i, "");
}

async function listDatasets({ output }: CommandContext): Promise<void> {
  const { experimentDatasets } = await import("../experiment/datasets/dataset-table.js");
  const all = [...experimentDatasets.values()].map(({ name, about, licence, source, options }) => ({
    ...{ name, about, licence, source, options: Object.keys(options) },
  }));
  const text = all.map(({ name, about, licence, source, options }) =>
    [
      name,
      `  ${about}`,
      `  licence: ${licence}`,
      `  source: ${source}`,
      ...(options.length > 0 ? [`  options: ${options.join(", ")}`] : []),
    ].join("\n"),
  );
  output.result(text.join("\n\n"), { datasets: all });
}
