import type { EventRecord } from "./records.js";
import type { StateDatabase } from "./state-database.js";

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
      database.write((tick) => {
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
