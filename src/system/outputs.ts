import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { BaalError, errorMessage } from "../core/errors.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";

/** What is wrong with a place that cannot be written to, by the system's code, and what to do. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: make room, then repeat the command",
  EDQUOT: "the quota of this user is used up: make room, then repeat the command",
  EFBIG: "the file has become larger than the system or the user's limit allows",
  EROFS: "the file system is read-only: choose another folder",
  EACCES: "this user may not write there: choose another folder, or change its permissions",
  EPERM: "the system does not allow writing there: choose another folder",
  EEXIST: "a part of its path is a file: choose another folder",
  ENOTDIR: "a part of its path is a file: choose another folder",
  EISDIR: "it is a folder: choose a file",
  ENAMETOOLONG: "its name is too long for the file system: choose a shorter one",
  ENOENT: "there can be no such file: choose another folder",
};

/** An error of the file system about `path`, which was to be written, as `E_OUTPUT` that says what to do; any other error as it is. */
function outputError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  const reason = code === undefined ? undefined : REASONS[code];
  if (reason === undefined) return error;
  return new BaalError("E_OUTPUT", `${path} could not be written (${code}): ${reason}.`, { cause: error });
}

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof BaalError) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/**
 * Takes a file or folder that is about to be written for the caller alone, having seen that it can be written: a hidden file beside it says who writes,
 * and is gone afterwards. The folder around it is made. Throws `E_LOCKED` with the holder where another command writes it, `E_OUTPUT`.
 */
export async function lockOutput(path: string): Promise<FolderLock> {
  const target = resolve(path);
  const folder = dirname(target);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return await lockFolder(folder, `.${basename(target)}.lock`, { leavesNothing: true });
  } catch (error) {
    if (!(error instanceof BaalError && error.code === "E_LOCKED")) throw outputError(error, target);
    throw new BaalError("E_LOCKED", `${target} is being written by another command: ${errorMessage(error)}`, { cause: error });
  }
}

/** Runs `write` while {@link lockOutput} holds `path`, and makes errors of the file system in it ones that say what to do. */
export async function withOutput<T>(path: string, write: () => Promise<T>): Promise<T> {
  const lock = await lockOutput(path);
  try {
    return await write();
  } catch (error) {
    throw outputError(error, resolve(path));
  } finally {
    await lock.release();
  }
}
