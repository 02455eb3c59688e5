import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncPath } from "./files.js";
import { makePrivateFolder } from "./private-files.js";
import { openConnection, type StateDatabase, storeError } from "./state-database.js";

const backupsFolder = "backups";
const kept = 3;
const backupName = /^baal-(\d{12})\.db$/;
const unfinished = /^baal-\d{12}\.db\.tmp/;

/**
 * Copies the database to `backups/`, unless it has not changed since the last copy; the newest three stay. The number in a copy's name is the
 * database's clock: copies are in the right order whatever the machine's clock does. `copy` writes one: {@link copyDatabase}, or a process that
 * does it. Gives whether there is a new one.
 */
export async function backUpAutomatically(
  folder: string,
  database: StateDatabase,
  copy: (path: string) => Promise<void> | void = (path) => copyDatabase(database, path),
): Promise<boolean> {
  const backups = join(folder, backupsFolder);
  await makePrivateFolder(backups);
  const target = join(backups, `baal-${String(database.clock()).padStart(12, "0")}.db`);
  if (existsSync(target)) return false;
  // Events may leave the journal once there is a copy that has them: the database itself has to keep them, too.
  database.flush();
  // Those that a process was making when it ended.
  for (const name of await readdir(backups)) if (unfinished.test(name)) await rm(join(backups, name), { force: true });
  const temporary = `${target}.tmp`;
  await copy(temporary);
  await syncPath(temporary);
  await rename(temporary, target);
  await syncPath(backups);
  for (const old of (await automaticBackups(folder)).slice(kept)) await rm(old, { force: true });
  return true;
}

/** Paths of the automatic copies of the store's database, the newest first. */
export async function automaticBackups(folder: string): Promise<string[]> {
  const backups = join(folder, backupsFolder);
  if (!existsSync(backups)) return [];
  const names = (await readdir(backups)).filter((name) => backupName.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => join(backups, name));
}

/** Writes a consistent copy of a database that others may be working on. The copy is one file, without a write-ahead log. */
export function copyDatabase(database: Pick<StateDatabase, "exec">, path: string): void {
  database.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`);
}

/** Copies the database file of a server that may be at work. Throws `E_STORE`, `E_CHECKPOINT`. */
export function copyLiveDatabase(database: string, copy: string): void {
  const connection = openConnection(database);
  try {
    copyDatabase(connection, copy);
  } catch (error) {
    throw storeError(error, database);
  } finally {
    connection.close();
  }
}
