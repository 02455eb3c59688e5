import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { cp, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { BaalError, errorMessage } from "../../core/errors.js";
import { fileSha256 } from "../../system/digest.js";
import { syncPath, syncTree } from "../../system/files.js";
import { lockFolder } from "../../system/folder-lock.js";
import { BACKUP, backupFile, isArchive, isCompressed } from "./back-up-store.js";
import { migrations } from "./migrations.js";
import { folderDamage, modelsFolder } from "./model-folders.js";
import { databaseDamage, databaseFile, reserveFile } from "./recover-database.js";
import { restoringFile, storeLock } from "./store.js";

export interface RestoreStoreOptions {
  /** Replaces what is in the folder, which is kept in `replaced-<time>`. */
  readonly force?: boolean | undefined;
}

export interface RestoreStoreResult {
  readonly folder: string;
  readonly versions: readonly string[];
  /** Where the former contents are, if there were any. */
  readonly replaced: string | undefined;
}

/** The other files of a store, and the names that those of a backup may have. */
const storeFiles = [databaseFile, `${databaseFile}-wal`, `${databaseFile}-shm`, modelsFolder, "backups", reserveFile] as const;
const backupName = /^(backup\.json|baal\.db|models\/\d+\/[\w-][\w.-]*(\/[^/\\\0]+)+)$/;

/**
 * Restores a backup, folder or archive, into a store's folder. Everything is unpacked and checked before anything is replaced; a restoration
 * that dies in the middle is noticed when a server starts. Throws `E_LOCKED` while a server works there, `E_ARGUMENT` for a folder that
 * is not empty without `force`, `E_FILE_NOT_FOUND` and `E_CHECKPOINT` for a backup that is missing, damaged or of a newer program.
 */
export async function restoreStore(
  folder: string,
  source: string,
  options: RestoreStoreOptions = {},
): Promise<RestoreStoreResult> {
  const path = resolve(folder);
  if (!existsSync(source)) throw new BaalError("E_FILE_NOT_FOUND", `There is no backup ${source}.`);
  await mkdir(path, { recursive: true });
  const lock = await lockFolder(path, storeLock);
  const staging = join(path, ".restore.tmp");
  try {
    await rm(staging, { recursive: true, force: true });
    const present = (await readdir(path)).filter((name) => !name.startsWith(`${storeLock}.`));
    if (present.length > 0 && !options.force) {
      throw new BaalError(
        "E_ARGUMENT",
        `${folder} is not empty: it has ${present.slice(0, 3).join(", ")}. Force it to replace a store.`,
      );
    }
    await mkdir(staging);
    await (isArchive(source) ? unpackArchive(source, staging) : cp(source, staging, { recursive: true }));
    const versions = await checkBackup(staging, source);
    await syncTree(staging);
    return { folder: path, versions, replaced: await replaceStore(path, staging) };
  } finally {
    await rm(staging, { recursive: true, force: true });
    await lock.release();
  }
}

async function unpackArchive(source: string, target: string): Promise<void> {
  const entries = extract();
  const unpacking = isCompressed(source) ? [createGunzip()] : [];
  const read = pipeline([createReadStream(source), ...unpacking, entries as unknown as NodeJS.WritableStream]);
  const write = async () => {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      if (type !== "file" || !backupName.test(name) || name.split("/").some((part) => part === "." || part === "..")) {
        throw new BaalError("E_CHECKPOINT", `${source} is not a backup of a store: it has an entry ${JSON.stringify(name)}.`);
      }
      await mkdir(dirname(join(target, name)), { recursive: true });
      await pipeline(entry as unknown as NodeJS.ReadableStream, createWriteStream(join(target, name)));
    }
  };
  try {
    await Promise.all([read, write()]);
  } catch (error) {
    if (error instanceof BaalError) throw error;
    throw new BaalError("E_CHECKPOINT", `${source} could not be unpacked: ${errorMessage(error)}.`, { cause: error });
  }
}

/** The versions in an unpacked backup; throws unless it is whole. */
async function checkBackup(folder: string, source: string): Promise<string[]> {
  const refuse = (why: string) => new BaalError("E_CHECKPOINT", `The backup ${source} cannot be restored: ${why}.`);
  const about = await readFile(join(folder, backupFile), "utf8").catch((error: unknown) => {
    throw refuse(`its ${backupFile} cannot be read: ${errorMessage(error)}`);
  });
  const { success, data } = BACKUP.safeParse(parseJson(about));
  if (!success) throw refuse(`its ${backupFile} is not one`);
  const database = join(folder, databaseFile);
  if (!existsSync(database)) throw refuse(`it has no ${databaseFile}`);
  if ((await fileSha256(database)) !== data.databaseSha256) throw refuse(`its ${databaseFile} has changed since it was written`);
  const damage = databaseDamage(database);
  if (damage !== undefined) throw refuse(`its ${databaseFile} is damaged: ${damage}`);
  const form = await formOf(database);
  if (form > migrations.length) throw refuse(`a newer version of this program made it (form ${form}); update the program`);
  const versions: string[] = [];
  const models = join(folder, modelsFolder);
  for (const project of existsSync(models) ? await readdir(models) : []) {
    for (const version of await readdir(join(models, project))) {
      const damage = await folderDamage(join(models, project, version), "contents");
      if (damage !== undefined) throw refuse(`version ${project}/${version} is damaged: ${damage}`);
      versions.push(`${modelsFolder}/${project}/${version}`);
    }
  }
  return versions.sort();
}

/** Puts the unpacked backup in the place of the store's files. Where those are now, if there were any. */
async function replaceStore(folder: string, staging: string): Promise<string | undefined> {
  await writeFile(join(folder, restoringFile), "A backup is being restored; if nobody is, do so again.\n");
  await syncPath(folder);
  const present = storeFiles.filter((name) => existsSync(join(folder, name)));
  const replaced = join(folder, `replaced-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`);
  if (present.length > 0) await mkdir(replaced);
  for (const name of present) await rename(join(folder, name), join(replaced, name));
  for (const name of [modelsFolder, databaseFile]) {
    if (existsSync(join(staging, name))) await rename(join(staging, name), join(folder, name));
  }
  await syncPath(folder);
  await rm(join(folder, restoringFile));
  await syncPath(folder);
  return present.length > 0 ? replaced : undefined;
}

/** SQLite's `user_version`, read from the file's head, since a connection that reads it would hold on to the file. */
async function formOf(database: string): Promise<number> {
  const file = await open(database, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 60);
    return buffer.readUInt32BE(0);
  } finally {
    await file.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
