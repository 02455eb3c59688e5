import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { readingError } from "../../data/rows/stream-text.js";
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
    const hash = createHash("sha256");
    const isFolder = (await stat(path)).isDirectory();
    const bytes = isFolder ? await addFolder(path, hash) : await addFile(path, hash);
    return { name: basename(path), bytes, sha256: hash.digest("hex") };
  } catch (error) {
    throw readingError(path, error);
  }
}

type Hash = ReturnType<typeof createHash>;

async function addFile(path: string, hash: Hash): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return bytes;
}

async function addFolder(folder: string, hash: Hash): Promise<number> {
  let bytes = 0;
  const names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll("\\", "/")).sort();
  for (const name of names) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    hash.update(`${name}\0`);
    bytes += await addFile(path, hash);
  }
  return bytes;
}
