import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { BaalError } from "../../core/errors.js";
import { databaseForm } from "../../system/migrate-database.js";
import { StateDatabase } from "../../system/state-database.js";
import { migrations } from "./migrations.js";
import { usedVersions } from "./model-folders.js";
import { parameterTable } from "./parameter-table.js";
import type { ProjectRecord, VersionRecord } from "./records.js";
import { databaseFile } from "./recover-database.js";
import { projectTable, versionTable } from "./tables.js";

/** A project with its versions. */
export interface ProjectVersions {
  readonly project: ProjectRecord;
  /** In the order in which they were added. */
  readonly versions: readonly VersionRecord[];
  /** The version that serves, and one that the project's parameters name. */
  readonly used: ReadonlySet<unknown>;
}

/**
 * The versions of a store's projects; a server may be working with it. Throws `E_FILE_NOT_FOUND` where no store is, `E_CHECKPOINT` for one that another
 * version of this program has written.
 */
export function readVersions(folder: string): readonly ProjectVersions[] {
  const path = join(resolve(folder), databaseFile);
  if (!existsSync(path)) throw new BaalError("E_FILE_NOT_FOUND", `${folder} has no ${databaseFile}: no server has worked there.`);
  const database = new StateDatabase(path);
  try {
    const form = databaseForm(database);
    if (form !== migrations.length)
      throw new BaalError(
        "E_CHECKPOINT",
        `${path} is of form ${form}, this program reads form ${migrations.length}: start the server of this version once, or use the program that wrote it.`,
      );
    const tables = { ...projectTable(database), ...parameterTable(database), ...versionTable(database) };
    return tables.projects().map((project) => {
      return { project, versions: tables.versions(project.id), used: usedVersions(tables, project.id) };
    });
  } finally {
    database.close();
  }
}
