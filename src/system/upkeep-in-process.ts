import { statSync } from "node:fs";
import { WorkerProcess } from "./worker-process.js";

/** What the process that copies and checks databases can be asked. */
export type UpkeepCalls = {
  copy(request: { readonly database: string; readonly target: string }): null;
  /** The damage of a database's structure, or `undefined`. */
  check(request: { readonly database: string }): string | undefined;
};

/** Behind everything else: a copy can wait. */
const NICE = 10;

/** Such a file is copied, or checked, in the time that the start of a process takes. */
const SMALL_BYTES = 4_000_000;

/** Whether a database's file, with its log, is copied or checked so quickly that it needs no other process. */
export function isSmallDatabase(database: string): boolean {
  const bytes = [database, `${database}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return bytes.reduce((sum, own) => sum + own, 0) <= SMALL_BYTES;
}

/**
 * Copies a database that others are working on, in a process of its own: a large one takes seconds. Throws what `VACUUM INTO` throws, and
 * `E_MODEL_HOST` where the process ends meanwhile, as it does when `signal` fires.
 */
export async function copyInProcess(
  database: string,
  target: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  await withUpkeep("copies", { nice: NICE, signal }, (worker) => worker.call("copy", { database, target }));
}

/** The damage of a database's structure, found in a process of its own; `undefined` where there is none. Throws as `databaseDamage`, `E_MODEL_HOST`. */
export async function checkInProcess(database: string): Promise<string | undefined> {
  // Whoever starts a server waits for it.
  return withUpkeep("checks", { nice: 0 }, (worker) => worker.call("check", { database }));
}

async function withUpkeep<T>(
  what: string,
  { nice, signal }: { readonly nice: number; readonly signal?: AbortSignal | undefined },
  work: (worker: WorkerProcess<UpkeepCalls>) => Promise<T>,
): Promise<T> {
  const worker = new WorkerProcess<UpkeepCalls>(new URL("./upkeep-process.js", import.meta.url), {
    name: `The process that ${what} the database`,
    nice,
  });
  const end = () => void worker.stop();
  signal?.addEventListener("abort", end, { once: true });
  try {
    if (signal?.aborted) end();
    return await work(worker);
  } finally {
    signal?.removeEventListener("abort", end);
    await worker.stop();
  }
}
