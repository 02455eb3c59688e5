import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { BaalError, errorMessage } from "../core/errors.js";
import { PRIVATE_FILE, PRIVATE_FOLDER } from "./private-files.js";

/** A file in an archive, as it is read. */
export type ArchivedFile = ReturnType<typeof extract> extends AsyncIterable<infer Read> ? Read : never;

/**
 * Calls `take` with each file of a `.tar`, `.tar.gz` or `.tgz`, whose name has to be one that `isExpected` and leads nowhere else. Throws
 * `E_CHECKPOINT` for any other archive, and a damaged one.
 */
export async function readArchive(
  source: string,
  { isExpected, what }: { readonly isExpected: (name: string) => boolean; readonly what: string },
  take: (file: ArchivedFile) => Promise<void>,
): Promise<void> {
  const entries = extract();
  const unpacking = /gz$/i.test(source) ? [createGunzip()] : [];
  const read = pipeline([createReadStream(source), ...unpacking, entries as unknown as NodeJS.WritableStream]);
  const write = async () => {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      if (type !== "file" || !isExpected(name) || name.split("/").some((part) => part === "." || part === "..")) {
        throw new BaalError("E_CHECKPOINT", `${source} is not ${what}: it has an entry ${JSON.stringify(name)}.`);
      }
      await take(entry);
    }
  };
  try {
    await Promise.all([read, write()]);
  } catch (error) {
    if (error instanceof BaalError) throw error;
    throw new BaalError("E_CHECKPOINT", `${source} could not be unpacked: ${errorMessage(error)}.`, { cause: error });
  }
}

/** Writes a file of an archive below a folder, for its owner alone. */
export async function unpackFile(file: ArchivedFile, folder: string): Promise<void> {
  const path = join(folder, file.header.name);
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  await pipeline(file as unknown as NodeJS.ReadableStream, createWriteStream(path, { mode: PRIVATE_FILE }));
}
