import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/**
 * Writes a file so that readers see the old content or the new, never a part: temporary file, fsync, rename.
 * A sequence of chunks is written one by one, so that a large file needs no second copy in memory. `mode` is that of the new file.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
  { mode }: { readonly mode?: number | undefined } = {},
): Promise<void> {
  const target = resolve(path);
  await mkdir(dirname(target), { recursive: true });
  const temporary = temporaryBeside(target);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, target);
}

/** Fills a folder so that it appears complete or not at all; an existing folder is replaced. */
export async function writeFolderAtomic(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  await mkdir(dirname(target), { recursive: true });
  const temporary = temporaryBeside(target);
  const previous = temporaryBeside(target);
  try {
    await mkdir(temporary);
    await fill(temporary);
    await rename(target, previous).catch(unlessMissing);
    await rename(temporary, target);
  } catch (error) {
    await rename(previous, target).catch(unlessMissing);
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(previous, { recursive: true, force: true });
  }
}

function temporaryBeside(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
}

/** Makes a missing file or folder `undefined`, in `catch`; throws any other error again. */
export function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

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
