import { BaalError } from "../../core/errors.js";
import type { StateDatabase } from "../../system/state-database.js";
import type { EventRecord, ProjectKey, ProjectRecord, RunStatus, TrainingRun, VersionRecord } from "./records.js";

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly version?: string | undefined;
  readonly message?: string | undefined;
}

export interface RunTable {
  /** Records that a training begins. */
  beginRun(projectId: number, cause: string): TrainingRun;
  /** Records how it ended. Throws `E_ARGUMENT` when it is not running. */
  endRun(id: number, end: RunEnd): void;
  /** The project's last runs, the newest first. */
  runs(projectId: number, limit: number): TrainingRun[];
}

interface RunRow {
  readonly id: number;
  readonly project_id: number;
  readonly status: RunStatus;
  readonly cause: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly version: string | null;
  readonly message: string | null;
}

export function runTable(database: StateDatabase): RunTable {
  return {
    beginRun(projectId, cause) {
      // A run that a power failure takes is begun again by what asked for it.
      return database.writeLazily((tick) => {
        // Its time also names a run of the project, so two runs in a millisecond do not share it.
        let startedAt = Date.now();
        while (database.one("SELECT 1 FROM runs WHERE project_id = ? AND started_at = ?", projectId, startedAt)) startedAt++;
        const columns = "(project_id, status, cause, arrival, started_at)";
        database.run(`INSERT INTO runs ${columns} VALUES (?, 'running', ?, ?, ?)`, projectId, cause, tick(), startedAt);
        return runRecord(
          database.one<RunRow>("SELECT * FROM runs WHERE project_id = ? AND started_at = ?", projectId, startedAt)!,
        );
      });
    },
    endRun(id, { status, version, message }) {
      database.write((tick) => {
        tick();
        const end = "UPDATE runs SET status = ?, version = ?, message = ?, ended_at = ? WHERE id = ? AND status = 'running'";
        if (database.run(end, status, version ?? null, message ?? null, Date.now(), id) === 0) {
          throw new BaalError("E_ARGUMENT", `Run ${id} is not running and cannot end as ${status}.`);
        }
      });
    },
    runs(projectId, limit) {
      const rows = database.all<RunRow>("SELECT * FROM runs WHERE project_id = ? ORDER BY id DESC LIMIT ?", projectId, limit);
      return rows.map(runRecord);
    },
  };
}

/** Ends the runs that no process works on any more, since this one has the store for itself now. How many there were. */
export function interruptRuns(database: StateDatabase): number {
  if (!database.one("SELECT 1 FROM runs WHERE status = 'running'")) return 0;
  return database.write((tick) => {
    tick();
    const message = "The server ended while it was training.";
    return database.run(
      "UPDATE runs SET status = 'interrupted', message = ?, ended_at = ? WHERE status = 'running'",
      message,
      Date.now(),
    );
  });
}

function runRecord(row: RunRow): TrainingRun {
  return {
    id: row.id,
    projectId: row.project_id,
    status: row.status,
    cause: row.cause,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    version: row.version ?? undefined,
    message: row.message ?? undefined,
  };
}

export interface ProjectTable {
  /** The project of that key; it is made, with the title, if it is new. Throws {@link ProjectLimitError} where there are as many as there can be. */
  project(key: ProjectKey, title?: string): ProjectRecord;
  findProject(key: ProjectKey): ProjectRecord | undefined;
  projectById(id: number): ProjectRecord | undefined;
  /** All projects, the oldest first, but those that were joined to another. */
  projects(): ProjectRecord[];
  /** Saves what Label Studio said last. Whether the labelling configuration is another one than before; a new title alone is none. */
  saveConfig(projectId: number, config: { readonly labelConfig: string; readonly title?: string | undefined }): boolean;
}

interface ProjectRow {
  readonly id: number;
  readonly hostname: string;
  readonly project: string;
  readonly title: string;
  readonly label_config: string;
  readonly serving_version: string | null;
  readonly created_at: number;
  readonly joined_to: number | null;
}

/** Far more than a team has, and few enough for a server that anybody may call to stay quick. */
const MOST_PROJECTS = 20_000;

/** A store has as many projects as it can have (`E_ARGUMENT`): one that is new is not taken. */
export class ProjectLimitError extends BaalError {
  constructor(project: string) {
    super(
      "E_ARGUMENT",
      `At most ${MOST_PROJECTS} projects are expected in one server, and it has as many: project ${project.slice(0, 100)} is not taken. Remove those that are gone (baal forget), or start a second server with a folder of its own.`,
    );
  }
}

const byKey = "SELECT * FROM projects WHERE hostname = ? AND project = ? AND joined_to IS NULL";
const byId = "SELECT * FROM projects WHERE id = ?";

