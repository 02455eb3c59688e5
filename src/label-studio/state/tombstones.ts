import type { StateDatabase, Tick } from "../../system/state-database.js";
import type { AnnotationRecord, TaskMention } from "./records.js";

/*
 * What was deleted stays deleted, whatever events about it come late; but Label Studio on SQLite gives the numbers of deleted tasks and annotations
 * to new ones. A tombstone tells the two apart by Label Studio's own clock alone: what was made after the newest thing that was known when
 * the deletion came is another one.
 */

export type Kind = "annotation" | "task";

/** A deletion; times by Label Studio's clock, but for `unseenSince`. */
interface Tombstone {
  readonly id: number;
  /** The newest time of creation that was known when the deletion came; what is not later stays away. */
  readonly newest: number | null;
  /** The creation of another thing with that number, which is there: only what belongs to this one counts. */
  readonly alive_from: number | null;
  /** When the deletion of a thing came that nobody had seen, by this machine's clock. */
  readonly unseen_since: number | null;
}

/**
 * An event that another one overtakes comes within the second that Label Studio waits for an answer. So the creation of a thing whose deletion
 * came first is not taken for a new thing with its number, if it follows at its heels.
 */
const OVERTAKING_MS = 2_000;

const findDeleted = `SELECT id, newest, alive_from, unseen_since FROM deleted
  WHERE project_id = ? AND kind = ? AND id IN (SELECT value FROM json_each(?))`;

/** The tombstones of the tasks and annotations of a batch. */
export interface Tombstones {
  /** Whether the annotation is one that was deleted, or of a task that was. */
  hides(annotation: AnnotationRecord): boolean;
}

export function tombstonesOf(
  database: StateDatabase,
  projectId: number,
  annotations: readonly AnnotationRecord[],
  receivedAt: number,
): Tombstones {
  const rows = (kind: Kind, ids: readonly number[]) => {
    const found = database.all<Tombstone>(findDeleted, projectId, kind, JSON.stringify(ids));
    return new Map(found.map((row) => [row.id, row] as const));
  };
  const own = rows(
    "annotation",
    annotations.map(({ id }) => id),
  );
  const tasks = rows(
    "task",
    annotations.map(({ taskId }) => taskId),
  );
  const judge = (kind: Kind, stones: Map<number, Tombstone>, id: number, createdAt: number | undefined): boolean => {
    const stone = stones.get(id);
    if (stone === undefined || isAnother(stone, createdAt, receivedAt)) return false;
    if (createdAt !== undefined) stones.set(id, outdate(database, projectId, kind, stone, createdAt));
    return true;
  };
  return {
    hides: ({ id, taskId, createdAt, taskCreatedAt }) =>
      judge("task", tasks, taskId, taskCreatedAt ?? createdAt) || judge("annotation", own, id, createdAt),
  };
}

function isAnother({ newest, alive_from, unseen_since }: Tombstone, createdAt: number | undefined, receivedAt: number): boolean {
  if (alive_from !== null) return createdAt === undefined || createdAt >= alive_from;
  if (createdAt === undefined || createdAt <= (newest ?? Number.NEGATIVE_INFINITY)) return false;
  // Where nothing was known then, only that it does not follow at its heels tells that it is another one.
  return unseen_since === null ? newest !== null : Math.abs(receivedAt - unseen_since) > OVERTAKING_MS;
}

export interface BuryOptions {
  readonly kind: Kind;
  readonly ids: readonly number[];
  /** Milliseconds since 1970, by this machine's clock. */
  readonly receivedAt: number;
}

