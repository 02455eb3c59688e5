import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { errorMessage } from "../../errors.js";

const checksumsFile = "checksums.json";

const CHECKSUMS = z.object({
  project: z.object({ hostname: z.string(), project: z.string() }),
  version: z.object({
    projectId: z.int(),
    version: z.string(),
    folder: z.string(),
    labels: z.array(z.string()),
    trained: z.int(),
    heldOut: z.int(),
    metrics: z.record(z.string(), z.number()),
    createdAt: z.number(),
  }),
  files: z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string() })),
});

/** What is in a version's folder, and what the version is: it can be recorded again where the database was lost. */
export type Checksums = z.infer<typeof CHECKSUMS>;

/** Writes `checksums.json` about all files that are in the folder now. */
export async function writeChecksums(folder: string, about: Pick<Checksums, "project" | "version">): Promise<void> {
  const files: Record<string, Checksums["files"][string]> = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).replaceAll(sep, "/")] = { bytes: (await stat(path)).size, sha256: await fileDigest(path) };
  }
  await writeFile(join(folder, checksumsFile), JSON.stringify({ ...about, files }, undefined, 2));
}

/** The folder's `checksums.json`, or a text that says why it cannot be used. */
export async function readChecksums(folder: string): Promise<Checksums | string> {
  try {
    const parsed = CHECKSUMS.safeParse(JSON.parse(await readFile(join(folder, checksumsFile), "utf8")));
    return parsed.success ? parsed.data : `its ${checksumsFile} is not one: ${z.prettifyError(parsed.error)}`;
  } catch (error) {
    return `its ${checksumsFile} cannot be read: ${errorMessage(error)}`;
  }
}

/**
 * What is wrong with the folder of a version, or `undefined`. `"sizes"` finds missing and torn files at once; `"contents"` reads all
 * files and finds every changed byte.
 */
export async function folderDamage(folder: string, depth: "sizes" | "contents"): Promise<string | undefined> {
  const checksums = await readChecksums(folder);
  if (typeof checksums === "string") return checksums;
  for (const [name, { bytes, sha256 }] of Object.entries(checksums.files)) {
    const path = join(folder, name);
    try {
      const { size } = await stat(path);
      if (size !== bytes) return `its ${name} has ${size} bytes in place of ${bytes}`;
      if (depth === "contents" && (await fileDigest(path)) !== sha256) return `its ${name} has changed since it was written`;
    } catch (error) {
      return `its ${name} cannot be read: ${errorMessage(error)}`;
    }
  }
  return undefined;
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
