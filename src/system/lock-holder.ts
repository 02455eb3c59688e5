import { open, readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";
import { BaalError, errorMessage } from "../core/errors.js";

/** Who holds a folder, as its lock file says. */
const HOLDER = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** Tells a process from a later one of the same number, where the system says when a process began. */
  began: z.string().optional(),
  /** The namespace that the number counts in, where the system has such: containers of one host name have processes of the same numbers. */
  space: z.string().optional(),
  /** Whether the file is written again and again while the holder lives. */
  beats: z.boolean().optional(),
  released: z.boolean(),
});

export type Holder = z.infer<typeof HOLDER>;

/** This process as a holder. */
export async function thisHolder(): Promise<Holder> {
  const [began, space] = await Promise.all([beginning(process.pid), processSpace()]);
  return { pid: process.pid, host: hostname(), began, space, beats: true, released: false };
}

/** A lock file's holder, and when the file was last written by the file system's own clock, in milliseconds. */
export interface SeenHolder {
  readonly holder: Holder;
  readonly writtenAt: number;
}

/**
 * `undefined` where nobody can hold it: removed by a later holder, or emptied by a power failure, which no holder survives. Throws `E_LOCKED`
 * where that cannot be known.
 */
export async function readHolder(path: string): Promise<SeenHolder | undefined> {
  try {
    // Opened anew: what a network's file system remembers of a file that others write may be old.
    const file = await open(path, "r");
    try {
      const text = await file.readFile("utf8");
      const { mtimeMs } = await file.stat();
      const { success, data } = HOLDER.safeParse(parsed(text));
      return success ? { holder: data, writtenAt: mtimeMs } : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new BaalError("E_LOCKED", `${path} could not be read: ${errorMessage(error)}`, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the holder's number means a process that can be looked for here. */
export async function isOfThisMachine({ host, space }: Holder): Promise<boolean> {
  return host === hostname() && (space === undefined || space === (await processSpace()));
}

/** Whether the process of a holder of this machine is still there. */
export async function isAlive({ pid, began }: Holder): Promise<boolean> {
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

function processSpace(): Promise<string | undefined> {
  return readlink("/proc/self/ns/pid").catch(() => undefined);
}
