import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import { modelVersion } from "../../models/checkpoint/model-version.js";
import { type RunPlan, readPlan, resultKey, runId, shardCount, shardsOf } from "../plan/run-plan.js";
import { type Clock, isBusy, type ShardJob, type ShardLease, type ShardQueue } from "../queue/shard-queue.js";
import { type ScorerOptions, type ShardScorer, shardScorer } from "../score/shard-scorer.js";
import { openRunStore } from "../store/open-run-store.js";
import type { RunStore } from "../store/run-store.js";
import { runLeasedCell } from "./experiment-cells.js";
import { localModel } from "./model-copy.js";
import { isCancelled, requireSameScores, scoreShard } from "./score-shards.js";
import { missingShards } from "./shard-results.js";
import { systemClock } from "./system-clock.js";
import { workShards } from "./work-shards.js";

/** Puts the shards of a run that have no result on the queue. How many these are. */
export async function submitRun(plan: RunPlan, store: RunStore, queue: ShardQueue): Promise<number> {
  const missing = await missingShards(plan, store);
  await queue.add(jobsOf({ plan, store }, missing));
  return missing.length;
}

function jobsOf({ plan, store }: Pick<OpenRun, "plan" | "store">, shards: readonly number[]): ShardJob[] {
  const run = runId(plan);
  return shards.map((shard) => ({ run, store: store.address, shard }));
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
 * Puts a run on the queue, and waits until every shard has a result. A queue that has lost shards, since its server was lost, gets them again: the store alone says what is done.
 * Throws `E_CONFLICT` once the run is cancelled, `E_ABORTED`.
 */
export async function waitForRun(plan: RunPlan, store: RunStore, queue: ShardQueue, options: WaitOptions = {}): Promise<void> {
  const { clock = systemClock, signal, onProgress, onTrouble = () => {} } = options;
  const total = shardCount(plan);
  let isSubmitted = false;
  for (;;) {
    throwIfAborted(signal, "The waiting for the run");
    try {
      const missing = (await missingShards(plan, store)).length;
      onProgress?.(total - missing, total);
      if (missing === 0) return;
      if (await isCancelled(store))
        throw new BaalError("E_CONFLICT", "The run was cancelled; baal score --resume goes on with it.");
      if (!isSubmitted || !(await isBusy(queue))) await submitRun(plan, store, queue);
      isSubmitted = true;
    } catch (error) {
      if (error instanceof BaalError && error.code === "E_CONFLICT") throw error;
      // A server that was away may have lost what it had.
      isSubmitted = false;
      onTrouble(`${errorMessage(error)} Looked again in ${LOOK_MS / 1000} s.`);
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

export interface ServeQueueOptions extends Omit<ScorerOptions, "folder"> {
  /** Where models from stores are kept; in the user's cache by default. */
  readonly cache?: string | undefined;
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
  /** Called with a run whose last shard has its result. Gives the shards whose result has turned out to be none, which go on the queue again. */
  readonly onComplete?: ((plan: RunPlan, store: RunStore) => Promise<readonly number[]>) | undefined;
}

interface OpenRun {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly scorer: ShardScorer;
  /** Shards that had no result when they were last looked at. */
  missing: readonly number[];
}

/** Whether each shard has a result. A queue gives the first ones first, so that the last one that was missing mostly answers it, and nobody lists them all. */
async function isComplete(run: OpenRun): Promise<boolean> {
  const { plan, store, missing } = run;
  const last = missing.at(-1);
  if (last !== undefined && (await store.read(resultKey(plan, last))) === undefined) return false;
  run.missing = await missingShards(plan, store);
  return run.missing.length === 0;
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
    open = { plan, store, scorer: shardScorer(plan, { ...where, folder }), missing: shardsOf(plan) };
    return open;
  };
  try {
    return await workShards({
      ...{ queue, clock: systemClock, signal, onTrouble },
      stays: () => !endsWhenEmpty || isBusy(queue),
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
        // Whoever brings the last result sees them all.
        if (onComplete && (await isComplete(run))) await queue.add(jobsOf(run, await onComplete(run.plan, run.store)));
      },
    });
  } finally {
    await open?.scorer.stop();
  }
}
