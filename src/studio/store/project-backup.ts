import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync, statSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { copyLiveDatabase } from "../../system/automatic-backups.js";
import { fileSha256 } from "../../system/digest.js";
import { reserveFile } from "../../system/disk-reserve.js";
import { syncPath, syncTree, writeFolderAtomic } from "../../system/files.js";
import { lockFolder } from "../../system/folder-lock.js";
import { type PackedFile, packFiles } from "../../system/pack-folder.js";
import { makePrivateFolder, PRIVATE_FILE } from "../../system/private-files.js";
import { databaseDamage } from "../../system/recover-database.js";
import { readArchive, unpackFile } from "../../system/unpack-archive.js";
import { studioFile } from "./open-studio-store.js";

const ABOUT_FILE = "project.json";
const ABOUT = z.object({ format: z.literal(1), createdAt: z.number(), databaseSha256: z.string() });

/** What belongs to this machine alone: sessions, locks, the database's own log, the automatic copies. */
const LEFT_OUT = /^(\.|lock\b|session-secret$|backups(\/|$)|replaced-)|-(wal|shm)$/;

export interface ProjectBackup {
  readonly target: string;
  readonly files: number;
  readonly bytes: number;
}

/** Whether a folder holds a labelling project. */
export function isProjectFolder(folder: string): boolean {
  return existsSync(join(folder, studioFile));
}

/**
 * Copies a project, its labels and its models, to a folder, or to an archive if the target ends in `.tar`, `.tar.gz` or `.tgz`. Somebody may be
 * labelling: the database is copied as it is at one moment. The target appears complete or not at all.
 *
 * Throws `E_FILE_NOT_FOUND` where no project is, `E_ARGUMENT` for a target that exists and may not be replaced.
 */
