import { chmod, mkdir, writeFile } from "node:fs/promises";

/** Of folders and files that only their owner may look into: labels and texts are somebody's. Windows has no such modes. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

/** Makes a folder that is its owner's alone, or makes one so that is there. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
  await restrict(path, PRIVATE_FOLDER);
}

/**
 * Makes a file its owner's alone; one that is not there is made, empty. One that is there is not opened: on POSIX, a process that closes a file
 * loses all locks that it has on it, such as those of a database's connections (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export async function makePrivateFile(path: string): Promise<void> {
  try {
    await writeFile(path, "", { flag: "ax", mode: PRIVATE_FILE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  await restrict(path, PRIVATE_FILE);
}

/** A folder of somebody else's, which we may use all the same, stays as they have it. */
async function restrict(path: string, mode: number): Promise<void> {
  await chmod(path, mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPERM" && error.code !== "ENOTSUP" && error.code !== "EROFS") throw error;
  });
}
