import { BaalError } from "../../errors.js";
import type { VersionRecord } from "./records.js";
import type { StateDatabase } from "./state-database.js";

export interface VersionTable {
  /** Records a version whose folder is complete. Throws `E_ARGUMENT` for a version that is there already. */
  addVersion(version: VersionRecord): void;
  /** The project's versions, in the order in which they were added. */
  versions(projectId: number): VersionRecord[];
  /** Makes a version answer the project's predictions; none for `undefined`. Throws `E_ARGUMENT` for a version that is not there. */
  serve(projectId: number, version: string | undefined): void;
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
