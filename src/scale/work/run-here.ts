import { BaalError, throwIfAborted } from "../../core/errors.js";
import { type RunPlan, runId, type Share, shardsOf } from "../plan/run-plan.js";
import { memoryQueue } from "../queue/memory-queue.js";
import { isBusy } from "../queue/shard-queue.js";
import { type ScorerOptions, shardScorer } from "../score/shard-scorer.js";
import type { RunStore } from "../store/run-store.js";
import { isCancelled, scoreShard } from "./score-shards.js";
import { missingShards } from "./shard-results.js";
import { systemClock } from "./system-clock.js";
import { workShards } from "./work-shards.js";

export interface RunHereOptions extends ScorerOptions {
  /** Those shards alone; all by default. */
  readonly share?: Share | undefined;
  /** Processes that score side by side; 1 by default, which uses all cores. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onTrouble?: ((message: string) => void) | undefined;
}

/**
 * Scores a run's shards, or a share of them, on this machine, as far as they have no result.
 * Throws `E_CONFLICT` once the run is cancelled, `E_ABORTED`, and what the model throws.
 */
export async function runHere(plan: RunPlan, store: RunStore, options: RunHereOptions): Promise<void> {
  const { share, workers = 1, signal, onProgress, onTrouble, ...where } = options;
  const missing = await missingShards(plan, store, share);
  const total = shardsOf(plan, share).length;
  let done = total - missing.length;
  onProgress?.(done, total);
  if (missing.length === 0) return;
  const run = runId(plan);
  const queue = memoryQueue({ clock: systemClock });
  await queue.add(missing.map((shard) => ({ run, store: store.address, shard })));
  const failed = new AbortController();
  const ends = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const one = async () => {
    const scorer = shardScorer(plan, where);
    try {
      await workShards({
        ...{ queue, clock: systemClock, signal: ends, onTrouble },
        // What another has taken may come back.
        stays: () => isBusy(queue),
        async work({ shard }, own) {
          if (await isCancelled(store))
            throw new BaalError("E_CONFLICT", "The run was cancelled; baal score --resume goes on with it.");
          await scoreShard({ plan, store, scorer }, shard, own);
          onProgress?.(++done, total);
        },
      });
    } catch (error) {
      failed.abort();
      throw error;
    } finally {
      await scorer.stop();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(workers, missing.length) }, one));
  throwIfAborted(signal, "The scoring");
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}
