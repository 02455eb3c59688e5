import Database from "libsql";
import { BaalError, errorMessage } from "../core/errors.js";

export type SqlValue = string | number | null;

/** Gives the next value of the database's own clock, see {@link StateDatabase.write}. */
export type Tick = () => number;

/** How long a statement waits for another process, such as a backup, to let go of the file. */
const busyTimeoutMs = 5000;

/**
 * A SQLite file in a folder that one process has. What {@link write} has done when it returns is on the disk and survives a power failure.
 *
 * Errors: `E_CHECKPOINT` for a damaged file, `E_ARGUMENT` for what breaks a rule of the tables (a record of a project that is not there),
 * `E_STORE` for everything that the machine is to blame for, a full disk above all. Nothing is half done after any of them.
 */
export class StateDatabase {
  readonly path: string;
  readonly #connection: Database.Database;
  readonly #isOwner: boolean;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #onRollback: (() => void)[] = [];
  /** Of the transaction that is under way. */
  #tick: Tick | undefined;
  #closed = false;

  /**
   * `isOwner: false` for a process beside the one that has the folder: its commits do not wait for the disk, since those of the owner bring them
   * there, and the file's upkeep is the owner's. So it holds nobody up, however far behind the others it stands.
   */
  constructor(path: string, { isOwner = true }: { readonly isOwner?: boolean } = {}) {
    this.path = path;
    this.#isOwner = isOwner;
    this.#connection = openConnection(path);
    const upkeep = isOwner ? "synchronous = FULL" : "synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0";
    this.exec(`PRAGMA journal_mode = WAL; PRAGMA ${upkeep}; PRAGMA foreign_keys = ON`);
  }

  exec(sql: string): void {
    this.#guard(() => this.#connection.exec(sql));
  }

  /** All rows. The caller says what they look like: the tables are strict, and nobody else writes them. */
  all<Row>(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#guard(() => this.#prepare(sql).all(values.map(bindable)) as Row[]);
  }

  /** The first row, if any. */
  one<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.all<Row>(sql, ...values)[0];
  }

  /** Runs a statement that gives no rows; the number of rows that it changed. Only inside of {@link write}. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return this.#guard(() => this.#prepare(sql).run(values.map(bindable)).changes);
  }

  /**
   * Runs `work` in a transaction: all of it is done, and on the disk when this returns, or nothing. Each change takes a `tick`, a number that
   * only grows: what came first is known even where the machine's clock jumps. Within another one it is a part of that: undone alone where it
   * throws, and on the disk when that is.
   */
  write<T>(work: (tick: Tick) => T): T {
    if (this.#tick !== undefined) return this.#within(() => work(this.#tick!));
    this.exec("BEGIN IMMEDIATE");
    try {
      let clock: number | undefined;
      this.#tick = () => {
        clock = (clock ?? this.clock()) + 1;
        return clock;
      };
      const result = work(this.#tick);
      if (clock !== undefined) this.run("UPDATE clock SET value = ?", clock);
      this.exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some errors, a full disk for one.
      if (!this.#closed && this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
      this.#rolledBack();
      throw error;
    } finally {
      this.#tick = undefined;
    }
  }

  /**
   * {@link write}, but what it has done may be lost in a power failure, until the next one without it: for what another file has, too. A commit
   * then does not wait for the disk, which may take seconds while a large file is on its way there. Unless `isPatient`, it does not wait for another process
   * that writes either: {@link isBusy} tells that error. Within another one it is a part of that.
   */
  writeLazily<T>(work: (tick: Tick) => T, { isPatient = true }: { readonly isPatient?: boolean | undefined } = {}): T {
    if (this.#tick !== undefined) return this.write(work);
    this.exec(`PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = ${isPatient ? busyTimeoutMs : 0}`);
    try {
      return this.write(work);
    } finally {
      const level = this.#isOwner ? "FULL" : "NORMAL";
      if (!this.#closed) this.exec(`PRAGMA synchronous = ${level}; PRAGMA busy_timeout = ${busyTimeoutMs}`);
    }
  }

  /** Waits until everything that was written lazily is on the disk. */
  flush(): void {
    this.exec("BEGIN IMMEDIATE; UPDATE clock SET value = value; COMMIT");
  }

  /** Calls the listener when changes were undone: what it knows of them is wrong. */
  onRollback(listener: () => void): void {
    this.#onRollback.push(listener);
  }

  #within<T>(work: () => T): T {
    this.exec("SAVEPOINT part");
    try {
      const result = work();
      this.exec("RELEASE part");
      return result;
    } catch (error) {
      if (!this.#closed && this.#connection.inTransaction) this.#connection.exec("ROLLBACK TO part; RELEASE part");
      this.#rolledBack();
      throw error;
    }
  }

  #rolledBack(): void {
    for (const listener of this.#onRollback) listener();
  }

  /** The last tick. */
  clock(): number {
    return this.one<{ value: number }>("SELECT value FROM clock")!.value;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      // The driver lets go of the file only when its statements are collected: leave everything in the file itself.
      if (this.#isOwner) this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // On a full disk, say: then it stays in the log, which is read when the file is opened again.
      if (!(error instanceof Database.SqliteError)) throw error;
    } finally {
      this.#statements.clear();
      this.#connection.close();
    }
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(action: () => T): T {
    if (this.#closed) throw new BaalError("E_STORE", `${this.path} is closed already.`);
    try {
      return action();
    } catch (error) {
      throw storeError(error, this.path);
    }
  }
}

/** A connection to a database file, which is made if it is not there. */
export function openConnection(path: string): Database.Database {
  try {
    return new Database(path, { timeout: busyTimeoutMs });
  } catch (error) {
    throw new BaalError("E_STORE", `${path} could not be opened: ${errorMessage(error)}. See to its folder, then try again.`, {
      cause: error,
    });
  }
}

/** The driver would cut a text off at a NUL character. */
function bindable(value: SqlValue): SqlValue {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
}

/**
 * Rows as one value, for a statement that reads them with `json_each(?)`, column by column with `value ->> 0`, `value ->> 1`, ...: a statement
 * for a thousand rows takes a third of the time of a thousand statements.
 */
export function jsonRows(rows: readonly (readonly SqlValue[])[]): string {
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === "string" ? value.replace(/[\0\p{Surrogate}]/gu, "\ufffd") : value,
  );
}

/** Whether an error says that another process was writing, and that nothing was changed. */
export function isBusy(error: unknown): boolean {
  return error instanceof BaalError && error.cause instanceof Database.SqliteError && error.cause.code.startsWith("SQLITE_BUSY");
}

/** An error of the driver's as one of ours; anything else as it is. */
export function storeError(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  const said = `${errorMessage(error)} (${code})`;
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) {
    const message = `${path} is damaged: ${said}. Start again: the newest backup is then restored.`;
    return new BaalError("E_CHECKPOINT", message, { cause: error });
  }
  if (code.startsWith("SQLITE_CONSTRAINT")) {
    return new BaalError("E_ARGUMENT", `The record does not fit to the others in ${path}: ${said}.`, { cause: error });
  }
  const advice = code === "SQLITE_FULL" ? "Free some space on its disk" : "See to its folder";
  const message = `${path} could not be used: ${said}. Nothing was changed. ${advice}, then try again.`;
  return new BaalError("E_STORE", message, { cause: error });
}
