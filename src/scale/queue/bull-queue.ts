import { randomUUID } from "node:crypto";
import type { Job, Queue, Worker } from "bullmq";
import { BaalError } from "../../core/errors.js";
import { sha256 } from "../../system/digest.js";
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

/** How often a shard may be given back, or lose its lock, which is no fault of the shard's: as good as without end. */
const OFTEN = 1_000_000;
/** How long a server may be silent. The packages would wait for it without end, and who works has to hear of an interruption. */
const ANSWER_MS = 10_000;

/**
 * Shards on a queue of BullMQ, by an address `redis://`, `rediss://`, `postgres://` or `postgresql://`. Needs the package bullmq, and ioredis or pg.
 * Locks live by the clock of Redis, and in PostgreSQL by those of the machines, so that one whose clock is another than its server's takes nothing.
 * Throws `E_STORE` where a package is missing, `E_ARGUMENT` for another address.
 */
export async function bullQueue(address: string, options: BullQueueOptions = {}): Promise<ShardQueue> {
  const { name = "baal-shards", lockMs = 30_000, onError = () => {} } = options;
  const { queue, worker, checkClock, end } = await connect(address, name, lockMs);
  // Both tell of lost connections by events, which end the process where nobody listens.
  queue.on("error", onError);
  worker.on("error", onError);
  // Locks that were not renewed are noticed by whoever looks: every one that takes.
  let isLooking = false;
  // The same run may be in two stores.
  const idOf = ({ run, store, kind, shard }: ShardJob) => `${run}-${sha256(store).slice(0, 8)}-${kind ?? "shard"}-${shard}`;

  const leaseOf = (job: Job<ShardJob>, token: string): ShardLease => ({
    ...job.data,
    // Says 0 where another has it, or nobody.
    renew: async () => Boolean(await answered(job.extendLock(token, lockMs))),
    done: () => isKept(job.moveToCompleted(null, token, false)),
    async giveBack(reason) {
      await isKept(job.moveToFailed(new Error(reason), token, false));
    },
  });
  return {
    lockMs,
    async add(jobs) {
      for (let at = 0; at < jobs.length; at += AT_ONCE) {
        const some = jobs.slice(at, at + AT_ONCE);
        await answered(
          queue.addBulk(
            some.map((data) => ({
              name: "shard",
              data,
              // An id that is there already is not added again; done ones leave, so that a damaged shard may come again.
              opts: { jobId: idOf(data), removeOnComplete: true, removeOnFail: true, attempts: OFTEN, stackTraceLimit: 1 },
            })),
          ),
        );
      }
    },
    async take() {
      await checkClock();
      if (!isLooking) {
        await worker.startStalledCheckTimer();
        isLooking = true;
      }
      // One for each lock, so that nobody who wakes up late takes the next lock for the one that was lost.
      const token = randomUUID();
      const job = await answered(worker.getNextJob(token, { block: false }));
      return job && leaseOf(job, token);
    },
    async counts() {
      const { waiting = 0, active = 0, delayed = 0 } = await answered(queue.getJobCounts("waiting", "active", "delayed"));
      return { waiting: waiting + delayed, active };
    },
    async withdraw(run) {
      for (const job of await queue.getJobs(["waiting", "delayed"])) {
        if (job?.data.run === run) await job.remove().catch(() => {});
      }
    },
    async close() {
      await answered(Promise.all([worker.close(true), queue.close(), end()])).catch(onError);
    },
  };
}

async function answered<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    const told = new BaalError("E_STORE", `The queue's server has not answered for ${ANSWER_MS / 1000} s.`);
    timer = setTimeout(() => reject(told), ANSWER_MS);
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** BullMQ's `ErrorCode`, on errors of both servers, where a job is not the asker's: it is gone, without a lock, not worked on, or another has the lock. */
const NOT_OURS: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Whether the job was the asker's to move: once its lock is lost, somebody else has the shard, or has done it, with the same result. */
async function isKept(moved: Promise<unknown>): Promise<boolean> {
  try {
    await answered(moved);
    return true;
  } catch (error) {
    if (NOT_OURS.has((error as { readonly code?: unknown }).code)) return false;
    throw error;
  }
}

