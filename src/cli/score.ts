import { rm, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../core/defaults.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import type { PlanSettings } from "../scale/plan/plan-run.js";
import { type RunPlan, readPlan, shardCount, shardsOf } from "../scale/plan/run-plan.js";
import { poolStrategy } from "../scale/score/pool-strategy.js";
import type { RunStore } from "../scale/store/run-store.js";
import { type CommandContext, commandAction } from "./base-command.js";
import { duration } from "./duration.js";
import { pretrainedOptions } from "./model-options.js";
import { addScoreOptions, type ScoreOptions } from "./score-options.js";
import { checkUsage, UsageError } from "./usage-error.js";

/** `baal score`: the rows of a pool of any size that are worth labelling next, scored on one machine or on many. */
export function scoreCommand(command: Command): Command {
  return addScoreOptions(command).action(commandAction(score));
}

async function score(options: ScoreOptions, context: CommandContext, pool: string | undefined): Promise<void> {
  checkOptions(options, pool);
  const { openRunStore } = await import("../scale/store/open-run-store.js");
  const place = options.store ?? `${options.output ?? options.scores}.run`;
  const store = await openRunStore(place);
  if (options.status) return await tellStatus(store, context);
  if (options.cancel) return await cancel(store, options, context);
  if (options.resume) {
    const { resumeRun } = await import("../scale/work/score-shards.js");
    await resumeRun(store);
  }
  const { plan, folder } = await planned(store, options, context, pool);
  if (options.plan) {
    const shards = shardCount(plan);
    context.output.result(`planned ${plan.rows} rows in ${shards} shards, in ${store.address}`, {
      ...figures(plan),
      store: place,
    });
    return;
  }
  if (!options.merge && (await scoreShards(plan, store, options, context, folder)) === "elsewhere") return;
  await merge(plan, store, options, context, folder);
  if (options.store === undefined) await rm(resolve(place), { recursive: true, force: true });
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

interface Planned {
  readonly plan: RunPlan;
  /** Of the model, where it was named. */
  readonly folder: string | undefined;
}

/** The run's plan: made of the pool, or the one that the store has. */
async function planned(
  store: RunStore,
  options: ScoreOptions,
  context: CommandContext,
  pool: string | undefined,
): Promise<Planned> {
  if (pool === undefined) {
    const plan = await readPlan(store);
    if (plan === undefined)
      throw new UsageError(
        `The store ${store.address} has no run yet: give the pool and the model, baal score pool.csv --model my-model.`,
      );
    return { plan, folder: undefined };
  }
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { planRun } = await import("../scale/plan/plan-run.js");
  const { shipModel } = await import("../scale/work/model-copy.js");
  const model = options.model!;
  const { kind, folder } = await findClassifier(model, pretrainedOptions(options, context));
  const { rows, ...input } = await (kind === "text" ? textPool(pool, folder, options) : imagePool(pool, options));
  const { strategy, count, seed = DEFAULT_SEED, iterations, shardRows } = options;
  const { size } = await stat(pool);
  const settings: PlanSettings = {
    ...{ kind, iterations, seed, strategy: poolStrategy(strategy).strategy.name, count, rowsPerShard: shardRows },
    ...input,
    ...(options.precision === "int8" && { precision: options.precision }),
    ...(iterations > 1 && options.masks === "balanced" && { masks: options.masks }),
    model: { version: await modelVersion(folder), source: resolve(folder) },
    data: { name: basename(pool), bytes: size },
  };
  const progress = context.output.progress("reading the pool", undefined);
  try {
    const { signal } = context;
    const plan = await planRun(rows, settings, store, { signal, onProgress: (done) => progress.update(done) });
    if (options.store !== undefined && options.shard === undefined) await shipModel(store, folder);
    return { plan, folder };
  } finally {
    progress.stop();
  }
}

interface PoolInput extends Pick<PlanSettings, "inputColumn" | "text" | "maxSeqLen"> {
  readonly rows: () => AsyncIterable<Row> | Iterable<Row>;
}

async function textPool(pool: string, folder: string, options: ScoreOptions): Promise<PoolInput> {
  const { readTrainingRecord } = await import("../models/checkpoint/training-record.js");
  const { checkTextData } = await import("./model-options.js");
  const { streamTextRows, textSource } = await import("./text-rows.js");
  await checkTextData({ model: options.model, data: pool, imageOptions: {} });
  const trained = (await readTrainingRecord(folder))?.input;
  const { textColumn, text } = textSource(options, trained?.text);
  const maxSeqLen = options.maxSeqLen ?? trained?.maxSeqLen ?? DEFAULT_MAX_SEQ_LEN;
  const { parseTextTemplate } = await import("../data/text/text-template.js");
  const columns = text === undefined ? [textColumn] : parseTextTemplate(text).columns;
  // The template is filled by whoever scores, so that the rows stay as they are.
  const read = { ...options, textColumn: columns[0]!, text: undefined, columns, labels: "none" as const };
  return { rows: () => streamTextRows(pool, read), inputColumn: textColumn, text: text ?? null, maxSeqLen };
}

async function imagePool(pool: string, options: ScoreOptions): Promise<PoolInput> {
  const { imagesToPredict } = await import("./image-rows.js");
  const { column, root, rows, isFile } = await imagesToPredict(pool, options.imageColumn, options);
  const absolute = async function* () {
    for await (const row of rows()) {
      const image = row[column];
      if (typeof image !== "string" && !isFile)
        throw new BaalError("E_DATA", `${pool} is an archive: unpack it into a folder that all machines see, and give that.`);
      if (typeof image !== "string" || /^[a-z]+:/i.test(image)) yield row;
      else yield { ...row, [column]: root === undefined ? resolve(image) : resolve(root, image) };
    }
  };
  return { rows: absolute, inputColumn: column, text: null, maxSeqLen: 0 };
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
        const added = await submitRun(plan, store, queue);
        if (options.detach) {
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
  const { doneShards } = await import("../scale/work/score-shards.js");
  const done = (await doneShards(store)).size;
  if (done === shardCount(plan) && (options.output ?? options.scores) !== undefined) return "here";
  output.result(`scored ${total} of ${shardCount(plan)} shards; ${done} are in ${store.address}`, {
    ...{ ...figures(plan), scored: total, done, store: store.address },
  });
  return "elsewhere";
}

async function where(plan: RunPlan, store: RunStore, { device, threads, onnxFile }: ScoreOptions, folder: string | undefined) {
  const { localModel } = await import("../scale/work/model-copy.js");
  const { modelCache } = await import("./worker.js");
  return { folder: folder ?? (await localModel(plan, store, modelCache())), device, threads, onnxFile };
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
  const { writeOutputs } = await import("../scale/merge/write-outputs.js");
  const { requireResults } = await import("../scale/merge/require-results.js");
  for (let tries = 1; ; tries++) {
    const missing = await requireResults(plan, store);
    if (missing.length === 0) break;
    if (options.merge || tries === TRIES)
      throw new BaalError(
        "E_STORE",
        `${missing.length} of ${shardCount(plan)} shards have no result yet (${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", ..." : ""}): score them first, by the same command without --merge.`,
      );
    await scoreShards(plan, store, { ...options, shard: undefined }, context, folder);
  }
  const { picks, statistics } = await writeOutputs(plan, store, options);
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