/** Records deletions, and deletes the annotations. How many there were. */
export function bury(database: StateDatabase, projectId: number, { kind, ids, receivedAt }: BuryOptions, tick: Tick): number {
  const column = kind === "task" ? "task_id" : "id";
  const newest = newestCreation(database, projectId);
  const which = [projectId, kind] as const;
  let removed = 0;
  for (const id of ids) {
    const [before] = database.all<Tombstone>(findDeleted, ...which, JSON.stringify([id]));
    const isKnown = isThere(database, projectId, kind, id);
    const gone = database.run(`DELETE FROM annotations WHERE project_id = ? AND ${column} = ?`, projectId, id);
    if (kind === "task") database.run("DELETE FROM tasks WHERE project_id = ? AND id = ?", projectId, id);
    removed += gone;
    tick();
    if (before !== undefined && before.alive_from === null && !isKnown) {
      // Said again, or the deletion of another one that nobody has seen: what was known at the first one counts.
      const again = "UPDATE deleted SET unseen_since = ? WHERE project_id = ? AND kind = ? AND id = ?";
      database.run(again, receivedAt, ...which, id);
      continue;
    }
    const isSeen = isKnown || (before?.alive_from ?? null) !== null;
    const columns = "(project_id, kind, id, newest, alive_from, unseen_since, arrival)";
    const values = [newest, isSeen ? null : receivedAt, tick()] as const;
    database.run(`INSERT OR REPLACE INTO deleted ${columns} VALUES (?, ?, ?, ?, NULL, ?, ?)`, ...which, id, ...values);
  }
  return removed;
}

/** Whether a task or annotation of that number was seen, and not deleted since. */
function isThere(database: StateDatabase, projectId: number, kind: Kind, id: number): boolean {
  const annotated = `SELECT 1 FROM annotations WHERE project_id = ? AND ${kind === "task" ? "task_id" : "id"} = ? LIMIT 1`;
  if (database.one(annotated, projectId, id)) return true;
  return kind === "task" && database.one("SELECT 1 FROM tasks WHERE project_id = ? AND id = ?", projectId, id) !== undefined;
}

/** The newest time of creation that anything of the project has carried. */
function newestCreation(database: StateDatabase, projectId: number): number | null {
  return (
    database.one<{ newest_created_at: number | null }>("SELECT newest_created_at FROM projects WHERE id = ?", projectId)
      ?.newest_created_at ?? null
  );
}

/** Remembers times of creation that have come. */
export function sawCreations(database: StateDatabase, projectId: number, times: readonly (number | undefined)[]): void {
  const newest = times.reduce<number>((most, at) => Math.max(most, at ?? most), Number.NEGATIVE_INFINITY);
  if (newest === Number.NEGATIVE_INFINITY || newest <= (newestCreation(database, projectId) ?? Number.NEGATIVE_INFINITY)) return;
  database.run("UPDATE projects SET newest_created_at = ? WHERE id = ?", newest, projectId);
}

/** Tasks were made: those whose numbers were deleted ones are others, unless the event is an old one. */
export function tasksCreated(
  database: StateDatabase,
  projectId: number,
  { tasks, receivedAt }: { readonly tasks: readonly TaskMention[]; readonly receivedAt: number },
  tick: Tick,
): void {
  const found = database.all<Tombstone>(findDeleted, projectId, "task", JSON.stringify(tasks.map(({ id }) => id)));
  const stones = new Map(found.map((stone) => [stone.id, stone] as const));
  for (const { id, createdAt } of tasks) {
    const stone = stones.get(id);
    if (stone !== undefined && !isAnother(stone, createdAt, receivedAt) && createdAt !== undefined) {
      outdate(database, projectId, "task", stone, createdAt);
      continue;
    }
    tick();
    database.run("INSERT OR REPLACE INTO tasks VALUES (?, ?, ?)", projectId, id, createdAt ?? null);
    if (stone === undefined) continue;
    if (createdAt === undefined)
      database.run("DELETE FROM deleted WHERE project_id = ? AND kind = 'task' AND id = ?", projectId, id);
    else {
      const alive = "UPDATE deleted SET alive_from = ?, unseen_since = NULL WHERE project_id = ? AND kind = 'task' AND id = ?";
      database.run(alive, createdAt, projectId, id);
    }
  }
}

/** What was deleted has come late: nothing of the same age is another one from now on. */
function outdate(database: StateDatabase, projectId: number, kind: Kind, stone: Tombstone, createdAt: number): Tombstone {
  if (stone.unseen_since === null || stone.alive_from !== null) return stone;
  const newest = Math.max(stone.newest ?? createdAt, createdAt);
  database.run("UPDATE deleted SET newest = ? WHERE project_id = ? AND kind = ? AND id = ?", newest, projectId, kind, stone.id);
  return { ...stone, newest };
}

