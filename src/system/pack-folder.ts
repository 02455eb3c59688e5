import { createReadStream, createWriteStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";

/** A file of an archive: its name in there, with slashes, and where it is. */
export interface PackedFile {
  readonly name: string;
  readonly path: string;
}

/** Puts files into an archive that is being written. */
export async function packFiles(archive: Pack, files: readonly PackedFile[]): Promise<void> {
  try {
    for (const { name, path } of files) {
      const { size, mtime } = await stat(path);
      const entry = archive.entry({ name, size, mtime });
      await pipeline(createReadStream(path), entry as unknown as NodeJS.WritableStream);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

/** Writes all files of a folder into a `.tar` archive, below `prefix`. */
export async function packFolder(folder: string, target: string, prefix: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, name: [prefix, ...relative(folder, path).split(sep)].join("/") }));
  const archive = pack();
  const written = pipeline(archive as unknown as NodeJS.ReadableStream, createWriteStream(target));
  await Promise.all([written, packFiles(archive, files)]);
}
