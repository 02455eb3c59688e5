import { randomUUID } from "node:crypto";
import { link, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../core/errors.js";
import { type Holder, isAlive, isOfThisMachine, readHolder, thisHolder } from "./lock-holder.js";

/** A folder that this process has for itself. */
export interface FolderLock {
  /** Lets others have the folder. */
  release(): Promise<void>;
}

export interface LockFolderOptions {
  /**
   * Whether to wait until it is known that a holder on another machine, or in another container, is dead: for the length of a lease at most.
   * `false` by default: such a lock is refused at once.
   */
  readonly isPatient?: boolean | undefined;
  /** Called once should another process have taken the folder over, because this one has not moved for too long: nothing may be written there any more. */
  readonly onLost?: (() => void) | undefined;
  /** A holder elsewhere that gives no sign of life for so long is dead, in milliseconds; 30,000 by default. */
  readonly leaseMs?: number | undefined;
  /** Whether no lock file stays behind when the lock is released: for folders that are not ours. `false` by default. */
  readonly leavesNothing?: boolean | undefined;
}

const LEASE_MS = 30_000;
/** Signs of life in one lease: some may be late. */
const BEATS = 6;

/**
 * Takes a folder for the caller alone, by a file `NAME.1`, `NAME.2`, ... in it. The lock of a process that has died is taken over: on this
 * machine the system knows, from elsewhere the file is written again and again while its holder lives, and one that is not is a dead one's.
 * Throws `E_LOCKED` while another holds it, in this process too, or when that cannot be known.
 *
 * Lock files are not removed and made again under the same name: two processes that find the same dead lock would each remove what
 * the other has just made. Who takes over makes the file of the next number, which only one can, and the newest file stays. Where it does not
 * (`leavesNothing`), one process may count on from a file that another does not see any more: who then finds an older file that was
 * not there before it made its own gives way.
 */
export async function lockFolder(folder: string, name: string, options: LockFolderOptions = {}): Promise<FolderLock> {
  const { leaseMs = LEASE_MS, onLost, leavesNothing = false } = options;
  const me = JSON.stringify(await thisHolder());
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`);
  const lock = (number: number) => join(folder, `${name}.${number}`);
  try {
    await writeFile(temporary, me, { flag: "wx", mode: 0o600 });
    for (;;) {
      const before = await lockNumbers(folder, name);
      const newest = Math.max(0, ...before);
      if (newest > 0) await checkFree(lock(newest), { ...options, leaseMs, clock: () => clockOf(temporary, me) });
      const number = newest + 1;
      // A link appears with its content, so nobody ever reads half a lock.
      if (!(await wasMade(linkOrWrite(temporary, lock(number), me)))) continue;
      const all = await lockNumbers(folder, name);
      const isAlone = all.every((other) => other === number || before.includes(other));
      if (isAlone) {
        for (const older of all) if (older < number) await rm(lock(older), { force: true });
        const isStillMine = async () => Math.max(0, ...(await lockNumbers(folder, name))) === number;
        const heart = heartbeat(lock(number), me, { everyMs: leaseMs / BEATS, isStillMine, onLost });
        return {
          async release() {
            await heart.stop();
            if (!(await isStillMine())) return;
            if (leavesNothing) {
              await rm(lock(number), { force: true });
              return;
            }
            try {
              await writeFile(temporary, me.replace('"released":false', '"released":true'), { flag: "wx", mode: 0o600 });
              await rename(temporary, lock(number));
            } finally {
              await rm(temporary, { force: true });
            }
          },
        };
      }
      // Others had taken and removed this number, and hold another one.
      await rm(lock(number), { force: true });
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

interface HeartbeatOptions {
  readonly everyMs: number;
  readonly isStillMine: () => Promise<boolean>;
  readonly onLost: (() => void) | undefined;
}

/** Writes the same bytes into a lock file again and again, which changes its time by the file system's own clock. */
function heartbeat(path: string, content: string, { everyMs, isStillMine, onLost }: HeartbeatOptions) {
  let beating: Promise<void> | undefined;
  const beat = async () => {
    try {
      if (await isStillMine()) {
        await overwrite(path, content);
        return;
      }
    } catch (error) {
      // A disk that does not answer may do so again; a folder that is gone is nobody's.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
    }
    clearInterval(timer);
    onLost?.();
  };
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }, everyMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await beating;
    },
  };
}

async function overwrite(path: string, content: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(content, 0);
  } finally {
    await file.close();
  }
}

/** The time by the clock of the file system that the file is on: what times there are compared with. */
async function clockOf(file: string, content: string): Promise<number> {
  await overwrite(file, content);
  return (await stat(file)).mtimeMs;
}

async function lockNumbers(folder: string, name: string): Promise<number[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`));
  return files.map((file) => Number(file.slice(name.length + 1))).filter((number) => Number.isInteger(number) && number > 0);
}

