import type { StateDatabase } from "./state-database.js";

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
