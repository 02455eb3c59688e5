import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BaalError } from "../../core/errors.js";
import { isRecord, toId, toMilliseconds } from "../../core/json-values.js";
import { automaticBackups } from "../../system/automatic-backups.js";
import { StateDatabase } from "../../system/state-database.js";
import { EventJournal, type JournalEntry } from "./event-journal.js";
import { modelsFolder } from "./model-folders.js";
import { databaseFile } from "./recover-database.js";
import { openStore } from "./store.js";

export interface ForgottenProject {
  readonly project: string;
  readonly title: string;
  /** Annotations that the database had. */
  readonly annotations: number;
  readonly versions: number;
  /** Automatic copies of the database that had the project. */
  readonly copies: number;
}

/** Tables with rows of projects, the ones that others refer to last. */
const TABLES = [
  ...["annotations", "deleted", "tasks", "runs", "events", "training_requests", "comparisons", "label_mappings", "contacts"],
  ...["project_parameters", "version_names", "versions"],
];

/** Folders of a store that have one of the project's number in them. */
const FOLDERS = [modelsFolder, "live", "images", "training"];

/**
 * Forgets a project, by the store's own number or by Label Studio's `"<id>.<created>"`: its labels and texts in the database, in the automatic copies and in the
 * journal, its models and images. No server may work in the folder. Copies that somebody has made elsewhere, and databases that were damaged, are not
 * touched. Throws `E_LOCKED`, `E_ARGUMENT` for a project that is not there or a name that several have.
 */
export async function forgetProject(folder: string, project: string): Promise<ForgottenProject> {
  const path = resolve(folder);
  const store = await openStore(path);
  try {
    // One that is being made has the project, too.
    await store.backUp();
    const named = store.projects().filter((one) => one.project === project || String(one.id) === project);
    const [found] = named;
    if (found === undefined || named.length > 1) {
      const all = (named.length > 1 ? named : store.projects())
        .slice(0, 20)
        .map((one) => `${one.id} (${one.project}, ${one.hostname || "no name"})`);
      const why = found === undefined ? `There is no project ${project}` : `Several projects are called ${project}`;
      throw new BaalError("E_ARGUMENT", `${why}: give one of the numbers of ${all.join(", ") || "none"}.`);
    }
    const { id, title } = found;
    const annotations = store.annotations(id).length;
    const versions = store.versions(id).length;
    const { journal } = await EventJournal.open(path, { position: store.journalPosition() });
    await journal.forget((entry) => isAbout(entry, found.project));
    await journal.close();
    forgetIn(join(path, databaseFile), id);
    let copies = 0;
    for (const copy of await automaticBackups(path)) copies += Number(forgetIn(copy, id, { isOneFile: true }));
    for (const name of FOLDERS) await rm(join(path, name, String(id)), { recursive: true, force: true });
    // Vectors go by the names of their texts, which projects may share: those of the others are made again.
    await rm(join(path, "vectors"), { recursive: true, force: true });
    return { project: found.project, title, annotations, versions, copies };
  } finally {
    await store.close();
  }
}

/** Whether the database had the project. What was deleted is overwritten, too. */
function forgetIn(database: string, projectId: number, { isOneFile = false } = {}): boolean {
  const opened = new StateDatabase(database);
  try {
    opened.exec("PRAGMA secure_delete = ON");
    const tables = new Set(
      opened.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name),
    );
    const has = opened.one("SELECT 1 FROM projects WHERE id = ?", projectId) !== undefined;
    if (has) {
      // Others that turned out to be this one have its labels, too. Older copies know of none.
      const columns = opened.all<{ name: string }>("PRAGMA table_info(projects)").map(({ name }) => name);
      const joined = columns.includes("joined_to")
        ? opened.all<{ id: number }>("SELECT id FROM projects WHERE joined_to = ?", projectId)
        : [];
      opened.write((tick) => {
        tick();
        for (const id of [...joined.map((one) => one.id), projectId]) {
          opened.run("UPDATE projects SET serving_version = NULL WHERE id = ?", id);
          for (const table of TABLES) if (tables.has(table)) opened.run(`DELETE FROM ${table} WHERE project_id = ?`, id);
          opened.run("DELETE FROM projects WHERE id = ?", id);
        }
      });
      opened.exec("VACUUM");
    }
    if (isOneFile) opened.exec("PRAGMA journal_mode = DELETE");
    return has;
  } finally {
    opened.close();
  }
}

/** Whether an event is about the project: by Label Studio's number and the second in which it was made. */
function isAbout({ body }: JournalEntry, project: string): boolean {
  const named = isRecord(body) ? body["project"] : undefined;
  if (!isRecord(named)) return false;
  const created = toMilliseconds(named["created_at"]);
  return `${toId(named["id"])}.${created === undefined ? "" : Math.floor(created / 1000)}` === project;
}
