import { BaalError, errorMessage } from "../../core/errors.js";
import type { Clock, ShardLease, ShardQueue } from "../queue/shard-queue.js";

export interface WorkOptions {
  readonly queue: ShardQueue;
  readonly clock: Clock;
  /** Scores a shard and brings it into the store; ends early when the signal fires, for instance since another has the shard. */
  readonly work: (lease: ShardLease, signal: AbortSignal) => Promise<void>;
  /** Whether to wait for more where nothing is left to take. */
  readonly stays: () => boolean | Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  readonly onTrouble?: ((message: string) => void) | undefined;
}

/** Between two looks at a queue that has nothing, and the longest wait after troubles, in milliseconds. */
const IDLE_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** What cannot be mended by trying again here: the worker ends, and others have its shard. */
const FINAL: ReadonlySet<string> = new Set([
  "E_CONFLICT",
  "E_ARGUMENT",
  "E_FILE_NOT_FOUND",
  "E_HUB",
  "E_MODEL_FORMAT",
  "E_DEVICE_UNAVAILABLE",
]);

/**
 * Takes shard after shard. Its lock is renewed while it is worked on; a lock that is lost ends the work, since another has the shard, and would end with the same
 * bytes. What goes wrong with store or queue is tried again, after longer and longer waits: truth is in the store, so nothing is lost by it.
 * Gives the number of shards that were done here. Throws what is {@link FINAL}.
 */
export async function workShards({ queue, clock, work, stays, signal, onTrouble = () => {} }: WorkOptions): Promise<number> {
  let [done, troubles] = [0, 0];
  const isOver = () => signal?.aborted === true;
  const trouble = async (error: unknown, lease?: ShardLease) => {
    const wait = Math.min(LONGEST_WAIT_MS, IDLE_MS * 2 ** troubles++);
    onTrouble(`${lease ? `shard ${lease.shard}: ` : ""}${errorMessage(error)} Tried again in ${Math.round(wait / 1000)} s.`);
    await lease?.giveBack(errorMessage(error)).catch(() => {});
    await clock.sleep(wait, signal);
  };
  while (!isOver()) {
    let lease: ShardLease | undefined;
    try {
      lease = await queue.take();
      if (lease === undefined) {
        if (!(await stays())) break;
        await clock.sleep(IDLE_MS, signal);
        continue;
      }
    } catch (error) {
      await trouble(error);
      continue;
    }
    try {
      const isKept = await withLock(lease, { queue, clock, signal }, (own) => work(lease, own));
      if (!isKept) continue;
      await lease.done();
      done++;
      troubles = 0;
    } catch (error) {
      if (isOver()) await lease.giveBack("the worker was asked to end").catch(() => {});
      else if (error instanceof BaalError && FINAL.has(error.code)) {
        await lease.giveBack(error.message).catch(() => {});
        throw error;
      } else await trouble(error, lease);
    }
  }
  return done;
}

/** Works while the lock is renewed. Whether it was kept to the end. */
async function withLock(
  lease: ShardLease,
  { queue, clock, signal }: Pick<WorkOptions, "queue" | "clock" | "signal">,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const [lost, ended] = [new AbortController(), new AbortController()];
  const renewing = (async () => {
    for (;;) {
      await clock.sleep(queue.lockMs / 3, ended.signal);
      if (ended.signal.aborted) return;
      // A server that cannot be reached is no lost lock.
      const isMine = await lease.renew().catch(() => true);
      if (!isMine) {
        lost.abort();
        return;
      }
    }
  })();
  try {
    await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal);
    return true;
  } catch (error) {
    if (lost.signal.aborted && !signal?.aborted) return false;
    throw error;
  } finally {
    ended.abort();
    await renewing;
  }
}