export function projectTable(database: StateDatabase): ProjectTable {
  const find = (sql: string, ...values: readonly (string | number)[]) => {
    const row = database.one<ProjectRow>(sql, ...values);
    return row && projectRecord(row);
  };
  let cached: { readonly version: number; readonly projects: readonly ProjectRecord[] } | undefined;
  database.onRollback(() => {
    cached = undefined;
  });
  /** Each event asks for all of them: they are read again when this process or another one has changed something. */
  const all = (): readonly ProjectRecord[] => {
    const version = database.one<{ value: number }>("SELECT value FROM project_changes")!.value;
    if (cached?.version !== version) {
      const rows = database.all<ProjectRow>("SELECT * FROM projects WHERE joined_to IS NULL ORDER BY id");
      cached = { version, projects: rows.map(projectRecord) };
    }
    return cached.projects;
  };
  return {
    project({ hostname, project }, title = "") {
      const known = find(byKey, hostname, project);
      if (known) return known;
      return database.write((tick) => {
        tick();
        // One that was joined to another may turn out to be apart.
        const again = "UPDATE projects SET joined_to = NULL WHERE hostname = ? AND project = ?";
        if (database.run(again, hostname, project) > 0) return find(byKey, hostname, project)!;
        if (database.one<{ count: number }>("SELECT count(*) AS count FROM projects")!.count >= MOST_PROJECTS) {
          throw new ProjectLimitError(project);
        }
        const columns = "(hostname, project, title, label_config, created_at)";
        database.run(`INSERT INTO projects ${columns} VALUES (?, ?, ?, '', ?)`, hostname, project, title, Date.now());
        return find(byKey, hostname, project)!;
      });
    },
    findProject: ({ hostname, project }) => find(byKey, hostname, project),
    projectById: (id) => find(byId, id),
    projects: () => [...all()],
    saveConfig(projectId, { labelConfig, title }) {
      const before = find(byId, projectId);
      if (!before) throw new BaalError("E_ARGUMENT", `There is no project ${projectId} to save a labelling configuration of.`);
      const changed = before.labelConfig !== labelConfig;
      const newTitle = title ?? before.title;
      if (changed || newTitle !== before.title) {
        database.write((tick) => {
          tick();
          database.run("UPDATE projects SET label_config = ?, title = ? WHERE id = ?", labelConfig, newTitle, projectId);
        });
      }
      return changed;
    },
  };
}

function projectRecord(row: ProjectRow): ProjectRecord {
  const { id, hostname, project, title } = row;
  const servingVersion = row.serving_version ?? undefined;
  return { id, hostname, project, title, labelConfig: row.label_config, servingVersion, createdAt: row.created_at };
}

/** A training that was asked for and has not begun. */
export interface TrainingRequest {
  readonly projectId: number;
  readonly cause: string;
}

export interface RequestTable {
  /** One per project: a second one changes nothing. */
  addTrainingRequest(request: TrainingRequest): void;
  removeTrainingRequest(projectId: number): void;
  /** In the order in which they came. */
  trainingRequests(): TrainingRequest[];
}

export function requestTable(database: StateDatabase): RequestTable {
  return {
    addTrainingRequest({ projectId, cause }) {
      database.write((tick) => {
        const columns = "(project_id, cause, arrival)";
        database.run(`INSERT OR IGNORE INTO training_requests ${columns} VALUES (?, ?, ?)`, projectId, cause, tick());
      });
    },
    removeTrainingRequest(projectId) {
      database.write((tick) => {
        tick();
        database.run("DELETE FROM training_requests WHERE project_id = ?", projectId);
      });
    },
    trainingRequests() {
      type Row = { readonly project_id: number; readonly cause: string };
      const rows = database.all<Row>("SELECT project_id, cause FROM training_requests ORDER BY arrival");
      return rows.map(({ project_id: projectId, cause }) => ({ projectId, cause }));
    },
  };
}

export interface EventTable {
  /** Keeps something for the operator to see; the last 10,000 are kept. */
  logEvent(event: Omit<EventRecord, "id" | "at">): void;
  /** The last events, of one project or of all and none, the newest first. */
  events(limit: number, projectId?: number): EventRecord[];
}

interface EventRow {
  readonly id: number;
  readonly at: number;
  readonly project_id: number | null;
  readonly level: EventRecord["level"];
  readonly message: string;
}

const kept = 10_000;

export function eventTable(database: StateDatabase): EventTable {
  return {
    logEvent({ projectId, level, message }) {
      // A line of the log that a power failure takes is no loss that anybody should wait for.
      database.writeLazily((tick) => {
        tick();
        const columns = "(at, project_id, level, message)";
        database.run(`INSERT INTO events ${columns} VALUES (?, ?, ?, ?)`, Date.now(), projectId ?? null, level, message);
        database.run("DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?", kept);
      });
    },
    events(limit, projectId) {
      const newest = "ORDER BY id DESC LIMIT ?";
      const rows =
        projectId === undefined
          ? database.all<EventRow>(`SELECT * FROM events ${newest}`, limit)
          : database.all<EventRow>(`SELECT * FROM events WHERE project_id = ? ${newest}`, projectId, limit);
      return rows.map(({ project_id, ...row }) => ({ ...row, projectId: project_id ?? undefined }));
    },
  };
}

