import { randomUUID } from "node:crypto";
import type { Job, Queue, Worker } from "bullmq";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { ShardJob, ShardLease, ShardQueue } from "./shard-queue.js";

export interface BullQueueOptions {
  /** The queue's name, for several on one server; `"baal-shards"` by default. */
  readonly name?: string | undefined;
  readonly lockMs?: number | undefined;
  /** Told of what goes wrong with the connection, which is made again by itself. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** Shards per call, when they are added. */
const AT_ONCE = 1000;

/**
 * Shards on a queue of BullMQ, by an address `redis://`, `rediss://`, `postgres://` or `postgresql://`. Needs the package bullmq, and ioredis or pg.
 * Locks live by the server's clock. Throws `E_STORE` where a package is missing, `E_ARGUMENT` for another address.
 */
export async function bullQueue(address: string, options: BullQueueOptions = {}): Promise<ShardQueue> {
  const { name = "baal-shards", lockMs = 30_000, onError = () => {} } = options;
  const { queue, worker } = await connect(address, name, lockMs);
  // Both tell of lost connections by events, which end the process where nobody listens.
  queue.on("error", onError);
  worker.on("error", onError);
  // Locks that were not renewed are noticed by whoever looks: every one that takes.
  let isLooking = false;
  const token = randomUUID();
  const idOf = ({ run, kind, shard }: ShardJob) => `${run}-${kind ?? "shard"}-${shard}`;

  const leaseOf = (job: Job<ShardJob>): ShardLease => ({
    ...job.data,
    async renew() {
      try {
        return Boolean(await job.extendLock(token, lockMs));
      } catch (error) {
        // Without the server nobody else can take it either; the next renewal tells.
        if (isLostLock(error)) return false;
        throw error;
      }
    },
    async done() {
      await job.moveToCompleted(null, token, false).catch(unlessLost);
    },
    async giveBack(_reason, afterMs = 0) {
      await job.moveToDelayed(Date.now() + afterMs, token).catch(unlessLost);
    },
  });
  return {
    lockMs,
    async add(jobs) {
      for (let at = 0; at < jobs.length; at += AT_ONCE) {
        const some = jobs.slice(at, at + AT_ONCE);
        await queue.addBulk(
          some.map((data) => ({
            name: "shard",
            data,
            // An id that is there already is not added again; done ones leave, so that a damaged shard may come again.
            opts: { jobId: idOf(data), removeOnComplete: true, removeOnFail: true },
          })),
        );
      }
    },
    async take() {
      if (!isLooking) {
        await worker.startStalledCheckTimer();
        isLooking = true;
      }
      const job = await worker.getNextJob(token, { block: false });
      return job && leaseOf(job);
    },
    async counts() {
      const { waiting = 0, active = 0, delayed = 0 } = await queue.getJobCounts("waiting", "active", "delayed");
      return { waiting: waiting + delayed, active };
    },
    async withdraw(run) {
      for (const job of await queue.getJobs(["waiting", "delayed"])) {
        if (job?.data.run === run) await job.remove().catch(() => {});
      }
    },
    async close() {
      await worker.close(true);
      await queue.close();
    },
  };
}

const LOST_LOCK = -2;
const MISSING_LOCK = -6;
const MISSING_JOB = -1;

/** Whether somebody else has the shard by now, or has done it: its result is the same. */
function isLostLock(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return (
    code === LOST_LOCK || code === MISSING_LOCK || code === MISSING_JOB || /lock|Missing key for job/i.test(errorMessage(error))
  );
}

function unlessLost(error: unknown): void {
  if (!isLostLock(error)) throw error;
}

interface Connected {
  readonly queue: Queue<ShardJob>;
  readonly worker: Worker<ShardJob>;
}

async function connect(address: string, name: string, lockMs: number): Promise<Connected> {
  const [, scheme = ""] = /^([a-z]+):\/\//i.exec(address) ?? [];
  const isPostgres = scheme === "postgres" || scheme === "postgresql";
  if (!isPostgres && scheme !== "redis" && scheme !== "rediss")
    throw new BaalError("E_ARGUMENT", `A queue is redis://HOST:PORT or postgres://USER:PASSWORD@HOST/DATABASE; ${address} came.`);
  // A lock that was lost is no fault of the shard's, so it may be lost often.
  const forWorker = { autorun: false, lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: 1_000_000 };
  if (isPostgres) {
    const { Queue: PgQueue, Worker: PgWorker } = await needed("pg", async () => {
      const { createPostgresBackend, withBackend } = await import("bullmq");
      return withBackend(createPostgresBackend);
    });
    // BullMQ's tables are made where there are none yet.
    const connection = { connectionString: address, migrate: true };
    return {
      queue: new PgQueue<ShardJob>(name, { connection }) as unknown as Queue<ShardJob>,
      worker: new PgWorker<ShardJob>(name, null, { ...forWorker, connection }) as unknown as Worker<ShardJob>,
    };
  }
  const { Queue: RedisQueue, Worker: RedisWorker } = await needed("ioredis", () => import("bullmq"));
  const { hostname, port, username, password, pathname } = new URL(address);
  const connection = {
    ...{ host: hostname, port: Number(port || 6379), db: Number(pathname.slice(1) || 0) },
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(scheme === "rediss" ? { tls: {} } : {}),
    // A worker waits for its server as long as it takes.
    maxRetriesPerRequest: null,
  };
  return {
    queue: new RedisQueue<ShardJob>(name, { connection }),
    worker: new RedisWorker<ShardJob>(name, null, { ...forWorker, connection }),
  };
}

async function needed<T>(driver: string, load: () => Promise<T>): Promise<T> {
  try {
    // BullMQ itself loads it when it connects, and says less.
    await import(driver);
    return await load();
  } catch (cause) {
    throw new BaalError("E_STORE", `A queue needs the packages bullmq and ${driver}: npm install bullmq ${driver}.`, { cause });
  }
}
