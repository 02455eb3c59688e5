import { setTimeout } from "node:timers/promises";
import { BaalError, throwIfAborted } from "../errors.js";
import { type FolderLock, lockFolder } from "../folder-lock.js";

const PAUSE_MS = 200;

/**
 * Takes a folder as soon as nobody has it: the process of a run that was just killed may still be ending, or another one is making what
 * both need. Throws `E_LOCKED` when it is still held after `seconds`, `E_ABORTED`.
 */
export async function lockWhenFree(folder: string, signal?: AbortSignal, seconds = 60): Promise<FolderLock> {
  for (const end = performance.now() + 1000 * seconds; ; ) {
    throwIfAborted(signal, "The experiment");
    try {
      return await lockFolder(folder, "lock");
    } catch (error) {
      if (!(error instanceof BaalError && error.code === "E_LOCKED") || performance.now() > end) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}