/**
 * Annotations and their tasks are in a listing that was asked for after `moment`: deletions that were recorded by then are those of others
 * that had their numbers.
 */
export function listed(
  database: StateDatabase,
  projectId: number,
  annotations: readonly AnnotationRecord[],
  moment: number,
): void {
  const end = (kind: Kind, present: ReadonlyMap<number, number | undefined>) => {
    const old = `${findDeleted} AND arrival <= ? AND alive_from IS NULL`;
    for (const { id } of database.all<Tombstone>(old, projectId, kind, JSON.stringify([...present.keys()]), moment)) {
      const at = present.get(id);
      const which = "WHERE project_id = ? AND kind = ? AND id = ?";
      if (at === undefined) database.run(`DELETE FROM deleted ${which}`, projectId, kind, id);
      else database.run(`UPDATE deleted SET alive_from = ?, unseen_since = NULL ${which}`, at, projectId, kind, id);
    }
  };
  end("annotation", new Map(annotations.map(({ id, createdAt }) => [id, createdAt] as const)));
  end("task", new Map(annotations.map(({ taskId, taskCreatedAt }) => [taskId, taskCreatedAt] as const)));
}

const newestOfTasks = `SELECT task_id, max(task_created_at) AS at FROM annotations
  WHERE project_id = ? AND task_id IN (SELECT value FROM json_each(?)) AND task_created_at IS NOT NULL GROUP BY task_id`;

/**
 * Tasks that have the number of another one whose deletion nobody told of: the annotations of that one go. Gives, for each task that is known,
 * the time of creation of the one that is there, with those that are mentioned, and how many annotations went.
 */
export function successions(
  database: StateDatabase,
  projectId: number,
  mentions: readonly TaskMention[],
  tick: Tick,
): { readonly current: ReadonlyMap<number, number>; readonly removed: number } {
  let removed = 0;
  const current = new Map<number, number>();
  const known = database.all<{ task_id: number; at: number }>(
    newestOfTasks,
    projectId,
    JSON.stringify([...new Set(mentions.map(({ id }) => id))]),
  );
  for (const { task_id, at } of known) current.set(task_id, at);
  for (const { id, createdAt } of mentions) {
    const before = current.get(id);
    if (createdAt === undefined || before === undefined || createdAt <= before) continue;
    tick();
    const old = "DELETE FROM annotations WHERE project_id = ? AND task_id = ? AND task_created_at < ?";
    removed += database.run(old, projectId, id, createdAt);
    current.set(id, createdAt);
  }
  return { current, removed };
}

/** A deletion as another database has recorded it; fields that older ones do not have may be missing. */
export interface Deletion {
  readonly kind: Kind;
  readonly id: number;
  readonly newest?: number | null | undefined;
  readonly alive_from?: number | null | undefined;
}

/** Takes over deletions that another database has recorded, and deletes what they are about. */
export function adoptDeletions(database: StateDatabase, projectId: number, deletions: readonly Deletion[], tick: Tick): void {
  const columns = "(project_id, kind, id, newest, alive_from, unseen_since, arrival)";
  for (const { kind, id, newest = null, alive_from: aliveFrom = null } of deletions) {
    const [column, made] = kind === "task" ? ["task_id", "ifnull(task_created_at, created_at)"] : ["id", "created_at"];
    const known = database.run(
      `INSERT OR IGNORE INTO deleted ${columns} VALUES (?, ?, ?, ?, ?, NULL, ?)`,
      ...[projectId, kind, id, newest, aliveFrom, tick()],
    );
    if (known === 0 && aliveFrom === null) continue;
    const isOld = `(${made} IS NULL OR ${aliveFrom === null ? `ifnull(${made} <= ?, 1)` : `${made} < ?`})`;
    const bound = aliveFrom ?? newest;
    database.run(`DELETE FROM annotations WHERE project_id = ? AND ${column} = ? AND ${isOld}`, projectId, id, bound);
  }
}
