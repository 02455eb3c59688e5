import type { StateDatabase } from "../../system/state-database.js";

/** A name that a Label Studio goes by. */
export interface HostNameRecord {
  readonly name: string;
  /** The name that its projects are kept under: the first one that was known. */
  readonly instance: string;
  /** Whether it was found out that it is not the Label Studio that it was taken for: it is never taken for another one again. */
  readonly isApart: boolean;
}

/** Names of the Label Studios that share a server, and how projects that turn out to be one are joined. */
export interface HostNameTable {
  hostNames(): HostNameRecord[];
  /** Says whose name it is from now on. */
  saveHostName(record: HostNameRecord): void;
  /** Gives a project another host name. Nothing may be known by that name and the project's key. */
  renameProject(projectId: number, hostname: string): void;
  /** Hides a project, whose annotations another one has by now: nothing of it is deleted. */
  hideProject(projectId: number, joinedTo: number): void;
}

interface HostNameRow {
  readonly name: string;
  readonly instance: string;
  readonly is_apart: number;
}

export function hostNameTable(database: StateDatabase): HostNameTable {
  return {
    hostNames: () =>
      database
        .all<HostNameRow>("SELECT * FROM host_names ORDER BY rowid")
        .map(({ name, instance, is_apart }) => ({ name, instance, isApart: is_apart === 1 })),
    saveHostName({ name, instance, isApart }) {
      database.write((tick) => {
        tick();
        const said =
          "INSERT INTO host_names VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET instance = excluded.instance, is_apart = excluded.is_apart";
        database.run(said, name, instance, Number(isApart));
      });
    },
    renameProject(projectId, hostname) {
      database.write((tick) => {
        tick();
        database.run("UPDATE projects SET hostname = ? WHERE id = ?", hostname, projectId);
      });
    },
    hideProject(projectId, joinedTo) {
      database.write((tick) => {
        tick();
        database.run("UPDATE projects SET joined_to = ? WHERE id = ?", joinedTo, projectId);
        database.run("DELETE FROM training_requests WHERE project_id = ?", projectId);
      });
    },
  };
}
