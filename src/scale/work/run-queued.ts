import { BaalError, throwIfAborted } from "../../core/errors.js";
import { modelVersion } from "../../models/checkpoint/model-version.js";
import { type RunPlan, readPlan, runId, shardCount, shardsOf } from "../plan/run-plan.js";
import type { Clock, ShardLease, ShardQueue } from "../queue/shard-queue.js";
import { type ScorerOptions, type ShardScorer, shardScorer } from "../score/shard-scorer.js";
import { openRunStore } from "../store/open-run-store.js";
import type { RunStore } from "../store/run-store.js";
import { runLeasedCell } from "./experiment-cells.js";
import { localModel } from "./model-copy.js";
import { doneShards, isCancelled, requireSameScores, scoreShard } from "./score-shards.js";
import { systemClock } from "./system-clock.js";
import { workShards } from "./work-shards.js";

/** Puts the shards of a run that have no result on the queue. How many these are. */
export async function submitRun(plan: RunPlan, store: RunStore, queue: ShardQueue): Promise<number> {
  const known = await doneShards(store);
  const run = runId(plan);
  const missing = shardsOf(plan).filter((shard) => !known.has(shard));
  await queue.add(missing.map((shard) => ({ run, store: store.address, shard })));
  return missing.length;
}

export interface WaitOptions {
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onTrouble?: ((message: string) => void) | undefined;
}

/** Between two looks at the store. */
const LOOK_MS = 2000;

/**
 * Waits until every shard has a result. A queue that has lost shards, since its server was lost, gets them again: the store alone says what is done.
 * Throws `E_CONFLICT` once the run is cancelled, `E_ABORTED`.
 */
export async function waitForRun(plan: RunPlan, store: RunStore, queue: ShardQueue, options: WaitOptions = {}): Promise<void> {
  const { clock = systemClock, signal, onProgress, onTrouble = () => {} } = options;
  const total = shardCount(plan);
  for (;;) {
    throwIfAborted(signal, "The waiting for the run");
    try {
      const done = (await doneShards(store)).size;
      onProgress?.(done, total);
      if (done >= total) return;
      if (await isCancelled(store))
        throw new BaalError("E_CONFLICT", "The run was cancelled; baal score --resume goes on with it.");
      const { waiting, active } = await queue.counts();
      if (waiting === 0 && active === 0) await submitRun(plan, store, queue);
    } catch (error) {
      if (error instanceof BaalError && error.code === "E_CONFLICT") throw error;
      onTrouble(`${(error as Error).message} Looked again in ${LOOK_MS / 1000} s.`);
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

export interface ServeQueueOptions extends Omit<ScorerOptions, "folder"> {
  /** Where models from stores are kept. */
  readonly cache: string;
  /** The model, where it is not the one that runs name or ship. */
  readonly model?: string | undefined;
  /** Ends when nothing is left, in place of waiting for more. */
  readonly endsWhenEmpty?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of experiments. */
  readonly dataDir?: string | undefined;
  /** Told of each part that is done. */
  readonly onDone?: ((lease: ShardLease) => void) | undefined;
  readonly onTrouble?: ((message: string) => void) | undefined;
  /** Called with a run whose last shard has its result. */
  readonly onComplete?: ((plan: RunPlan, store: RunStore) => Promise<void>) | undefined;
}

interface OpenRun {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly scorer: ShardScorer;
}

/**
 * Scores whatever shards a queue has, and runs whatever cells of experiments, until it is told to end. How many parts it did. Throws `E_CONFLICT`, having given the shard back, where this machine has another package or
 * model than the run.
 */
export async function serveQueue(queue: ShardQueue, options: ServeQueueOptions): Promise<number> {
  const { cache, model, dataDir, endsWhenEmpty = false, signal, onDone, onTrouble, onComplete, ...where } = options;
  let open: OpenRun | undefined;
  const runOf = async ({ run, store: address }: ShardLease): Promise<OpenRun> => {
    if (open && runId(open.plan) === run && open.store.address === address) return open;
    await open?.scorer.stop();
    open = undefined;
    const store = await openRunStore(address);
    const plan = await readPlan(store);
    if (plan === undefined || runId(plan) !== run)
      throw new BaalError(
        "E_CONFLICT",
        `The store ${address} has no run ${run}: a worker must see the same store as the others.`,
      );
    if (model !== undefined) requireSameScores(plan, await modelVersion(model));
    const folder = model ?? (await localModel(plan, store, cache));
    requireSameScores(plan, await modelVersion(folder));
    open = { plan, store, scorer: shardScorer(plan, { ...where, folder }) };
    return open;
  };
  try {
    return await workShards({
      ...{ queue, clock: systemClock, signal, onTrouble },
      stays: async () => {
        if (!endsWhenEmpty) return true;
        const { waiting, active } = await queue.counts();
        return waiting + active > 0;
      },
      async work(lease, own) {
        if (lease.kind === "cell") {
          await runLeasedCell(lease, { dataDir, signal: own });
          onDone?.(lease);
          return;
        }
        const run = await runOf(lease);
        if (await isCancelled(run.store)) return;
        await scoreShard(run, lease.shard, own);
        onDone?.(lease);
        // Whoever brings the last result sees them all, and nobody has to ask before that.
        if (onComplete && (await queue.counts()).waiting === 0) {
          if ((await doneShards(run.store)).size === shardCount(run.plan)) await onComplete(run.plan, run.store);
        }
      },
    });
  } finally {
    await open?.scorer.stop();
  }
}
