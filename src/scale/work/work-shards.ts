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
 * bytes, and counts here as neither done nor failed. What goes wrong with store or queue is tried again, after longer and longer waits: truth is in the store, so nothing is lost by it.
 * Gives the number of shards that were done here. Throws what is {@link FINAL}.
 */
export async function workShards({ queue, clock, work, stays, signal, onTrouble = () => {} }: WorkOptions): Promise<number> {
  let [done, troubles] = [0, 0];
  const isOver = () => signal?.aborted === true;
  const nameOf = ({ kind, shard }: ShardLease) => `${kind ?? "shard"} ${shard}: `;
  const trouble = async (error: unknown, lease?: ShardLease) => {
    await lease?.giveBack(isOver() ? "the worker was asked to end" : errorMessage(error)).catch(() => {});
    if (isOver()) return;
    if (error instanceof BaalError && FINAL.has(error.code)) throw error;
    const wait = Math.min(LONGEST_WAIT_MS, IDLE_MS * 2 ** troubles++);
    onTrouble(`${lease ? nameOf(lease) : ""}${errorMessage(error)} Tried again in ${Math.round(wait / 1000)} s.`);
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
      if (isKept && (await lease.done())) done++;
      else onTrouble(`${nameOf(lease)}${lostLock(queue)}`);
      troubles = 0;
    } catch (error) {
      await trouble(error, lease);
    }
  }
  return done;
}

const lostLock = ({ lockMs }: ShardQueue) =>
  `its lock was lost, as this worker stood still for more than ${lockMs / 1000} s, or the queue's server has lost it; another may have it by now, and no result is lost.`;

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
