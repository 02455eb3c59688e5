import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { backUpAutomatically, copyDatabase } from "../../system/automatic-backups.js";
import { keepReserve, withReserve } from "../../system/disk-reserve.js";
import { syncPath } from "../../system/files.js";
import { lockFolder } from "../../system/folder-lock.js";
import { migrate } from "../../system/migrate-database.js";
import { makePrivateFile, makePrivateFolder } from "../../system/private-files.js";
import type { Recovery } from "../../system/recover-database.js";
import { StateDatabase } from "../../system/state-database.js";
import { copyInProcess, isSmallDatabase } from "../../system/upkeep-in-process.js";
import { type AnnotationTable, annotationTable } from "./annotation-table.js";
import { type ContactTable, contactTable } from "./contact-table.js";
import { type HostNameTable, hostNameTable } from "./host-names.js";
import { type ComparisonTable, comparisonTable, type JournalTable, journalTable } from "./journal-table.js";
import { type LabelCountTable, labelCountTable } from "./label-counts.js";
import { type MappingTable, mappingTable } from "./label-mapping-table.js";
import { migrations } from "./migrations.js";
import { tidyModelFolders } from "./model-folders.js";
import { type ParameterTable, parameterTable } from "./parameter-table.js";
import { databaseFile, recoverStore, salvage } from "./recover-database.js";
import {
  type EventTable,
  eventTable,
  interruptRuns,
  type ProjectTable,
  projectTable,
  type RequestTable,
  type RunTable,
  requestTable,
  runTable,
  type VersionTable,
  versionTable,
} from "./tables.js";

/**
 * The memory of a server: projects, annotations, versions, trainings asked for and run, events. All functions are synchronous, and what
 * they have changed is on the disk when they return, see {@link StateDatabase} for their errors.
 */
export interface Store
  extends ProjectTable,
    HostNameTable,
    ParameterTable,
    ContactTable,
    AnnotationTable,
    LabelCountTable,
    VersionTable,
    RunTable,
    RequestTable,
    EventTable,
    JournalTable,
    ComparisonTable,
    MappingTable {
  readonly folder: string;
  /**
   * Copies the database to `backups/` now, if it has changed. Never throws: an event tells what went wrong. A large database is copied by another process,
   * also when it is opened, and the copy that is being made is given up by `close`.
   */
  backUp(): Promise<void>;
  /** The number of the last event of the journal that the newest copy of the database has for certain. */
  backedUpPosition(): number;
  /** Ends the work with the folder, so that others can have it. Once closed, everything throws `E_STORE`. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** How often the database is copied to `backups/` if it has changed, in milliseconds; an hour if not given. */
  readonly backupEveryMs?: number | undefined;
  /** A server on another machine, or in another container, that gives no sign of life for so long is dead; 30,000 milliseconds if not given. */
  readonly leaseMs?: number | undefined;
}

/** Name of the lock files in a store's folder. */
export const storeLock = "lock";
/** There while a backup is being restored into the folder. */
export const restoringFile = "restoring";

/**
 * Opens the store in the folder, which is made if it is not there; one process at a time can. A damaged database is replaced with its newest
 * automatic backup, half-written versions are removed, and trainings that the last process did not end become `"interrupted"`; events tell.
 *
 * Throws `E_LOCKED` while another process has the folder, `E_CHECKPOINT` when the database is damaged beyond repair or written by a newer
 * program, and `E_STORE` when the machine does not let it be used.
 */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const path = resolve(folder);
  await makePrivateFolder(path);
  return await withReserve(path, () => openLocked(path, options));
}

