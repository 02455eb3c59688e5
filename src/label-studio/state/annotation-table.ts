import { setImmediate as nextTurn } from "node:timers/promises";
import { BaalError } from "../../core/errors.js";
import type { SqlValue, StateDatabase, Tick } from "../../system/state-database.js";
import { AnnotationCounts, type CountedAnnotation } from "./annotation-counts.js";
import { type AnnotationRecord, type Review, reviews, type TaskMention } from "./records.js";
import {
  adoptDeletions,
  bury,
  type Deletion,
  type Kind,
  listed,
  sawCreations,
  successions,
  tasksCreated,
  tombstonesOf,
} from "./tombstones.js";

export interface SaveOptions {
  /** When they came, in milliseconds since 1970 by this machine's clock; now by default. */
  readonly receivedAt?: number | undefined;
  /** They are in a listing of Label Studio's that was asked for after this {@link AnnotationTable.moment}: what was deleted before has left its number. */
  readonly listedSince?: number | undefined;
}

export interface AnnotationTable {
  /**
   * Saves annotations, all in one transaction. Events may come twice and in any order, so what the store knows already, or knows better, is
   * counted as unchanged: the same content, an earlier revision, an annotation or a task that was deleted. Of two with the same time the later
   * arrival counts. Numbers come back: what Label Studio made after the deletion of another thing with its number is stored.
   */
  saveAnnotations(
    projectId: number,
    annotations: readonly AnnotationRecord[],
    options?: SaveOptions,
  ): { readonly stored: number; readonly unchanged: number };
  /** Deletes annotations, also those that have not come yet. How many there were. */
  deleteAnnotations(projectId: number, ids: readonly number[], options?: Pick<SaveOptions, "receivedAt">): number;
  /** Deletes tasks, and with them their annotations. How many of these there were. */
  deleteTasks(projectId: number, taskIds: readonly number[], options?: Pick<SaveOptions, "receivedAt">): number;
  /** Takes over deletions that another database has recorded. */
  adoptDeletions(projectId: number, deletions: readonly Deletion[]): void;
  /** Tasks were made: others, where one of that number was deleted before. */
  tasksCreated(projectId: number, tasks: readonly TaskMention[], options?: Pick<SaveOptions, "receivedAt">): void;
  /** What a reviewer says of an annotation as it is; nothing for `undefined`, and of one that is not there. */
  saveReview(projectId: number, id: number, review: Review | undefined): void;
  /** Now, as the store counts: for {@link AnnotationTable.forgetMissing}. */
  moment(): number;
  /**
   * Forgets annotations that have not come or changed since that moment and are none of `present`: they are gone from Label Studio. Not for
   * ever, as one is forgotten that an event deletes: should they come again, they are back. Skipped ones stay. How many there were. A part at a time, so
   * that the server answers in between.
   */
  forgetMissing(projectId: number, present: ReadonlySet<number>, moment: number): Promise<number>;
  /** All annotations, in the order in which they arrived or were changed last. */
  annotations(projectId: number): AnnotationRecord[];
  /** How many there are, without those that somebody has skipped. */
  countAnnotations(projectId: number): number;
  /** How many are skipped. */
  countSkipped(projectId: number): number;
  /**
   * How many annotations, skipped ones aside, are new or changed since the run of the project that began then, or in all for `undefined`: by order of
   * arrival, the time only names the run. Throws `E_ARGUMENT` when no run began then.
   */
  annotationsSince(projectId: number, runStartedAt: number | undefined): number;
}

/** So many annotations are looked at in one go. */
const PART = 5_000;

interface AnnotationRow {
  readonly id: number;
  readonly task_id: number;
  readonly data: string;
  readonly result: string;
  readonly completed_by: string | null;
  readonly was_cancelled: number;
  readonly ground_truth: number;
  readonly updated_at: number;
  readonly created_at: number | null;
  readonly task_created_at: number | null;
  readonly lead_time: number | null;
  readonly review: string | null;
  readonly arrival: number;
}

/** A row as a database of any form has it. */
export type SavedRow = Omit<AnnotationRow, LaterColumn | "arrival"> & {
  readonly [Column in LaterColumn]?: AnnotationRow[Column] | undefined;
};

type LaterColumn = "created_at" | "task_created_at" | "lead_time" | "review";

/** The facts that decide whether an annotation is news. */
interface Known extends CountedAnnotation, Pick<AnnotationRecord, "updatedAt" | "createdAt" | "leadTime" | "review"> {
  readonly content: readonly SqlValue[];
}

const contentColumns = ["task_id", "data", "result", "completed_by", "was_cancelled", "ground_truth", "review"] as const;
const revisionColumns = ["updated_at", "created_at", "task_created_at", "lead_time"] as const;

// Of many at once: a call of the driver's takes longer than what SQLite does in it.
const find = `SELECT id, ${contentColumns.join(", ")}, updated_at, created_at, lead_time, arrival FROM annotations
  WHERE project_id = ? AND id IN (SELECT value FROM json_each(?))`;
