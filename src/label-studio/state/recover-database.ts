import { existsSync, statSync } from "node:fs";
import { copyFile, readdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { BaalError } from "../../errors.js";
import { automaticBackups } from "./automatic-backups.js";
import { databaseDamage } from "./check-database.js";
import { modelsFolder } from "./model-folders.js";
import { syncPath } from "./sync-path.js";

export const databaseFile = "baal.db";

/** What was done about a database that could not be used. */
export interface Recovery {
  readonly message: string;
  /** Where the damaged file is now; `undefined` if it was missing. */
  readonly damaged: string | undefined;
}

/**
 * Makes sure that the store's database is whole, or that there is none because the store is new. A damaged or missing one is replaced with
 * the newest intact automatic backup, and the damaged one kept as `baal.db.damaged-<time>`. Throws `E_CHECKPOINT`, and changes nothing, when
 * there is no such backup: a server never starts empty where there was something. The caller holds the folder's lock.
 */
export async function recoverDatabase(folder: string): Promise<Recovery | undefined> {
  const path = join(folder, databaseFile);
  const isMissing = !existsSync(path) || statSync(path).size === 0;
  if (isMissing && (await isNew(folder))) return undefined;
  const damage = isMissing ? `there is none, or an empty one` : databaseDamage(path);
  if (damage === undefined) return undefined;

  const backup = (await automaticBackups(folder)).find((candidate) => databaseDamage(candidate) === undefined);
  if (backup === undefined) {
    const message = `The database ${path} cannot be used (${damage}), and ${folder} has no automatic backup of it. Restore one of yours with "baal restore", or move the folder away to start with an empty one.`;
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

/** Whether the folder has nothing that a database has known. */
async function isNew(folder: string): Promise<boolean> {
  if ((await automaticBackups(folder)).length > 0) return false;
  const models = join(folder, modelsFolder);
  return !existsSync(models) || (await readdir(models)).length === 0;
}
