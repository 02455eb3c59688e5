import { existsSync } from "node:fs";
import { cp, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { fileSha256 } from "../../system/digest.js";
import { reserveFile } from "../../system/disk-reserve.js";
import { syncPath, syncTree } from "../../system/files.js";
import { lockFolder } from "../../system/folder-lock.js";
import { makePrivateFolder } from "../../system/private-files.js";
import { databaseDamage } from "../../system/recover-database.js";
import { type ArchivedFile, readArchive, unpackFile } from "../../system/unpack-archive.js";
import { BACKUP, backupFile, isArchive } from "./back-up-store.js";
import { journalFolder } from "./event-journal.js";
import { migrations } from "./migrations.js";
import { folderDamage, modelsFolder } from "./model-folders.js";
import { databaseFile } from "./recover-database.js";
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
const storeFiles = [
  databaseFile,
  `${databaseFile}-wal`,
  `${databaseFile}-shm`,
  modelsFolder,
  "backups",
  journalFolder,
  reserveFile,
] as const;
const backupName = /^(backup\.json|baal\.db|models\/\d+\/[\w-][\w.-]*(\/[^/\\\0]+)+)$/;

/**
 * Restores a backup, folder or archive, into a store's folder. Everything is unpacked and checked before anything is replaced; a restoration
 * that dies in the middle is noticed when a server starts. Throws `E_LOCKED` while a server works there, `E_ARGUMENT` for a folder that
 * is not empty without `force` and for a backup that does not fit onto the disk, `E_FILE_NOT_FOUND` and `E_CHECKPOINT` for a backup that is missing, damaged or of a newer program.
 */
export async function restoreStore(
  folder: string,
  source: string,
  options: RestoreStoreOptions = {},
): Promise<RestoreStoreResult> {
  const path = resolve(folder);
  if (!existsSync(source)) throw new BaalError("E_FILE_NOT_FOUND", `There is no backup ${source}.`);
  await makePrivateFolder(path);
  const lock = await lockFolder(path, storeLock, { isPatient: true });
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
    await checkSpace(path, source);
    await makePrivateFolder(staging);
    await (isArchive(source)
      ? readBackup(source, (file) => unpackFile(file, staging))
      : cp(source, staging, { recursive: true }));
    const versions = await checkBackup(staging, source);
    await syncTree(staging);
    return { folder: path, versions, replaced: await replaceStore(path, staging) };
  } finally {
    await rm(staging, { recursive: true, force: true });
    await lock.release();
  }
}

/** So much of a disk stays free. */
const SPARE_BYTES = 10_000_000;

/** Throws `E_ARGUMENT` as soon as it is known that a backup's files, unpacked, do not fit onto the folder's disk; nothing is written. */
async function checkSpace(folder: string, source: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.max(0, bavail * bsize - SPARE_BYTES);
  let bytes = 0;
  const add = (more: number) => {
    bytes += more;
    if (bytes <= free) return;
    const megabytes = (count: number) => `${Math.round(count / 1e6)} MB`;
    const message = `${source} has ${megabytes(bytes)} and more when it is unpacked, and ${megabytes(free)} are free: make room, or choose a folder on another disk.`;
    throw new BaalError("E_ARGUMENT", message);
  };
  if (isArchive(source)) {
    await readBackup(source, async (entry) => {
      add(entry.header.size ?? 0);
      entry.resume();
    });
    return;
  }
  for (const entry of await readdir(source, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) add((await stat(join(entry.parentPath, entry.name))).size);
  }
}

/** Calls `take` with each file of a backup. */
function readBackup(source: string, take: (file: ArchivedFile) => Promise<void>): Promise<void> {
  return readArchive(source, { isExpected: (name) => backupName.test(name), what: "a backup of a store" }, take);
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
  if (present.length > 0) await makePrivateFolder(replaced);
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