export async function backUpProject(
  folder: string,
  target: string,
  { overwrite = false }: { readonly overwrite?: boolean | undefined } = {},
): Promise<ProjectBackup> {
  const root = resolve(folder);
  const path = resolve(target);
  if (!isProjectFolder(root))
    throw new BaalError("E_FILE_NOT_FOUND", `${folder} has no ${studioFile}: nothing was labelled there.`);
  if (existsSync(path)) checkReplaceable(path, overwrite);
  await mkdir(dirname(path), { recursive: true });
  const staging = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  await makePrivateFolder(staging);
  try {
    copyLiveDatabase(join(root, studioFile), join(staging, studioFile));
    const about = { format: 1, createdAt: Date.now(), databaseSha256: await fileSha256(join(staging, studioFile)) };
    await writeFile(join(staging, ABOUT_FILE), JSON.stringify(about));
    const files: PackedFile[] = [ABOUT_FILE, studioFile].map((name) => ({ name, path: join(staging, name) }));
    for (const name of await filesBelow(root))
      if (!LEFT_OUT.test(name) && name !== studioFile && name !== reserveFile) files.push({ name, path: join(root, name) });
    await (isArchive(path) ? writeArchive(path, files) : writeFolder(path, files));
    let bytes = 0;
    for (const file of files) bytes += (await stat(file.path)).size;
    return { target: path, files: files.length, bytes };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Whether this is what {@link backUpProject} has written. */
export async function isProjectBackup(source: string): Promise<boolean> {
  if (!existsSync(source)) return false;
  if (!isArchive(source)) return existsSync(join(source, ABOUT_FILE));
  let found = false;
  await readArchive(source, { isExpected: () => true, what: "a backup" }, async (file) => {
    found ||= file.header.name === ABOUT_FILE;
    file.resume();
  });
  return found;
}

/**
 * Restores a project into a folder. Everything is unpacked and checked before anything is replaced. Throws `E_LOCKED` while somebody labels
 * there, `E_ARGUMENT` for a folder that is not empty without `force`, `E_FILE_NOT_FOUND` and `E_CHECKPOINT` for a backup that is missing or damaged.
 */
export async function restoreProject(
  folder: string,
  source: string,
  { force = false }: { readonly force?: boolean | undefined } = {},
): Promise<{ readonly folder: string; readonly replaced: string | undefined }> {
  const path = resolve(folder);
  if (!existsSync(source)) throw new BaalError("E_FILE_NOT_FOUND", `There is no backup ${source}.`);
  await makePrivateFolder(path);
  const lock = await lockFolder(path, "lock", { isPatient: true });
  const staging = join(path, ".restore.tmp");
  try {
    await rm(staging, { recursive: true, force: true });
    const present = (await readdir(path)).filter((name) => !/^\.?lock\b/.test(name));
    if (present.length > 0 && !force)
      throw new BaalError(
        "E_ARGUMENT",
        `${folder} is not empty: it has ${present.slice(0, 3).join(", ")}. Force it to replace a project.`,
      );
    await makePrivateFolder(staging);
    if (isArchive(source)) {
      const isExpected = (name: string) => !name.startsWith("/") && !LEFT_OUT.test(name);
      await readArchive(source, { isExpected, what: "a backup of a project" }, (file) => unpackFile(file, staging));
    } else await cp(source, staging, { recursive: true });
    await checkBackup(staging, source);
    await syncTree(staging);
    const replaced = join(path, `replaced-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`);
    if (present.length > 0) await makePrivateFolder(replaced);
    for (const name of present) await rename(join(path, name), join(replaced, name));
    for (const name of await readdir(staging)) if (name !== ABOUT_FILE) await rename(join(staging, name), join(path, name));
    await syncPath(path);
    return { folder: path, replaced: present.length > 0 ? replaced : undefined };
  } finally {
    await rm(staging, { recursive: true, force: true });
    await lock.release();
  }
}

async function checkBackup(folder: string, source: string): Promise<void> {
  const refuse = (why: string) => new BaalError("E_CHECKPOINT", `The backup ${source} cannot be restored: ${why}.`);
  const text = await readFile(join(folder, ABOUT_FILE), "utf8").catch(() => "");
  const about = ABOUT.safeParse(parsedJson(text));
  const database = join(folder, studioFile);
  if (!about.success || !existsSync(database)) throw refuse(`it has no ${about.success ? studioFile : ABOUT_FILE}`);
  if ((await fileSha256(database)) !== about.data.databaseSha256)
    throw refuse(`its ${studioFile} has changed since it was written`);
  const damage = databaseDamage(database);
  if (damage !== undefined) throw refuse(`its ${studioFile} is damaged: ${damage}`);
}

/** A slip of the keyboard must not cost anybody their folder. */
function checkReplaceable(target: string, overwrite: boolean): void {
  if (!overwrite)
    throw new BaalError("E_ARGUMENT", `${target} exists already: choose another name, or say that it may be replaced.`);
  const isBackup = isArchive(target) ? statSync(target).isFile() : existsSync(join(target, ABOUT_FILE));
  if (!isBackup) throw new BaalError("E_ARGUMENT", `${target} is no backup and is not replaced: choose another name.`);
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((path) => relative(root, path).split(sep).join("/")).sort();
}

async function writeFolder(target: string, files: readonly PackedFile[]): Promise<void> {
  await writeFolderAtomic(target, async (folder) => {
    for (const { name, path } of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await copyFile(path, join(folder, name));
    }
    await syncTree(folder);
  });
}

async function writeArchive(target: string, files: readonly PackedFile[]): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const archive = pack();
    const packing = /gz$/i.test(target) ? [createGzip({ level: 1 })] : [];
    const output = createWriteStream(temporary, { mode: PRIVATE_FILE });
    const written = pipeline([archive as unknown as NodeJS.ReadableStream, ...packing, output]);
    await Promise.all([written, packFiles(archive, files)]);
    await syncPath(temporary);
    await rename(temporary, target);
    await syncPath(dirname(target));
  } finally {
    await rm(temporary, { force: true });
  }
}

function isArchive(path: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(path);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