async function openLocked(path: string, { backupEveryMs = 3_600_000, leaseMs }: StoreOptions): Promise<Store> {
  let database: StateDatabase | undefined;
  const lock = await lockFolder(path, storeLock, {
    ...{ isPatient: true, leaseMs },
    onLost() {
      // Two that write would lose each other's labels: from now on nothing is acknowledged here.
      database?.close();
      process.emitWarning(`${path} is another process's now, since this one stood still for too long: end it.`, "BaalWarning");
    },
  });
  try {
    if (existsSync(join(path, restoringFile))) {
      throw new BaalError("E_CHECKPOINT", `A restoration of ${path} did not end. Run "baal restore" with --force again.`);
    }
    const recovery = await recoverStore(path);
    // Its log takes over the file's mode.
    await makePrivateFile(join(path, databaseFile));
    const opened = new StateDatabase(join(path, databaseFile));
    database = opened;
    migrate(opened, migrations);
    await syncPath(path);
    const tables = storeTables(path, opened);
    const positions = { backedUp: 0 };
    await setInOrder(tables, opened, recovery);
    await keepReserve(path);
    const closing = new AbortController();
    let backup: Promise<void> | undefined;
    const backUpNow = () => {
      const { signal } = closing;
      backup ??= backUp(tables, opened, { positions, signal }).finally(() => {
        backup = undefined;
      });
      return backup;
    };
    // The server answers meanwhile.
    const first = backUpNow();
    if (isSmallDatabase(opened.path)) await first;
    const timer = setInterval(() => void backUpNow(), backupEveryMs).unref();
    return {
      ...tables,
      backUp: backUpNow,
      backedUpPosition: () => positions.backedUp,
      async close() {
        clearInterval(timer);
        closing.abort();
        try {
          await backup;
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

/** What a store remembers, without the care for its folder. */
export type StoreTables = Omit<Store, "close" | "backUp" | "backedUpPosition">;

function storeTables(folder: string, database: StateDatabase): StoreTables {
  return {
    folder,
    ...projectTable(database),
    ...hostNameTable(database),
    ...parameterTable(database),
    ...contactTable(database),
    ...annotationTable(database),
    ...labelCountTable(database),
    ...versionTable(database),
    ...runTable(database),
    ...requestTable(database),
    ...eventTable(database),
    ...journalTable(database),
    ...comparisonTable(database),
    ...mappingTable(database),
  };
}

/** The tables of a store that another process has the care for. */
export interface JoinedStore extends StoreTables {
  /** Ends the work with the database. */
  close(): void;
}

/**
 * The tables of a store that another process of this server's has opened, which looks after the folder. What either process writes the other one sees.
 * Throws `E_STORE`, `E_CHECKPOINT`.
 */
export function joinStore(folder: string): JoinedStore {
  const path = resolve(folder);
  const database = new StateDatabase(join(path, databaseFile), { isOwner: false });
  return { ...storeTables(path, database), close: () => database.close() };
}

async function setInOrder(store: StoreTables, database: StateDatabase, recovery: Recovery | undefined): Promise<void> {
  if (recovery) store.logEvent({ projectId: undefined, level: "error", message: recovery.message });
  const salvaged = recovery?.damaged === undefined ? undefined : salvage(store, recovery.damaged);
  const interrupted = interruptRuns(database);
  if (interrupted > 0) {
    const message = `The server ended while it was training: ${interrupted} of its runs are interrupted.`;
    store.logEvent({ projectId: undefined, level: "warn", message });
  }
  await tidyModelFolders(store, { adopt: recovery !== undefined });
  if (salvaged) {
    for (const [id, version] of salvaged.serving) {
      if (store.versions(id).some((known) => known.version === version)) store.serve(id, version);
    }
    const message = `${salvaged.annotations} annotations that the backup lacked were read from the damaged database.`;
    store.logEvent({ projectId: undefined, level: "warn", message });
  }
}

/** A copy that fails does not end the server, which may be in want of space: an event says so, or a warning where even that fails. */
async function backUp(
  store: StoreTables,
  database: StateDatabase,
  { positions, signal }: { readonly positions: { backedUp: number }; readonly signal: AbortSignal },
): Promise<void> {
  try {
    const position = store.journalPosition();
    const copy = isSmallDatabase(database.path)
      ? (target: string) => copyDatabase(database, target)
      : (target: string) => copyInProcess(database.path, target, { signal });
    if (await backUpAutomatically(store.folder, database, copy)) positions.backedUp = position;
  } catch (error) {
    // The next start makes it.
    if (signal.aborted) return;
    const message = `The automatic backup of ${database.path} failed: ${errorMessage(error)}`;
    try {
      store.logEvent({ projectId: undefined, level: "error", message });
    } catch {
      process.emitWarning(message, "BaalWarning");
    }
  }
}