interface Connected {
  readonly queue: Queue<ShardJob>;
  readonly worker: Worker<ShardJob>;
  /** Throws `E_CONFLICT` where this machine's clock is another than the server's, and locks go by clocks of machines. */
  readonly checkClock: () => Promise<void>;
  readonly end: () => Promise<void>;
}

async function connect(address: string, name: string, lockMs: number): Promise<Connected> {
  const [, scheme = ""] = /^([a-z]+):\/\//i.exec(address) ?? [];
  const isPostgres = scheme === "postgres" || scheme === "postgresql";
  if (!isPostgres && scheme !== "redis" && scheme !== "rediss")
    throw new BaalError("E_ARGUMENT", `A queue is redis://HOST:PORT or postgres://USER:PASSWORD@HOST/DATABASE; ${address} came.`);
  const forWorker = { autorun: false, lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: OFTEN };
  if (isPostgres) {
    const [{ Pool }, { createPostgresBackend, withBackend }] = await needed<PgDriver>("pg");
    const { Queue: PgQueue, Worker: PgWorker } = withBackend(createPostgresBackend);
    const clock = new Pool({ connectionString: address, max: 1 });
    clock.on("error", () => {});
    // BullMQ's tables are made where there are none yet.
    const connection = { connectionString: address, migrate: true };
    return {
      checkClock: () => requireSameClock(clock, lockMs),
      end: () => clock.end(),
      queue: new PgQueue<ShardJob>(name, { connection }) as unknown as Queue<ShardJob>,
      worker: new PgWorker<ShardJob>(name, null, { ...forWorker, connection }) as unknown as Worker<ShardJob>,
    };
  }
  const [, { Queue: RedisQueue, Worker: RedisWorker }] = await needed("ioredis");
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
    checkClock: async () => {},
    end: async () => {},
    queue: new RedisQueue<ShardJob>(name, { connection }),
    worker: new RedisWorker<ShardJob>(name, null, { ...forWorker, connection }),
  };
}

/** In PostgreSQL BullMQ writes and reads the ends of locks by the clocks of those who ask: one of the next hour would find all locks lapsed. */
async function requireSameClock(server: PgPool, lockMs: number): Promise<void> {
  const asked = Date.now();
  const { rows } = await answered(server.query("SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now"));
  // The answer may have taken any time, or this process have stood still meanwhile: it was of some moment between the two.
  const [earliest, latest] = [asked - Number(rows[0]!.now), Date.now() - Number(rows[0]!.now)];
  const seconds = (earliest > 0 ? earliest : Math.min(latest, 0)) / 1000;
  // Two machines may be apart by twice that, and a lock is renewed with two thirds of it left.
  if (Math.abs(seconds) < lockMs / 6000) return;
  throw new BaalError(
    "E_CONFLICT",
    `This machine's clock is ${Math.abs(seconds).toFixed(0)} s ${seconds < 0 ? "behind" : "ahead of"} the queue server's, and by it others' shards would be taken from them: set it right, and start again.`,
  );
}

/** Of the package pg, what is used here. */
interface PgDriver {
  readonly Pool: new (options: { readonly connectionString: string; readonly max: number }) => PgPool;
}

interface PgPool {
  query(text: string): Promise<{ readonly rows: readonly { readonly now: string }[] }>;
  on(event: "error", listener: () => void): void;
  end(): Promise<void>;
}

async function needed<Driver>(driver: string): Promise<readonly [Driver, typeof import("bullmq")]> {
  try {
    // BullMQ itself loads it when it connects, and says less.
    return [(await import(driver)) as Driver, await import("bullmq")];
  } catch (cause) {
    throw new BaalError("E_STORE", `A queue needs the packages bullmq and ${driver}: npm install bullmq ${driver}.`, { cause });
  }
}