const upsert = `INSERT OR REPLACE INTO annotations (project_id, id, ${[...contentColumns, ...revisionColumns].join(", ")}, arrival)
  VALUES (?, ?, ${[...contentColumns, ...revisionColumns].map(() => "?").join(", ")}, ?)`;
const renew = `UPDATE annotations SET updated_at = ?, created_at = ?, task_created_at = ifnull(?, task_created_at), lead_time = ?
  WHERE project_id = ? AND id = ?`;

export function annotationTable(database: StateDatabase): AnnotationTable {
  const counts = new AnnotationCounts(database);

  const remove = (projectId: number, kind: Kind, ids: readonly number[], receivedAt = Date.now()) => {
    for (const id of ids) checkId(id, kind);
    counts.forget(projectId);
    return database.write((tick) => bury(database, projectId, { kind, ids, receivedAt }, tick));
  };

  return {
    saveAnnotations(projectId, annotations, { receivedAt = Date.now(), listedSince } = {}) {
      annotations.forEach(checkAnnotation);
      const save = (tick: Tick) => {
        if (listedSince !== undefined) listed(database, projectId, annotations, listedSince);
        const tombstones = tombstonesOf(database, projectId, annotations, receivedAt);
        const present = annotations.filter((annotation) => !tombstones.hides(annotation));
        const tasks = present.map(({ taskId, taskCreatedAt }) => ({ id: taskId, createdAt: taskCreatedAt }));
        const { current, removed } = successions(database, projectId, tasks, tick);
        if (removed > 0) counts.forget(projectId);
        sawCreations(
          database,
          projectId,
          annotations.flatMap(({ createdAt, taskCreatedAt }) => [createdAt, taskCreatedAt]),
        );
        const known = new Map<number, Known>();
        const ids = JSON.stringify(present.map(({ id }) => id));
        for (const row of database.all<AnnotationRow>(find, projectId, ids)) known.set(row.id, knownOf(row));
        let stored = 0;
        for (const annotation of present) {
          const { id, taskId, taskCreatedAt } = annotation;
          const before = known.get(id);
          if (taskCreatedAt !== undefined && taskCreatedAt < (current.get(taskId) ?? taskCreatedAt)) continue;
          if (before && isEarlier(annotation, before, listedSince)) continue;
          const now = joined(annotation, before);
          const { content, updatedAt, createdAt, leadTime } = now;
          const times = [updatedAt, createdAt ?? null, taskCreatedAt ?? null, leadTime ?? null];
          if (before && content.every((value, at) => value === before.content[at])) {
            known.set(id, { ...now, arrival: before.arrival });
            // Saved again as it was: nothing to learn from, but what is older than this stays out.
            const isNews = before.updatedAt !== updatedAt || before.createdAt !== createdAt || before.leadTime !== leadTime;
            if (isNews) database.run(renew, ...times, projectId, id);
            continue;
          }
          const counted = { ...now, arrival: tick() };
          database.run(upsert, projectId, id, ...content, ...times, counted.arrival);
          counts.stored(projectId, counted, before);
          known.set(id, counted);
          stored++;
        }
        return { stored, unchanged: annotations.length - stored };
      };
      // What is listed can be listed again: nobody needs to wait until it is on the disk, or until another process has written.
      return listedSince === undefined ? database.write(save) : database.writeLazily(save, { isPatient: false });
    },
    saveReview(projectId, id, review) {
      database.write((tick) => {
        const change = "UPDATE annotations SET review = ?, arrival = ? WHERE project_id = ? AND id = ? AND review IS NOT ?";
        if (database.run(change, review ?? null, tick(), projectId, id, review ?? null) > 0) counts.forget(projectId);
      });
    },
    deleteAnnotations: (projectId, ids, { receivedAt } = {}) => remove(projectId, "annotation", ids, receivedAt),
    deleteTasks: (projectId, taskIds, { receivedAt } = {}) => remove(projectId, "task", taskIds, receivedAt),
    adoptDeletions(projectId, deletions) {
      counts.forget(projectId);
      database.write((tick) => adoptDeletions(database, projectId, deletions, tick));
    },
    tasksCreated(projectId, tasks, { receivedAt = Date.now() } = {}) {
      for (const { id } of tasks) checkId(id, "task");
      counts.forget(projectId);
      database.write((tick) => {
        tasksCreated(database, projectId, { tasks, receivedAt }, tick);
        successions(database, projectId, tasks, tick);
        sawCreations(
          database,
          projectId,
          tasks.map(({ createdAt }) => createdAt),
        );
      });
    },
    moment: () => database.clock(),
    async forgetMissing(projectId, present, moment) {
      const old = `SELECT id FROM annotations WHERE project_id = ? AND id > ? AND arrival <= ? AND was_cancelled = 0 ORDER BY id LIMIT ${PART}`;
      const remove = "DELETE FROM annotations WHERE project_id = ? AND id IN (SELECT value FROM json_each(?))";
      let removed = 0;
      for (let after = Number.MIN_SAFE_INTEGER; ; await nextTurn()) {
        const part = database.all<{ id: number }>(old, projectId, after, moment).map(({ id }) => id);
        const gone = part.filter((id) => !present.has(id));
        if (gone.length > 0) {
          counts.forget(projectId);
          removed += database.write((tick) => {
            tick();
            return database.run(remove, projectId, JSON.stringify(gone));
          });
        }
        if (part.length < PART) return removed;
        after = part.at(-1)!;
      }
    },
    annotations(projectId) {
      const rows = database.all<AnnotationRow>("SELECT * FROM annotations WHERE project_id = ? ORDER BY arrival", projectId);
      return rows.map(annotationRecord);
    },
    countAnnotations: (projectId) => counts.labelled(projectId),
    countSkipped: (projectId) => counts.skipped(projectId),
    annotationsSince(projectId, runStartedAt) {
      if (runStartedAt === undefined) return counts.labelled(projectId);
      const startedThen = "SELECT arrival FROM runs WHERE project_id = ? AND started_at = ?";
      const run = database.one<{ arrival: number }>(startedThen, projectId, runStartedAt);
      if (!run) throw new BaalError("E_ARGUMENT", `No run of project ${projectId} began at ${runStartedAt}.`);
      return counts.since(projectId, run.arrival);
    },
  };
}

