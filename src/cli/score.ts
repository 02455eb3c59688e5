import { mkdir, rm } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Command } from "commander";
import { type RunPlan, readPlan, shardCount, shardsOf } from "../scale/plan/run-plan.js";
import { poolStrategy } from "../scale/score/pool-strategy.js";
import type { RunStore } from "../scale/store/run-store.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { duration } from "./duration.js";
import { addScoreOptions, type ScoreOptions } from "./score-options.js";
import { plannedRun } from "./score-plan.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** `baal score`: the rows of a pool of any size that are worth labelling next, scored on one machine or on many. */
export function scoreCommand(command: Command): Command {
  return addScoreOptions(command).action(commandAction(score));
}

async function score(options: ScoreOptions, context: CommandContext, pool: string | undefined): Promise<void> {
  checkOptions(options, pool);
  const { openRunStore } = await import("../scale/store/open-run-store.js");
  const place = options.store ?? `${options.output ?? options.scores}.run`;
  if (options.store !== undefined) return scoreIn(await openRunStore(place), options, context, pool);
  const { lockFolder } = await import("../system/folder-lock.js");
  // It is removed at the end, and another of the same output would be in the middle of it.
  const beside = dirname(resolve(place));
  await mkdir(beside, { recursive: true });
  const lock = await lockFolder(beside, `${basename(place)}.lock`, { leavesNothing: true });
  try {
    await scoreIn(await openRunStore(place), options, context, pool);
    await rm(resolve(place), { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

async function scoreIn(store: RunStore, options: ScoreOptions, context: CommandContext, pool: string | undefined): Promise<void> {
  if (options.status) return await tellStatus(store, context);
  if (options.cancel) return await cancel(store, options, context);
  if (options.resume) {
    const { resumeRun } = await import("../scale/work/score-shards.js");
    await resumeRun(store);
  }
  const { plan, folder } = await plannedRun(store, options, context, pool);
  // What is damaged is removed by being looked at.
  if (options.resume) await (await import("../scale/merge/write-outputs.js")).surveyRun(plan, store);
  if (options.plan) {
    const shards = shardCount(plan);
    context.output.result(`planned ${plan.rows} rows in ${shards} shards, in ${store.address}`, {
      ...figures(plan),
      store: options.store,
    });
    return;
  }
  if (!options.merge && (await scoreShards(plan, store, options, context, folder)) === "elsewhere") return;
  await merge(plan, store, options, context, folder);
}

function checkOptions(options: ScoreOptions, pool: string | undefined): void {
  const { store, output, scores, status, cancel: isCancel, plan, merge: isMerge, queue, shard, detach, model } = options;
  checkUsage(() => poolStrategy(options.strategy));
  if (store === undefined && (status || isCancel || isMerge || plan || queue || shard))
    throw new UsageError("--store is needed here: the folder, or s3://bucket/prefix, that all machines of the run see.");
  if (queue && shard) throw new UsageError("--queue hands out shards by itself, --shard names them: give one of them.");
  if (detach && !queue) throw new UsageError("--detach is for --queue: without one nobody else would score.");
  if (isMerge && output === undefined && scores === undefined)
    throw new UsageError("--merge needs --output, --scores or both: where the merged rows go.");
  if (status || isCancel) return;
  if (store === undefined && output === undefined && scores === undefined)
    throw new UsageError("--output is missing: the file for the picked rows. (--scores writes all rows.)");
  if (pool === undefined && store === undefined)
    throw new UsageError("Which rows? Give a file: baal score pool.csv --model my-model.");
  if (pool !== undefined && model === undefined) throw new UsageError("--model is missing: the folder or hub id of the model.");
}

/** Scores what has no result yet. `"elsewhere"` where the rest is others' work. */
async function scoreShards(
  plan: RunPlan,
  store: RunStore,
  options: ScoreOptions,
  context: CommandContext,
  folder: string | undefined,
): Promise<"here" | "elsewhere"> {
  const { output, signal } = context;
  const { share, total } = { share: options.shard, total: shardsOf(plan, options.shard).length };
  const progress = output.progress(options.queue ? "scored by the workers, in shards" : "scoring, in shards", total);
  const watched = {
    ...{ signal, onTrouble: (message: string) => output.warn(message) },
    onProgress: (done: number) => progress.update(done, `of ${plan.rowsPerShard} rows`),
  };
  try {
    if (options.queue !== undefined) {
      const { bullQueue } = await import("../scale/queue/bull-queue.js");
      const { submitRun, waitForRun } = await import("../scale/work/run-queued.js");
      const queue = await bullQueue(options.queue, {
        name: options.queueName,
        onError: (error) => output.note(`the queue: ${error.message}`),
      });
      try {
        if (options.detach && (options.output ?? options.scores) !== undefined) {
          const { nameOutputs } = await import("../scale/merge/write-outputs.js");
          await nameOutputs(store, { output: options.output, scores: options.scores });
        }
        if (options.detach) {
          const added = await submitRun(plan, store, queue);
          output.result(`${added} shards are on the queue; baal worker --queue ${options.queue} scores them`, {
            ...{ ...figures(plan), queued: added, store: store.address },
          });
          return "elsewhere";
        }
        await waitForRun(plan, store, queue, watched);
      } finally {
        await queue.close();
      }
      return "here";
    }
    const { runHere } = await import("../scale/work/run-here.js");
    await runHere(plan, store, { ...watched, ...(await where(plan, store, options, folder)), share, workers: options.workers });
  } finally {
    progress.stop();
  }
  if (share === undefined) return "here";
  const { missingShards } = await import("../scale/work/shard-results.js");
  const done = shardCount(plan) - (await missingShards(plan, store)).length;
  if (done === shardCount(plan) && (options.output ?? options.scores) !== undefined) return "here";
  output.result(`scored ${total} of ${shardCount(plan)} shards; ${done} are in ${store.address}`, {
    ...{ ...figures(plan), scored: total, done, store: store.address },
  });
  return "elsewhere";
}

async function where(plan: RunPlan, store: RunStore, { device, threads, onnxFile }: ScoreOptions, folder: string | undefined) {
  const { localModel } = await import("../scale/work/model-copy.js");
  return { folder: folder ?? (await localModel(plan, store)), device, threads, onnxFile };
}

/** A result may be damaged, which is seen here: it is scored again so often. */
const TRIES = 3;

async function merge(
  plan: RunPlan,
  store: RunStore,
  options: ScoreOptions,
  context: CommandContext,
  folder: string | undefined,
): Promise<void> {
  const { surveyRun, writeOutputs } = await import("../scale/merge/write-outputs.js");
  const { withoutResults } = await import("../scale/work/shard-results.js");
  let survey = await surveyRun(plan, store);
  for (let tries = 1; survey.missing.length > 0; tries++) {
    if (options.merge || tries === TRIES) throw withoutResults(plan, store, survey.missing);
    await scoreShards(plan, store, { ...options, shard: undefined }, context, folder);
    survey = await surveyRun(plan, store);
  }
  const picks = await writeOutputs(plan, store, survey, options);
  const { statistics } = survey;
  const { rows, errors } = statistics;
  const without = errors > 0 ? `, ${errors} of them without a score (--scores has the reasons)` : "";
  const written = [options.output, options.scores].filter((path) => path !== undefined).join(" and ");
  context.output.result(
    `scored ${rows} rows${without}; picked ${picks.length} by ${plan.strategy}${written ? `, saved to ${written}` : ""}`,
    { ...figures(plan), ...statistics, picks: picks.length, output: options.output ?? null, scores: options.scores ?? null },
  );
}

const figures = (plan: RunPlan) => ({
  rows: plan.rows,
  shards: shardCount(plan),
  strategy: plan.strategy,
  iterations: plan.iterations,
});

async function tellStatus(store: RunStore, { output }: CommandContext): Promise<void> {
  const { runStatus } = await import("../scale/work/run-status.js");
  const status = await runStatus(store);
  if (status === undefined)
    throw new UsageError(`The store ${store.address} has no run: baal score pool.csv --model my-model begins one.`);
  const { done, shards, rowsPerSecond, secondsLeft, isCancelled } = status;
  const rate = rowsPerSecond === undefined ? "" : `, ${rowsPerSecond.toFixed(1)} rows a second over all machines`;
  const left = secondsLeft === undefined ? "" : `, about ${duration(secondsLeft)} left`;
  const state = isCancelled ? "cancelled: " : done === shards ? "complete: " : "";
  output.result(`${state}${done} of ${shards} shards have a result${rate}${left}`, { ...status });
}

async function cancel(store: RunStore, { queue: address, queueName }: ScoreOptions, { output }: CommandContext): Promise<void> {
  const plan = await readPlan(store);
  if (plan === undefined) throw new UsageError(`The store ${store.address} has no run that could be cancelled.`);
  const { cancelRun } = await import("../scale/work/score-shards.js");
  await cancelRun(store);
  if (address !== undefined) {
    const { bullQueue } = await import("../scale/queue/bull-queue.js");
    const { runId } = await import("../scale/plan/run-plan.js");
    const queue = await bullQueue(address, { name: queueName });
    try {
      await queue.withdraw(runId(plan));
    } finally {
      await queue.close();
    }
  }
  output.result("cancelled: no further shard is scored; --resume goes on", { cancelled: true, store: store.address });
}
