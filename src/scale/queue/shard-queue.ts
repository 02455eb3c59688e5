/** Which part of which run. */
export interface ShardJob {
  /** Names the run: `runId`, the hash of an experiment. */
  readonly run: string;
  /** Address of the store that the run is in; of an experiment its folder. */
  readonly store: string;
  /** A shard of a pool by default, or a cell of an experiment by its place in the plan. */
  readonly kind?: "cell" | undefined;
  readonly shard: number;
}

/** A shard that its taker has for itself while it renews the lock. */
export interface ShardLease extends ShardJob {
  /** Keeps the lock. Whether it still was there: once lost, another has the shard. */
  renew(): Promise<boolean>;
  /** The result is in the store. Whether the lock still was there. */
  done(): Promise<boolean>;
  /** Lets others have it, behind all that wait; `reason` is what stood in the way. */
  giveBack(reason: string): Promise<void>;
}

export interface QueueCounts {
  /** Nobody has them yet. */
  readonly waiting: number;
  readonly active: number;
}

/**
 * Who takes which shard. It says nothing about what is done, which the store knows: a shard may be given twice (a lock that was not renewed in time), or be
 * forgotten (a queue that was lost). Each call throws `E_STORE` where the queue's server does not answer.
 */
export interface ShardQueue {
  /** How long a lock holds without being renewed, in milliseconds. */
  readonly lockMs: number;
  /** Adds shards but those that wait or are being worked on. */
  add(jobs: readonly ShardJob[]): Promise<void>;
  /** The next shard; `undefined` where none waits now. Throws `E_CONFLICT` where this machine must take none. */
  take(): Promise<ShardLease | undefined>;
  counts(): Promise<QueueCounts>;
  /** Takes the waiting shards of a run out. */
  withdraw(run: string): Promise<void>;
  close(): Promise<void>;
}

/** Whether anything waits to be worked on, or is: what another has taken may come back. */
export async function isBusy(queue: ShardQueue): Promise<boolean> {
  const { waiting, active } = await queue.counts();
  return waiting + active > 0;
}

/** Time, for tests to be another. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Ends early, without an error, when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