/**
 * Whether what has come is an earlier state of what is stored. Clocks are set back: a correction that took somebody further seconds is one
 * whatever its time, and so is what Label Studio lists now and has not been changed here since it was asked.
 */
function isEarlier(annotation: AnnotationRecord, before: Known, listedSince: number | undefined): boolean {
  const { updatedAt, createdAt, leadTime } = annotation;
  if (listedSince !== undefined && before.arrival <= listedSince) return false;
  // Another one with its number.
  if (createdAt !== undefined && before.createdAt !== undefined && createdAt !== before.createdAt)
    return createdAt < before.createdAt;
  if (updatedAt >= before.updatedAt) return false;
  return !(leadTime !== undefined && before.leadTime !== undefined && leadTime > before.leadTime);
}

/** What is to be stored: what has come, with what only the state before knew. */
function joined(annotation: AnnotationRecord, before: Known | undefined): Omit<Known, "arrival"> {
  const isAnother =
    before?.createdAt !== undefined && annotation.createdAt !== undefined && before.createdAt !== annotation.createdAt;
  const same = isAnother ? undefined : before;
  const own = contentOf(annotation);
  // A review is about what the annotation said then.
  const isSame = same !== undefined && own.slice(0, 3).every((value, at) => value === same.content[at]);
  const review = annotation.review === undefined ? (isSame ? same.review : undefined) : (annotation.review ?? undefined);
  return {
    content: [...own, review ?? null],
    review,
    isSkipped: annotation.wasCancelled,
    // Not before that of an earlier revision, or an old event would pass for a new one.
    updatedAt: Math.max(annotation.updatedAt, same?.updatedAt ?? annotation.updatedAt),
    createdAt: annotation.createdAt ?? same?.createdAt,
    leadTime: annotation.leadTime ?? same?.leadTime,
  };
}

function knownOf(row: AnnotationRow): Known {
  return {
    content: contentColumns.map((column) => row[column]),
    review: reviewOf(row.review),
    isSkipped: row.was_cancelled === 1,
    arrival: row.arrival,
    updatedAt: row.updated_at,
    createdAt: row.created_at ?? undefined,
    leadTime: row.lead_time ?? undefined,
  };
}

function reviewOf(review: string | null | undefined): Review | undefined {
  return reviews.find((known) => known === review);
}

function contentOf({ taskId, data, result, completedBy, wasCancelled, groundTruth }: AnnotationRecord): SqlValue[] {
  return [taskId, JSON.stringify(data), JSON.stringify(result), completedBy ?? null, Number(wasCancelled), Number(groundTruth)];
}

/** A stored annotation; throws where `data` and `result` are not JSON, as in a damaged database. */
export function annotationRecord(row: SavedRow): AnnotationRecord {
  return {
    id: row.id,
    taskId: row.task_id,
    data: JSON.parse(row.data) as AnnotationRecord["data"],
    result: JSON.parse(row.result) as AnnotationRecord["result"],
    completedBy: row.completed_by ?? undefined,
    wasCancelled: row.was_cancelled === 1,
    groundTruth: row.ground_truth === 1,
    updatedAt: row.updated_at,
    ...given("createdAt", row.created_at),
    ...given("taskCreatedAt", row.task_created_at),
    ...given("leadTime", row.lead_time),
    ...given("review", reviewOf(row.review)),
  };
}

/** A field that is there only where it has a value. */
function given<Name extends string, Value>(name: Name, value: Value | null | undefined): { readonly [Key in Name]?: Value } {
  return (value === null || value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
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
