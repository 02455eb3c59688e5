import type { Hash } from "node:crypto";
import { access, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readingError } from "../../data/rows/stream-text.js";
import { addFile, newDigest } from "../../system/digest.js";
import type { DataFile, DataPlace } from "./experiment-data.js";

/** The first of some paths below the data folder that is there. */
export async function findLocal({ dataDir }: DataPlace, candidates: readonly string[]): Promise<string | undefined> {
  if (dataDir === undefined) return undefined;
  for (const candidate of candidates) {
    const path = join(dataDir, candidate);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

/** Size and checksum of a file; of a folder, of the names and contents of all that is in it. Throws `E_FILE_NOT_FOUND`, `E_DATA`. */
export async function dataFile(path: string): Promise<DataFile> {
  try {
    const digest = newDigest();
    const isFolder = (await stat(path)).isDirectory();
    const bytes = isFolder ? await addFolder(path, digest) : await addFile(digest, path);
    return { name: basename(path), bytes, sha256: digest.digest("hex") };
  } catch (error) {
    throw readingError(path, error);
  }
}

async function addFolder(folder: string, digest: Hash): Promise<number> {
  let bytes = 0;
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/")).sort();
  for (const name of names) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    digest.update(`${name}\0`);
    bytes += await addFile(digest, path);
  }
  return bytes;
}
