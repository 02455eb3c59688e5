import { BaalError } from "../../errors.js";
import type { ProjectKey, ProjectRecord } from "./records.js";
import type { StateDatabase } from "./state-database.js";

export interface ProjectTable {
  /** The project of that key; it is made, with the title, if it is new. */
  project(key: ProjectKey, title?: string): ProjectRecord;
  findProject(key: ProjectKey): ProjectRecord | undefined;
  projectById(id: number): ProjectRecord | undefined;
  /** All projects, the oldest first. */
  projects(): ProjectRecord[];
  /** Saves what Label Studio said last. Whether the labelling configuration is another one than before; a new title alone is none. */
  saveConfig(projectId: number, config: { readonly labelConfig: string; readonly title?: string }): boolean;
}

interface ProjectRow {
  readonly id: number;
  readonly hostname: string;
  readonly project: string;
  readonly title: string;
  readonly label_config: string;
  readonly serving_version: string | null;
  readonly created_at: number;
}

const byKey = "SELECT * FROM projects WHERE hostname = ? AND project = ?";
const byId = "SELECT * FROM projects WHERE id = ?";

export function projectTable(database: StateDatabase): ProjectTable {
  const find = (sql: string, ...values: readonly (string | number)[]) => {
    const row = database.one<ProjectRow>(sql, ...values);
    return row && projectRecord(row);
  };
  return {
    project({ hostname, project }, title = "") {
      const known = find(byKey, hostname, project);
      if (known) return known;
      return database.write((tick) => {
        tick();
        const columns = "(hostname, project, title, label_config, created_at)";
        database.run(`INSERT INTO projects ${columns} VALUES (?, ?, ?, '', ?)`, hostname, project, title, Date.now());
        return find(byKey, hostname, project)!;
      });
    },
    findProject: ({ hostname, project }) => find(byKey, hostname, project),
    projectById: (id) => find(byId, id),
    projects: () => database.all<ProjectRow>("SELECT * FROM projects ORDER BY id").map(projectRecord),
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
