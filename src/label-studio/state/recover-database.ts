import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { copyFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import Database from "libsql";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { syncPath } from "../../system/files.js";
import { type AnnotationTable, annotationRecord } from "./annotation-table.js";
import { automaticBackups } from "./automatic-backups.js";
import { modelsFolder, type VersionStore } from "./model-folders.js";
import type { AnnotationRecord } from "./records.js";
import { openConnection, StateDatabase, storeError } from "./state-database.js";

export const databaseFile = "baal.db";

/** The repair of a database that could not be used. */
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

/** The contents that were saved from a damaged database. */
export interface Salvage {
  /** Annotations that the restored database did not know, or not so new. */
  readonly annotations: number;
  /** The version that served, by project. */
  readonly serving: ReadonlyMap<number, string>;
}

const PROJECT = z.object({
  id: z.int(),
  hostname: z.string(),
  project: z.string(),
  title: z.string(),
  label_config: z.string(),
  serving_version: z.string().nullable(),
});
const ANNOTATION = z.object({
  project_id: z.int(),
  id: z.int(),
  task_id: z.int(),
  data: z.string(),
  result: z.string(),
  completed_by: z.string().nullable(),
  was_cancelled: z.int(),
  ground_truth: z.int(),
  updated_at: z.number(),
  created_at: z.number().nullish(),
  task_created_at: z.number().nullish(),
  lead_time: z.number().nullish(),
  review: z.string().nullish(),
});
const DELETED = z.object({
  project_id: z.int(),
  kind: z.enum(["annotation", "task"]),
  id: z.int(),
  newest: z.number().nullish(),
  alive_from: z.number().nullish(),
});

/**
 * Takes over what can still be read of a damaged database into a store that was restored from a backup: what has arrived since then. It is
 * merged as if it came from Label Studio once more, so the order does not matter and nothing newer is lost.
 */
export function salvage(store: VersionStore & AnnotationTable, path: string): Salvage {
  const serving = new Map<number, string>();
  let annotations = 0;
  let damaged: StateDatabase | undefined;
  try {
    damaged = new StateDatabase(path);
    const all = readableRows(damaged, "annotations").flatMap((row) => annotationOf(ANNOTATION.safeParse(row).data) ?? []);
    // The one table without row numbers: whole, or not at all.
    const deleted = z.array(DELETED).safeParse(readable(damaged, "SELECT * FROM deleted")).data ?? [];
    const projects = readableRows(damaged, "projects").flatMap((row) => PROJECT.safeParse(row).data ?? []);
    for (const { id: was, label_config: labelConfig, serving_version: version, title, ...key } of projects) {
      const { id } = store.project(key, title);
      if (labelConfig !== "") store.saveConfig(id, { labelConfig, title });
      if (version !== null) serving.set(id, version);
      const mine = all.filter(({ projectId }) => projectId === was).map(({ annotation }) => annotation);
      annotations += store.saveAnnotations(id, mine).stored;
      store.adoptDeletions(
        id,
        deleted.filter((one) => one.project_id === was),
      );
    }
  } catch (error) {
    // So much is gone that it cannot be opened: the backup is all there is.
    if (!(error instanceof BaalError && error.code === "E_CHECKPOINT")) throw error;
  } finally {
    damaged?.close();
  }
  return { annotations, serving };
}

/** The rows from both ends of a table up to the first that cannot be read. */
function readableRows(database: StateDatabase, table: string): unknown[] {
  const rows = new Map<number, unknown>();
  for (const [comparison, order, start] of [
    [">", "ASC", Number.MIN_SAFE_INTEGER] as const,
    ["<", "DESC", Number.MAX_SAFE_INTEGER] as const,
  ]) {
    const sql = `SELECT rowid AS row_number, * FROM ${table} WHERE rowid ${comparison} ? ORDER BY rowid ${order} LIMIT 1`;
    let last: number = start;
    for (;;) {
      const found = readable(database, sql, last);
      if (found === undefined) break;
      const [row] = found as { readonly row_number: number }[];
      // The other end was reached, so all were read.
      if (row === undefined) return [...rows.values()];
      // A damaged page may send the search in a circle.
      if (rows.has(row.row_number)) break;
      rows.set(row.row_number, row);
      last = row.row_number;
    }
  }
  return [...rows.values()];
}

/** `undefined` for what lies on a damaged page. */
function readable(database: StateDatabase, sql: string, ...values: readonly number[]): unknown[] | undefined {
  try {
    return database.all(sql, ...values);
  } catch (error) {
    if (error instanceof BaalError) return undefined;
    throw error;
  }
}

function annotationOf(row: z.infer<typeof ANNOTATION> | undefined) {
  if (row === undefined) return undefined;
  try {
    const annotation: AnnotationRecord = annotationRecord(row);
    return { projectId: row.project_id, annotation };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Name of the file that is given up when the disk is full. */
export const reserveFile = "reserve";
const reserveBytes = 1 << 20;

/**
 * Opens or closes a store in a folder whose disk may be full. That takes a little space itself, for the lock and the log: a file of a megabyte
 * is kept for it, and given up where it is needed, so that a server comes back and answers with what it has. Throws `E_STORE` when
 * even that is not enough.
 */
export async function withReserve<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const reserve = join(folder, reserveFile);
  try {
    return await work().catch(async (error: unknown) => {
      if (!isDiskFull(error) || !existsSync(reserve)) throw error;
      await rm(reserve);
      return await work();
    });
  } catch (error) {
    if (!isDiskFull(error) || error instanceof BaalError) throw error;
    const message = `${folder} cannot be used: its disk is full (${errorMessage(error)}). Nothing was lost: free some space, then start again.`;
    throw new BaalError("E_STORE", message, { cause: error });
  }
}

/** Sets the megabyte aside again, if there is space for it. */
export async function keepReserve(folder: string): Promise<void> {
  const reserve = join(folder, reserveFile);
  if (existsSync(reserve)) return;
  try {
    // Random, since some file systems store zeros in no space.
    await writeFile(reserve, randomBytes(reserveBytes));
  } catch (error) {
    await rm(reserve, { force: true });
    if (!isDiskFull(error)) throw error;
  }
}

function isDiskFull(error: unknown): boolean {
  const { code } = ((error instanceof BaalError && error.cause) || error) as { readonly code?: unknown };
  return ["ENOSPC", "EDQUOT", "SQLITE_FULL"].includes(String(code));
}
