import type { Clock, ShardJob, ShardLease, ShardQueue } from "./shard-queue.js";

interface Held {
  readonly job: ShardJob;
  until: number;
}

/** A queue of this process, with the locks of one between machines. */
export function memoryQueue({ clock, lockMs = 30_000 }: { readonly clock: Clock; readonly lockMs?: number }): ShardQueue {
  const keyOf = ({ run, kind, shard }: ShardJob) => `${run} ${kind} ${shard}`;
  // In the order in which they came; those that were given back wait at the end.
  const waiting = new Map<string, ShardJob>();
  const held = new Map<string, Held>();
  const expire = () => {
    for (const [key, { job, until }] of held) {
      // In the order in which they were taken or renewed, so the first that holds ends the search.
      if (until > clock.now()) break;
      held.delete(key);
      waiting.set(key, job);
    }
  };
  const leaseOf = (key: string, mine: Held): ShardLease => ({
    ...mine.job,
    async renew() {
      expire();
      if (held.get(key) !== mine) return false;
      mine.until = clock.now() + lockMs;
      held.delete(key);
      held.set(key, mine);
      return true;
    },
    async done() {
      expire();
      return held.get(key) === mine && held.delete(key);
    },
    async giveBack() {
      if (held.get(key) !== mine) return;
      held.delete(key);
      waiting.set(key, mine.job);
    },
  });
  return {
    lockMs,
    async add(jobs) {
      for (const job of jobs) {
        const key = keyOf(job);
        if (!waiting.has(key) && !held.has(key)) waiting.set(key, job);
      }
    },
    async take() {
      expire();
      const [next] = waiting;
      if (next === undefined) return undefined;
      const [key, job] = next;
      waiting.delete(key);
      const mine = { job, until: clock.now() + lockMs };
      held.set(key, mine);
      return leaseOf(key, mine);
    },
    async counts() {
      expire();
      return { waiting: waiting.size, active: held.size };
    },
    async withdraw(run) {
      for (const [key, job] of waiting) if (job.run === run) waiting.delete(key);
    },
    async close() {},
  };
}
