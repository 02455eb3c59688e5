import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Waits until a file, or the list of files of a folder, is on the disk. */
export async function syncPath(path: string): Promise<void> {
  const file = await openToSync(path);
  if (file === undefined) return;
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** {@link syncPath} for a folder with everything in it. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await syncPath(join(entry.parentPath, entry.name));
  }
  await syncPath(folder);
}

async function openToSync(path: string) {
  try {
    return await open(path, "r");
  } catch (error) {
    // Windows opens no folders, and needs no sync of them.
    if (process.platform === "win32" && ["EISDIR", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}
