import { BaalError } from "../../core/errors.js";
import type { AnnotationRecord } from "./records.js";
import type { SqlValue, StateDatabase } from "./state-database.js";

export interface AnnotationTable {
  /**
   * Saves annotations, all in one transaction. Events may come twice and in any order, so what the store knows already, or knows better, is
   * counted as unchanged: the same content, an `updatedAt` before the stored one, an annotation or a task that was deleted. Of two with the
   * same `updatedAt` the later arrival counts.
   */
  saveAnnotations(
    projectId: number,
    annotations: readonly AnnotationRecord[],
  ): { readonly stored: number; readonly unchanged: number };
  /** Deletes annotations for ever, also those that have not come yet. How many there were. */
  deleteAnnotations(projectId: number, ids: readonly number[]): number;
  /** Deletes tasks for ever, and with them their annotations. How many of these there were. */
  deleteTasks(projectId: number, taskIds: readonly number[]): number;
  /** Now, as the store counts: for {@link AnnotationTable.forgetMissing}. */
  moment(): number;
  /**
   * Forgets annotations that have not come or changed since that moment and are none of `present`: they are gone from Label Studio. Not for
   * ever, as one is forgotten that an event deletes: should they come again, they are back. Skipped ones stay. How many there were.
   */
  forgetMissing(projectId: number, present: ReadonlySet<number>, moment: number): number;
  /** All annotations, in the order in which they arrived or were changed last. */
  annotations(projectId: number): AnnotationRecord[];
  countAnnotations(projectId: number): number;
  /**
   * How many annotations are new or changed since the run of the project that began then, or in all for `undefined`: by order of
   * arrival, the time only names the run. Throws `E_ARGUMENT` when no run began then.
   */
  annotationsSince(projectId: number, runStartedAt: number | undefined): number;
}

interface AnnotationRow {
  readonly id: number;
  readonly task_id: number;
  readonly data: string;
  readonly result: string;
  readonly completed_by: string | null;
  readonly was_cancelled: number;
  readonly ground_truth: number;
  readonly updated_at: number;
}

/** The facts that decide whether an annotation is news. */
interface Known {
  readonly content: readonly SqlValue[];
  readonly updatedAt: number;
}

const contentColumns = ["task_id", "data", "result", "completed_by", "was_cancelled", "ground_truth"] as const;

// Of many at once: a call of the driver's takes longer than what SQLite does in it.
const findDeleted = "SELECT id FROM deleted WHERE project_id = ? AND kind = ? AND id IN (SELECT value FROM json_each(?))";
const find = `SELECT id, ${contentColumns.join(", ")}, updated_at FROM annotations
  WHERE project_id = ? AND id IN (SELECT value FROM json_each(?))`;
