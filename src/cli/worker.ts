import type { Command } from "commander";
import { errorMessage } from "../core/errors.js";
import type { RunPlan } from "../scale/plan/run-plan.js";
import type { RunStore } from "../scale/store/run-store.js";
import { type CommandContext, type CommonOptions, commandAction } from "./base-command.js";
import { addOnnxFileOption, type ModelOptions } from "./model-options.js";
import type { Output } from "./output.js";
import { addDeviceOptions } from "./train-options.js";

interface WorkerOptions extends CommonOptions, ModelOptions {
  readonly queue: string;
  readonly queueName?: string | undefined;
  readonly model?: string | undefined;
  readonly cache?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly once?: boolean | undefined;
}

/** `baal worker`: scores shards, and runs cells of experiments, that a queue has. */
export function workerCommand(command: Command): Command {
  command
    .requiredOption("--queue <address>", "redis://HOST:PORT or postgres://USER:PASSWORD@HOST/DATABASE, as baal score has it")
    .option("--queue-name <name>", "of several queues on one server")
    .option("--model <model>", "folder of the model, where it is not to come from the store; must be the run's own")
    .option("--cache <folder>", "where models out of stores are kept (default: ~/.cache/baaljs/runs)")
    .option("--data-dir <folder>", "of experiments: where their data sets are on this machine")
    .option("--once", "end when nothing is left, in place of waiting for more");
  return addOnnxFileOption(addDeviceOptions(command)).addHelpText("after", EXAMPLES).action(commandAction(worker));
}

const EXAMPLES = `
Start one on each machine. It may be killed at any moment: what it had taken is given to another.

Examples:
  baal worker --queue redis://queue:6379
  baal worker --queue postgres://baal@db/baal --once`;

async function worker(options: WorkerOptions, { output, signal }: CommandContext): Promise<void> {
  const { bullQueue } = await import("../scale/queue/bull-queue.js");
  const { serveQueue } = await import("../scale/work/run-queued.js");
  const { queue: address, queueName, model, cache, once = false, dataDir, device, threads, onnxFile } = options;
  const queue = await bullQueue(address, {
    name: queueName,
    onError: (error) => output.note(`the queue: ${error.message}`),
  });
  output.note(`working for ${address.replace(/:[^:@/]*@/, ":...@")}; Ctrl-C ends`);
  try {
    const done = await serveQueue(queue, {
      ...{ cache, model, device, threads, onnxFile, dataDir, signal, endsWhenEmpty: once },
      onTrouble: (message) => output.warn(message),
      onComplete: (plan, store) => writeNamed(plan, store, output),
      onDone: ({ kind = "shard", shard, store }) => output.note(`${kind} ${shard} of ${store} is done`),
    });
    output.result(`did ${done} shards and cells`, { done });
  } finally {
    await queue.close();
  }
}

/** The last shard of a run that nobody waits for: its files are written here, if they can be. */
async function writeNamed(plan: RunPlan, store: RunStore, output: Output): Promise<readonly number[]> {
  const { namedOutputs, surveyRun, writeOutputs } = await import("../scale/merge/write-outputs.js");
  const outputs = await namedOutputs(store);
  if (outputs === undefined) return [];
  const names = [outputs.output, outputs.scores].filter((path) => path !== undefined).join(" and ");
  try {
    const survey = await surveyRun(plan, store);
    if (survey.missing.length > 0) return survey.missing;
    await writeOutputs(plan, store, survey, outputs);
    output.note(`${store.address} is complete: ${names} written`);
  } catch (error) {
    output.warn(
      `${names} could not be written here (${errorMessage(error)}): baal score --store ${store.address} --merge writes them elsewhere`,
    );
  }
  return [];
}
