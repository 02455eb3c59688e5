import { BaalError } from "../../errors.js";
import type { RunRecord, RunStatus } from "./records.js";
import type { StateDatabase } from "./state-database.js";

export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  readonly version?: string;
  readonly message?: string;
}

export interface RunTable {
  /** Records that a training begins. */
  beginRun(projectId: number, cause: string): RunRecord;
  /** Records how it ended. Throws `E_ARGUMENT` when it is not running. */
  endRun(id: number, end: RunEnd): void;
  /** The project's last runs, the newest first. */
  runs(projectId: number, limit: number): RunRecord[];
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
      return database.write((tick) => {
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

function runRecord(row: RunRow): RunRecord {
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
