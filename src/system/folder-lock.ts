import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { BaalError, errorMessage, throwIfAborted } from "../core/errors.js";

/** Who holds a folder, as its lock file says. */
const HOLDER = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** Tells a process from a later one of the same number, where the system says when a process began. */
  began: z.string().optional(),
  released: z.boolean(),
});

type Holder = z.infer<typeof HOLDER>;

/** A folder that this process has for itself. */
export interface FolderLock {
  /** Lets others have the folder. */
  release(): Promise<void>;
}

/**
 * Takes a folder for the caller alone, by a file `NAME.1`, `NAME.2`, ... in it. The lock of a process that has died is taken over.
 * Throws `E_LOCKED` while another holds it, in this process too, or when that cannot be known because it was taken on another
 * machine.
 *
 * Lock files are not removed and made again under the same name: two processes that find the same dead lock would each remove what
 * the other has just made. Who takes over makes the file of the next number, which only one can, and the newest file always stays.
 */
export async function lockFolder(folder: string, name: string): Promise<FolderLock> {
  const me: Holder = { pid: process.pid, host: hostname(), began: await beginning(process.pid), released: false };
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`);
  const lock = (number: number) => join(folder, `${name}.${number}`);
  try {
    await writeFile(temporary, JSON.stringify(me), { flag: "wx" });
    for (;;) {
      const newest = Math.max(0, ...(await lockNumbers(folder, name)));
      if (newest > 0) await checkFree(lock(newest));
      const number = newest + 1;
      // A link appears with its content, so nobody ever reads half a lock.
      if (!(await wasMade(link(temporary, lock(number))))) continue;
      const all = await lockNumbers(folder, name);
      for (const older of all) if (older < number) await rm(lock(older), { force: true });
      if (Math.max(...all) === number) {
        return {
          async release() {
            try {
              await writeFile(temporary, JSON.stringify({ ...me, released: true }), { flag: "wx" });
              await rename(temporary, lock(number));
            } finally {
              await rm(temporary, { force: true });
            }
          },
        };
      }
      // Others had taken and removed this number, and hold a later one.
      await rm(lock(number), { force: true });
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

async function lockNumbers(folder: string, name: string): Promise<number[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`));
  return files.map((file) => Number(file.slice(name.length + 1))).filter((number) => Number.isInteger(number) && number > 0);
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

async function checkFree(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder === undefined || holder.released) return;
  if (holder.host !== hostname()) {
    const message = `${path} is held by process ${holder.pid} on the machine ${holder.host}, which cannot be asked from here (${hostname()}). End it; if it has ended, remove that file.`;
    throw new BaalError("E_LOCKED", message);
  }
  if (!(await isAlive(holder))) return;
  const who = holder.pid === process.pid ? "this very process" : `process ${holder.pid}`;
  throw new BaalError("E_LOCKED", `${path} is held by ${who}. Close what works in that folder first.`);
}

/** `undefined` where nobody can hold it: removed by a later holder, or emptied by a power failure, which no holder survives. */
async function readHolder(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BaalError("E_LOCKED", `${path} could not be read: ${errorMessage(error)}`, { cause: error });
  }
  try {
    return HOLDER.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, began }: Holder): Promise<boolean> {
  return isRunning(pid) && (began === undefined || began === (await beginning(pid)));
}

/** Whether there is a process of this number on this machine. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began: the boot and the clock ticks since then, where `/proc` says so. A container's process numbers repeat. */
async function beginning(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot.trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
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