/** What file systems without links answer: FAT, some network's and container's. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Makes a file of known content that must not be there yet; where there are no links a reader may for a moment see it empty. */
async function linkOrWrite(from: string, to: string, content: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await writeFile(to, content, { flag: "wx", mode: 0o600 });
  }
}

function wasMade(made: Promise<void>): Promise<boolean> {
  return made.then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}

interface CheckFreeOptions {
  readonly leaseMs: number;
  readonly isPatient?: boolean | undefined;
  /** The present time, as the files' times are. */
  readonly clock: () => Promise<number>;
}

/** Resolves when nobody holds the lock any more. Throws `E_LOCKED` where somebody does, or that cannot be known. */
async function checkFree(path: string, { leaseMs, isPatient = false, clock }: CheckFreeOptions): Promise<void> {
  for (let firstBeat: number | undefined; ; ) {
    const seen = await readHolder(path);
    if (seen === undefined || seen.holder.released) return;
    const { holder, writtenAt } = seen;
    if (await isOfThisMachine(holder)) {
      if (!(await isAlive(holder))) return;
      const who = holder.pid === process.pid ? "this very process" : `process ${holder.pid}`;
      throw new BaalError("E_LOCKED", `${path} is held by ${who}. Close what works in that folder first.`);
    }
    const silentMs = (await clock()) - writtenAt;
    if (holder.beats && silentMs > leaseMs) return;
    firstBeat ??= writtenAt;
    if (!holder.beats || !isPatient || writtenAt !== firstBeat) throw heldElsewhere(path, holder, { silentMs, leaseMs });
    await setTimeout(Math.min(leaseMs / BEATS, leaseMs - silentMs + 1));
  }
}

function heldElsewhere(
  path: string,
  { pid, host, beats }: Holder,
  { silentMs, leaseMs }: { readonly silentMs: number; readonly leaseMs: number },
): BaalError {
  const where = host === hostname() ? "in another container" : `on the machine ${host}`;
  const sign = `It gave a sign of life ${Math.max(0, Math.round(silentMs / 1000))} s ago, and is taken for dead after ${Math.round(leaseMs / 1000)} s without. End it first.`;
  const remedy = beats ? sign : "End it; if it has ended, remove that file.";
  const message = `${path} is held by process ${pid} ${where}, which cannot be asked from here (${hostname()}). ${remedy}`;
  return new BaalError("E_LOCKED", message);
}

const PAUSE_MS = 200;

export interface LockWhenFreeOptions {
  /** Of the lock; `"lock"` by default. */
  readonly name?: string | undefined;
  /** The work that waits: begins the message of `E_ABORTED`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait; 60 by default. */
  readonly seconds?: number | undefined;
}

/**
 * Takes a folder as soon as nobody has it: the process of a run that was just killed may still be ending, or another one is making what
 * both need. Throws `E_LOCKED` when it is still held after `seconds`, `E_ABORTED`.
 */
export async function lockWhenFree(folder: string, options: LockWhenFreeOptions): Promise<FolderLock> {
  const { name = "lock", what, signal, seconds = 60 } = options;
  for (const end = performance.now() + 1000 * seconds; ; ) {
    throwIfAborted(signal, what);
    try {
      return await lockFolder(folder, name);
    } catch (error) {
      if (!(error instanceof BaalError && error.code === "E_LOCKED") || performance.now() > end) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
