import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync, statSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { copyLiveDatabase } from "../../system/automatic-backups.js";
import { fileSha256 } from "../../system/digest.js";
import { syncPath, syncTree, writeFolderAtomic } from "../../system/files.js";
import { type PackedFile, packFiles } from "../../system/pack-folder.js";
import { makePrivateFolder, PRIVATE_FILE, PRIVATE_FOLDER } from "../../system/private-files.js";
import { folderDamage, modelsFolder, versionFiles } from "./model-folders.js";
import { databaseFile } from "./recover-database.js";

export interface BackUpStoreOptions {
  /** Replaces what is at the target. */
  readonly overwrite?: boolean | undefined;
}

export interface BackUpStoreResult {
  readonly target: string;
  /** Folders of the versions that are in the backup. */
  readonly versions: readonly string[];
  /** Versions that are not, and why. */
  readonly leftOut: readonly string[];
  readonly bytes: number;
}

/**
 * Copies a store to a folder, or to an archive if the target ends in `.tar`, `.tar.gz` or `.tgz`. A server may be working with it: the database
 * is copied as it is at one moment, and versions never change. The target appears complete or not at all. Damaged versions are left out.
 *
 * Throws `E_FILE_NOT_FOUND` where no store is, `E_ARGUMENT` for a target that exists and may not be replaced, `E_CHECKPOINT` for a damaged database.
 */
export async function backUpStore(folder: string, target: string, options: BackUpStoreOptions = {}): Promise<BackUpStoreResult> {
  const database = join(resolve(folder), databaseFile);
  if (!existsSync(database))
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} has no ${databaseFile}: no server has worked there.`);
  const path = resolve(target);
  if (existsSync(path)) checkReplaceable(path, options);
  await mkdir(dirname(path), { recursive: true });
  const staging = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  await makePrivateFolder(staging);
  try {
    const copy = join(staging, databaseFile);
    copyLiveDatabase(database, copy);
    const about: Backup = { format: 1, createdAt: Date.now(), databaseSha256: await fileSha256(copy) };
    await writeFile(join(staging, backupFile), JSON.stringify(about));
    // After the database, so that each version that it knows is there, if it is anywhere.
    const { versions, leftOut } = await intactVersions(resolve(folder));
    const entries = [backupFile, databaseFile].map((name) => ({ name, path: join(staging, name) }));
    for (const version of versions) entries.push(...(await entriesOf(resolve(folder), version)));
    await (isArchive(path) ? writeArchive(path, entries) : writeFolder(path, entries));
    let bytes = 0;
    for (const entry of entries) bytes += (await stat(entry.path)).size;
    return { target: path, versions, leftOut, bytes };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function checkReplaceable(target: string, { overwrite }: BackUpStoreOptions): void {
  if (!overwrite)
    throw new BaalError("E_ARGUMENT", `${target} exists already: choose another name, or say that it may be replaced.`);
  // A slip of the keyboard must not cost anybody their folder.
  const isBackup = isArchive(target) ? statSync(target).isFile() : existsSync(join(target, backupFile));
  if (!isBackup) throw new BaalError("E_ARGUMENT", `${target} is no backup and is not replaced: choose another name.`);
}

async function intactVersions(folder: string): Promise<{ readonly versions: string[]; readonly leftOut: string[] }> {
  const versions: string[] = [];
  const leftOut: string[] = [];
  for (const project of await namesIn(join(folder, modelsFolder))) {
    for (const version of await namesIn(join(folder, modelsFolder, project))) {
      // Those with a dot are still being written.
      if (version.startsWith(".")) continue;
      const name = `${modelsFolder}/${project}/${version}`;
      const damage = await folderDamage(join(folder, name), "contents");
      if (damage === undefined) versions.push(name);
      else leftOut.push(`${name}: ${damage}`);
    }
  }
  return { versions, leftOut };
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).sort() : [];
}

/** A file that somebody has moved to another disk, with a link in its place, is copied as itself. */
async function entriesOf(root: string, version: string): Promise<PackedFile[]> {
  const files = await versionFiles(join(root, version));
  return files.map((file) => ({ name: `${version}/${file}`, path: join(root, version, file) }));
}

async function writeFolder(target: string, entries: readonly PackedFile[]): Promise<void> {
  await writeFolderAtomic(target, async (folder) => {
    for (const { name, path } of entries) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await copyFile(path, join(folder, name));
      await chmod(join(folder, name), PRIVATE_FILE);
    }
    await chmod(folder, PRIVATE_FOLDER);
    await syncTree(folder);
  });
  await syncPath(dirname(target));
}

async function writeArchive(target: string, entries: readonly PackedFile[]): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const archive = pack();
    const packing = isCompressed(target) ? [createGzip({ level: 1 })] : [];
    const written = pipeline([
      archive as unknown as NodeJS.ReadableStream,
      ...packing,
      createWriteStream(temporary, { mode: PRIVATE_FILE }),
    ]);
    await Promise.all([written, packFiles(archive, entries)]);
    await syncPath(temporary);
    await rename(temporary, target);
    await syncPath(dirname(target));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Describes a backup, as `backup.json` beside its `baal.db` and `models/`. */
export const BACKUP = z.object({ format: z.literal(1), createdAt: z.number(), databaseSha256: z.string() });

export type Backup = z.infer<typeof BACKUP>;

export const backupFile = "backup.json";

/** Whether a path is that of an archive in place of a folder. */
export function isArchive(path: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(path);
}

function isCompressed(path: string): boolean {
  return /gz$/i.test(path);
}
