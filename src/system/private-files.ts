import { chmod, mkdir, open } from "node:fs/promises";

/** Of folders and files that only their owner may look into: labels and texts are somebody's. Windows has no such modes. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

/** Makes a folder that is its owner's alone, or makes one so that is there. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
  await restrict(path, PRIVATE_FOLDER);
}

/** Makes a file its owner's alone; one that is not there is made, empty. */
export async function makePrivateFile(path: string): Promise<void> {
  await (await open(path, "a", PRIVATE_FILE)).close();
  await restrict(path, PRIVATE_FILE);
}

/** A folder of somebody else's, which we may use all the same, stays as they have it. */
async function restrict(path: string, mode: number): Promise<void> {
  await chmod(path, mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPERM" && error.code !== "ENOTSUP" && error.code !== "EROFS") throw error;
  });
}
