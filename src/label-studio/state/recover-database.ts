import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BaalError } from "../../core/errors.js";
import { type Recovery, recoverDatabase } from "../../system/recover-database.js";
import { StateDatabase } from "../../system/state-database.js";
import { type AnnotationTable, annotationRecord } from "./annotation-table.js";
import { modelsFolder, type VersionStore } from "./model-folders.js";
import type { AnnotationRecord } from "./records.js";

export const databaseFile = "baal.db";

/** {@link recoverDatabase} for a store: one that has models is not new. */
export function recoverStore(folder: string): Promise<Recovery | undefined> {
  return recoverDatabase(folder, databaseFile, { isNew: () => hasNoModels(folder) });
}

async function hasNoModels(folder: string): Promise<boolean> {
  const models = join(folder, modelsFolder);
  return !existsSync(models) || (await readdir(models)).length === 0;
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
