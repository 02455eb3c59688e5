import { BaalError } from "../../core/errors.js";
import type { StateDatabase } from "../../system/state-database.js";
import type { ItemKind, LabelTask, ProjectRecord } from "./records.js";

export interface ProjectTable {
  /** `undefined` until it is begun. */
  project(): ProjectRecord | undefined;
  /** Begins the project, or goes on with the one that is there. Throws `E_ARGUMENT` where that is one of another kind or task. */
  beginProject(project: Pick<ProjectRecord, "kind" | "task" | "seed">): ProjectRecord;
  /** Sets the guideline, or some settings by their names; others stay. */
  changeProject(change: Partial<Pick<ProjectRecord, "guideline" | "settings">>): ProjectRecord;
  /** Begins an import, or takes up the one that was not ended, with its items from `firstItem` on. */
  beginImport(): OpenImport;
  /** All that belongs to it is done. */
  endImport(): void;
}

/** An import that may be ended at any moment, and is then taken up by the next one. */
export interface OpenImport {
  readonly id: number;
  /** Items from this number on are its own. */
  readonly firstItem: number;
}

interface ProjectRow {
  readonly kind: ItemKind;
  readonly task: LabelTask;
  readonly guideline: string;
  readonly settings: string;
  readonly seed: number;
}

const WORDS = { text: "texts", image: "images", single: "one label per item", multi: "several labels per item" } as const;

export function projectTable(database: StateDatabase): ProjectTable {
  const project = (): ProjectRecord | undefined => {
    const row = database.one<ProjectRow>("SELECT * FROM project");
    return row && { ...row, settings: JSON.parse(row.settings) as ProjectRecord["settings"] };
  };
  return {
    project,
    beginProject({ kind, task, seed }) {
      const known = project();
      if (known) {
        for (const [is, wanted] of [[known.kind, kind] as const, [known.task, task] as const]) {
          if (is === wanted) continue;
          throw new BaalError(
            "E_ARGUMENT",
            `${database.path} holds ${WORDS[is]}, not ${WORDS[wanted]}: choose another folder for these.`,
          );
        }
        return known;
      }
      database.write((tick) => {
        tick();
        const columns = "(id, kind, task, guideline, settings, seed, created_at)";
        database.run(`INSERT INTO project ${columns} VALUES (1, ?, ?, '', '{}', ?, ?)`, kind, task, seed, Date.now());
      });
      return project()!;
    },
    // Neither counts as a change of the project, of which a copy has to be made.
    beginImport: () =>
      database.write(() => {
        const found = "SELECT id, first_item AS firstItem FROM open_import";
        const first = "ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'item'), 0) + 1";
        if (!database.one(found)) database.run(`INSERT INTO open_import (first_item) SELECT ${first}`);
        return database.one<OpenImport>(found)!;
      }),
    endImport() {
      database.write(() => database.run("DELETE FROM open_import"));
    },
    changeProject({ guideline, settings }) {
      return database.write((tick) => {
        tick();
        const before = project();
        if (!before) throw new BaalError("E_ARGUMENT", `${database.path} has no project yet.`);
        const after = { ...before.settings, ...settings };
        database.run("UPDATE project SET guideline = ?, settings = ?", guideline ?? before.guideline, JSON.stringify(after));
        return project()!;
      });
    },
  };
}
