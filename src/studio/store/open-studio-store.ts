import { join, resolve } from "node:path";
import { errorMessage } from "../../core/errors.js";
import { backUpAutomatically } from "../../system/automatic-backups.js";
import { keepReserve, withReserve } from "../../system/disk-reserve.js";
import { syncPath } from "../../system/files.js";
import { lockFolder } from "../../system/folder-lock.js";
import { migrate } from "../../system/migrate-database.js";
import { makePrivateFile, makePrivateFolder } from "../../system/private-files.js";
import { recoverDatabase } from "../../system/recover-database.js";
import { StateDatabase } from "../../system/state-database.js";
import { type ActivityTable, activityTable } from "./activity.js";
import { type AnswerTable, answerTable } from "./answers.js";
import { type EventLog, eventLog } from "./event-log.js";
import { type ItemTable, itemTable } from "./item-table.js";
import { type LabelTable, labelTable } from "./label-table.js";
import { type ProjectTable, projectTable } from "./project-table.js";
import { migrations } from "./schema.js";
import {
  interruptJobs,
  type JobTable,
  jobTable,
  type LeaseTable,
  leaseTable,
  type VersionTable,
  versionTable,
} from "./work-tables.js";

/** Name of the database in a project's folder. */
export const studioFile = "studio.db";

/**
 * A labelling project: its items, labels, and everything that was said of them. All functions are synchronous, and what they have changed is on
 * the disk when they return, see {@link StateDatabase} for their errors.
 */
export interface StudioStore
  extends ProjectTable,
    LabelTable,
    ItemTable,
    EventLog,
    ActivityTable,
    AnswerTable,
    VersionTable,
    LeaseTable,
    JobTable {
  readonly folder: string;
  /** Ends the work with the folder, so that others can have it. Once closed, everything throws `E_STORE`. */
  close(): Promise<void>;
}

/**
 * Opens the project in the folder, which is made if it is not there; one process at a time can. A damaged database is replaced with its newest
 * backup (one is made whenever a changed project is opened or closed; three stay), with a process warning.
 *
 * Throws `E_LOCKED` while another process has the folder, `E_CHECKPOINT` when the database is damaged beyond repair or written by a newer
 * program, and `E_STORE` when the machine does not let it be used.
 */
export async function openStudioStore(folder: string): Promise<StudioStore> {
  const path = resolve(folder);
  await makePrivateFolder(path);
  return await withReserve(path, () => openLocked(path));
}

async function openLocked(path: string): Promise<StudioStore> {
  let database: StateDatabase | undefined;
  const lock = await lockFolder(path, "lock", {
    isPatient: true,
    onLost() {
      // Two that write would lose each other's answers: from now on nothing is acknowledged here.
      database?.close();
      process.emitWarning(`${path} is another process's now, since this one stood still for too long: end it.`, "BaalWarning");
    },
  });
  try {
    const recovery = await recoverDatabase(path, studioFile);
    if (recovery) process.emitWarning(recovery.message, "BaalWarning");
    await makePrivateFile(join(path, studioFile));
    const opened = new StateDatabase(join(path, studioFile));
    database = opened;
    migrate(opened, migrations);
    await syncPath(path);
    interruptJobs(opened);
    await backUp(path, opened);
    await keepReserve(path);
    return {
      folder: path,
      ...studioTables(opened),
      async close() {
        try {
          await backUp(path, opened);
          opened.close();
        } finally {
          await withReserve(path, () => lock.release());
        }
      },
    };
  } catch (error) {
    database?.close();
    await lock.release();
    throw error;
  }
}

/** The tables over an open database. */
function studioTables(database: StateDatabase): Omit<StudioStore, "folder" | "close"> {
  const project = projectTable(database);
  const labels = labelTable(database);
  return {
    ...project,
    ...labels,
    ...itemTable(database),
    ...eventLog(database),
    ...activityTable(database),
    ...answerTable(database, { task: () => project.project()?.task ?? "single", labels: labels.labels }),
    ...versionTable(database),
    ...leaseTable(database),
    ...jobTable(database),
  };
}

/** A copy that fails ends nothing: the answers are in the database. */
async function backUp(folder: string, database: StateDatabase): Promise<void> {
  try {
    await backUpAutomatically(folder, database);
  } catch (error) {
    process.emitWarning(`The automatic backup of ${database.path} failed: ${errorMessage(error)}`, "BaalWarning");
  }
}
