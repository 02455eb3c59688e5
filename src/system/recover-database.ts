import { existsSync, statSync } from "node:fs";
import { copyFile, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import Database from "libsql";
import { BaalError, errorMessage } from "../core/errors.js";
import { automaticBackups } from "./automatic-backups.js";
import { syncPath } from "./files.js";
import { openConnection, storeError } from "./state-database.js";
import { checkInProcess, isSmallDatabase } from "./upkeep-in-process.js";

/** The repair of a database that could not be used. */
export interface Recovery {
  readonly message: string;
  /** Where the damaged file is now; `undefined` if it was missing. */
  readonly damaged: string | undefined;
}

export interface RecoverDatabaseOptions {
  /** Whether nothing in the folder speaks of an earlier database; that there is no automatic backup by default, which is asked first. */
  readonly isNew?: (() => Promise<boolean>) | undefined;
}

/**
 * Makes sure that the database `file` of a folder is whole, or that there is none because the folder is new. A damaged or missing one is replaced
 * with the newest intact automatic backup, and the damaged one kept as `<file>.damaged-<time>`. Throws `E_CHECKPOINT`, and changes nothing, when
 * there is no such backup: nobody starts empty where there was something. The caller holds the folder's lock.
 */
export async function recoverDatabase(
  folder: string,
  file: string,
  { isNew = async () => true }: RecoverDatabaseOptions = {},
): Promise<Recovery | undefined> {
  const path = join(folder, file);
  const isMissing = !existsSync(path) || statSync(path).size === 0;
  if (isMissing && (await automaticBackups(folder)).length === 0 && (await isNew())) return undefined;
  const damage = isMissing ? `there is none, or an empty one` : await damageOf(path);
  if (damage === undefined) return undefined;

  const backup = (await automaticBackups(folder)).find((candidate) => databaseDamage(candidate) === undefined);
  if (backup === undefined) {
    const message = `The database ${path} cannot be used (${damage}), and ${folder} has no automatic backup of it. Restore one of yours (a server's with "baal restore"), or move the folder away to start with an empty one.`;
    throw new BaalError("E_CHECKPOINT", message);
  }
  const temporary = `${path}.tmp`;
  await copyFile(backup, temporary);
  await syncPath(temporary);
  const damaged = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  // The log last: a database without it would look whole, and lack what was saved last.
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) await rename(path + suffix, damaged + suffix);
  }
  await rename(temporary, path);
  await syncPath(folder);
  const kept = isMissing ? "" : ` The damaged one is kept as ${basename(damaged)}.`;
  const message = `The database could not be used (${damage}). The automatic backup ${basename(backup)} was restored in its place.${kept}`;
  return { message, damaged: isMissing ? undefined : damaged };
}

/** A large database takes seconds, in which a server that is starting would say nothing. */
async function damageOf(path: string): Promise<string | undefined> {
  return isSmallDatabase(path) ? databaseDamage(path) : checkInProcess(path);
}

/**
 * The damage of a database file, by SQLite's own quick check of its structure, or `undefined`.
 *
 * The check is a constraint that is broken by any finding, so that it needs no prepared statement: a connection with one lives on after
 * `close()` (tursodatabase/libsql-js#228), and would later remove the write-ahead log of whatever file then has this path.
 */
export function databaseDamage(path: string): string | undefined {
  const connection = openConnection(path);
  try {
    connection.exec("CREATE TEMP TABLE checked (quick_check TEXT CHECK (quick_check = 'ok'))");
    connection.exec("INSERT INTO checked SELECT quick_check FROM pragma_quick_check");
    return undefined;
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return errorMessage(error);
    if (error.code.startsWith("SQLITE_CONSTRAINT")) return "its structure fails SQLite's check";
    throw storeError(error, path);
  } finally {
    connection.close();
  }
}