export interface VersionTable {
  /** Records a version whose folder is complete. Throws `E_ARGUMENT` for a version that is there already. */
  addVersion(version: VersionRecord): void;
  /** The project's versions, in the order in which they were added. */
  versions(projectId: number): VersionRecord[];
  /** Makes a version answer the project's predictions; none for `undefined`. Throws `E_ARGUMENT` for a version that is not there. */
  serve(projectId: number, version: string | undefined): void;
  /** Records that a version's scores are in Label Studio. Throws `E_ARGUMENT` for a version that is not there. */
  scoresPushed(projectId: number, version: string): void;
  /** Whether they are there. */
  hasPushedScores(projectId: number, version: string): boolean;
  /** Whether those of any version of the project ever were, of one that was removed as well. */
  hasPushedAny(projectId: number): boolean;
  /** Names of all versions that the project ever had, in no order. */
  versionNames(projectId: number): string[];
  /** Forgets a version; {@link removeOldVersions} removes the folder, too. Throws `E_ARGUMENT` for the one that serves. */
  removeVersion(projectId: number, version: string): void;
}

interface VersionRow {
  readonly project_id: number;
  readonly version: string;
  readonly folder: string;
  readonly labels: string;
  readonly trained: number;
  readonly held_out: number;
  readonly metrics: string;
  readonly created_at: number;
}

const columns = "(project_id, version, folder, labels, trained, held_out, metrics, created_at, arrival)";

export function versionTable(database: StateDatabase): VersionTable {
  const mustBeThere = (changes: number, projectId: number, version: string | undefined) => {
    if (changes === 0) throw new BaalError("E_ARGUMENT", `Project ${projectId} has no version ${version ?? ""}.`);
  };
  return {
    addVersion({ projectId, version, folder, labels, trained, heldOut, metrics, createdAt }) {
      const json = [JSON.stringify(labels), JSON.stringify(metrics)] as const;
      database.write((tick) => {
        const values = [projectId, version, folder, json[0], trained, heldOut, json[1], createdAt, tick()] as const;
        database.run(`INSERT INTO versions ${columns} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, ...values);
      });
    },
    versions(projectId) {
      const rows = database.all<VersionRow>("SELECT * FROM versions WHERE project_id = ? ORDER BY arrival", projectId);
      return rows.map(versionRecord);
    },
    serve(projectId, version) {
      database.write((tick) => {
        tick();
        const isThere = "SELECT 1 FROM versions WHERE project_id = ? AND version = ?";
        if (version !== undefined) mustBeThere(database.all(isThere, projectId, version).length, projectId, version);
        const changes = database.run("UPDATE projects SET serving_version = ? WHERE id = ?", version ?? null, projectId);
        mustBeThere(changes, projectId, version);
      });
    },
    scoresPushed(projectId, version) {
      database.write((tick) => {
        tick();
        const pushed = "UPDATE versions SET scores_pushed_at = ? WHERE project_id = ? AND version = ?";
        mustBeThere(database.run(pushed, Date.now(), projectId, version), projectId, version);
      });
    },
    hasPushedScores(projectId, version) {
      const pushed = "SELECT 1 FROM versions WHERE project_id = ? AND version = ? AND scores_pushed_at IS NOT NULL";
      return database.one(pushed, projectId, version) !== undefined;
    },
    hasPushedAny: (projectId) =>
      database.one("SELECT 1 FROM version_names WHERE project_id = ? AND scores_pushed_at IS NOT NULL", projectId) !== undefined,
    versionNames(projectId) {
      const rows = database.all<{ version: string }>("SELECT version FROM version_names WHERE project_id = ?", projectId);
      return rows.map(({ version }) => version);
    },
    removeVersion(projectId, version) {
      database.write((tick) => {
        tick();
        const serves = "SELECT 1 FROM projects WHERE id = ? AND serving_version = ?";
        if (database.one(serves, projectId, version)) {
          throw new BaalError(
            "E_ARGUMENT",
            `Version ${version} of project ${projectId} answers its predictions and is not removed.`,
          );
        }
        mustBeThere(
          database.run("DELETE FROM versions WHERE project_id = ? AND version = ?", projectId, version),
          projectId,
          version,
        );
      });
    },
  };
}

function versionRecord(row: VersionRow): VersionRecord {
  return {
    projectId: row.project_id,
    version: row.version,
    folder: row.folder,
    labels: JSON.parse(row.labels) as VersionRecord["labels"],
    trained: row.trained,
    heldOut: row.held_out,
    metrics: JSON.parse(row.metrics) as VersionRecord["metrics"],
    createdAt: row.created_at,
  };
}
