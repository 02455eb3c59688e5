import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BaalError, errorMessage } from "../core/errors.js";

/** Name of the file that is given up when the disk is full. */
export const reserveFile = "reserve";
const reserveBytes = 1 << 20;

/**
 * Opens or closes a store in a folder whose disk may be full. That takes a little space itself, for the lock and the log: a file of a megabyte
 * is kept for it, and given up where it is needed, so that a server comes back and answers with what it has. Throws `E_STORE` when
 * even that is not enough.
 */
export async function withReserve<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const reserve = join(folder, reserveFile);
  try {
    return await work().catch(async (error: unknown) => {
      if (!isDiskFull(error) || !existsSync(reserve)) throw error;
      await rm(reserve);
      return await work();
    });
  } catch (error) {
    if (!isDiskFull(error) || error instanceof BaalError) throw error;
    const message = `${folder} cannot be used: its disk is full (${errorMessage(error)}). Nothing was lost: free some space, then start again.`;
    throw new BaalError("E_STORE", message, { cause: error });
  }
}

/** Sets the megabyte aside again, if there is space for it. */
export async function keepReserve(folder: string): Promise<void> {
  const reserve = join(folder, reserveFile);
  if (existsSync(reserve)) return;
  try {
    // Random, since some file systems store zeros in no space.
    await writeFile(reserve, randomBytes(reserveBytes));
  } catch (error) {
    await rm(reserve, { force: true });
    if (!isDiskFull(error)) throw error;
  }
}

/** What to tell of a file that could not be written since the disk, or the user's quota, is full; `undefined` for any other error. */
export function diskFullMessage(error: unknown): string | undefined {
  if (!isDiskFull(error)) return undefined;
  return `The disk is full (${errorMessage(error)}), and nothing is left of what was being written. Free some space, then try again.`;
}

function isDiskFull(error: unknown): boolean {
  const { code } = ((error instanceof BaalError && error.cause) || error) as { readonly code?: unknown };
  return ["ENOSPC", "EDQUOT", "SQLITE_FULL"].includes(String(code));
}