const upsert = `INSERT OR REPLACE INTO annotations (project_id, id, ${contentColumns.join(", ")}, updated_at, arrival)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const renew = "UPDATE annotations SET updated_at = ? WHERE project_id = ? AND id = ?";

export function annotationTable(database: StateDatabase): AnnotationTable {
  const count = (condition: string, ...values: readonly SqlValue[]) =>
    database.one<{ n: number }>(`SELECT count(*) AS n FROM annotations WHERE ${condition}`, ...values)!.n;

  const remove = (projectId: number, kind: "annotation" | "task", ids: readonly number[]) => {
    const column = kind === "task" ? "task_id" : "id";
    for (const id of ids) checkId(id, kind);
    return database.write((tick) => {
      let removed = 0;
      for (const id of ids) {
        const isNews = database.run("INSERT OR IGNORE INTO deleted VALUES (?, ?, ?)", projectId, kind, id);
        if (isNews > 0) tick();
        removed += database.run(`DELETE FROM annotations WHERE project_id = ? AND ${column} = ?`, projectId, id);
      }
      return removed;
    });
  };

  return {
    saveAnnotations(projectId, annotations) {
      annotations.forEach(checkAnnotation);
      return database.write((tick) => {
        const ids = JSON.stringify(annotations.map(({ id }) => id));
        const taskIds = JSON.stringify(annotations.map(({ taskId }) => taskId));
        const deleted = new Set(database.all<{ id: number }>(findDeleted, projectId, "annotation", ids).map(({ id }) => id));
        const deletedTasks = new Set(database.all<{ id: number }>(findDeleted, projectId, "task", taskIds).map(({ id }) => id));
        const known = new Map<number, Known>();
        for (const row of database.all<AnnotationRow>(find, projectId, ids)) {
          known.set(row.id, { content: contentColumns.map((column) => row[column]), updatedAt: row.updated_at });
        }
        let stored = 0;
        for (const annotation of annotations) {
          const { id, taskId, updatedAt } = annotation;
          const before = known.get(id);
          if (deleted.has(id) || deletedTasks.has(taskId) || (before && before.updatedAt > updatedAt)) continue;
          const content = contentOf(annotation);
          known.set(id, { content, updatedAt });
          if (before && content.every((value, at) => value === before.content[at])) {
            // Saved again as it was: nothing to learn from, but what is older than this stays out.
            if (before.updatedAt < updatedAt) database.run(renew, updatedAt, projectId, id);
            continue;
          }
          database.run(upsert, projectId, id, ...content, updatedAt, tick());
          stored++;
        }
        return { stored, unchanged: annotations.length - stored };
      });
    },
    deleteAnnotations: (projectId, ids) => remove(projectId, "annotation", ids),
    deleteTasks: (projectId, taskIds) => remove(projectId, "task", taskIds),
    moment: () => database.clock(),
    forgetMissing(projectId, present, moment) {
      const old = "SELECT id FROM annotations WHERE project_id = ? AND arrival <= ? AND was_cancelled = 0";
      const gone = database.all<{ id: number }>(old, projectId, moment).filter(({ id }) => !present.has(id));
      if (gone.length === 0) return 0;
      return database.write((tick) => {
        tick();
        for (const { id } of gone) database.run("DELETE FROM annotations WHERE project_id = ? AND id = ?", projectId, id);
        return gone.length;
      });
    },
    annotations(projectId) {
      const rows = database.all<AnnotationRow>("SELECT * FROM annotations WHERE project_id = ? ORDER BY arrival", projectId);
      return rows.map(annotationRecord);
    },
    countAnnotations: (projectId) => count("project_id = ?", projectId),
    annotationsSince(projectId, runStartedAt) {
      if (runStartedAt === undefined) return count("project_id = ?", projectId);
      const startedThen = "SELECT arrival FROM runs WHERE project_id = ? AND started_at = ?";
      const run = database.one<{ arrival: number }>(startedThen, projectId, runStartedAt);
      if (!run) throw new BaalError("E_ARGUMENT", `No run of project ${projectId} began at ${runStartedAt}.`);
      return count("project_id = ? AND arrival > ?", projectId, run.arrival);
    },
  };
}

function contentOf({ taskId, data, result, completedBy, wasCancelled, groundTruth }: AnnotationRecord): SqlValue[] {
  return [taskId, JSON.stringify(data), JSON.stringify(result), completedBy ?? null, Number(wasCancelled), Number(groundTruth)];
}

/** A stored annotation; throws where `data` and `result` are not JSON, as in a damaged database. */
export function annotationRecord(row: AnnotationRow): AnnotationRecord {
  return {
    id: row.id,
    taskId: row.task_id,
    data: JSON.parse(row.data) as AnnotationRecord["data"],
    result: JSON.parse(row.result) as AnnotationRecord["result"],
    completedBy: row.completed_by ?? undefined,
    wasCancelled: row.was_cancelled === 1,
    groundTruth: row.ground_truth === 1,
    updatedAt: row.updated_at,
  };
}

function checkAnnotation({ id, taskId, updatedAt }: AnnotationRecord): void {
  checkId(id, "annotation");
  checkId(taskId, "task");
  if (!Number.isFinite(updatedAt)) {
    throw new BaalError(
      "E_ARGUMENT",
      `The time of annotation ${id} is expected to be milliseconds since 1970, got ${updatedAt}.`,
    );
  }
}

function checkId(id: number, kind: "annotation" | "task"): void {
  if (!Number.isSafeInteger(id)) {
    throw new BaalError("E_ARGUMENT", `The number of the ${kind} is expected to be a whole number, got ${id}.`);
  }
}
