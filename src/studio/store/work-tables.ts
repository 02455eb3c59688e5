import { BaalError } from "../../core/errors.js";
import type { StateDatabase } from "../../system/state-database.js";

/** A model that was made from the labels. */
export interface VersionRecord {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The last event that it has learnt from. */
  readonly trainedAtSeq: number;
  readonly seed: number;
  readonly metrics: Readonly<Record<string, unknown>>;
  /** File of its probabilities in the store's folder. */
  readonly probabilities: string | undefined;
}

export interface VersionTable {
  /** Throws `E_ARGUMENT` for a name that is taken. */
  addVersion(version: VersionRecord): void;
  /** The oldest first. */
  versions(): VersionRecord[];
}

/** Leases are for minutes: they may be lost in a power failure. */
export interface LeaseTable {
  /** Gives items to a user until then, but those that another one has now. Which ones those are. */
  lease(items: readonly number[], user: string, options: { readonly now: number; readonly until: number }): number[];
  /** Gives back what a user has, or these items of it. */
  releaseLeases(user: string, items?: readonly number[]): void;
  /** Items that others than the user have now. */
  leasedByOthers(user: string, now: number): Set<number>;
}

export type JobKind = "features" | "map" | "train" | "score" | "propagate" | "export";

export interface JobRecord {
  readonly id: number;
  readonly kind: JobKind;
  readonly state: "running" | "done" | "failed" | "cancelled" | "interrupted";
  /** 0 to 1. */
  readonly progress: number;
  readonly error: string | undefined;
}

export interface JobTable {
  beginJob(kind: JobKind): JobRecord;
  /** Is not on the disk at once: progress may be lost. */
  jobProgress(id: number, progress: number): void;
  endJob(id: number, state: Exclude<JobRecord["state"], "running">, error?: string): void;
  /** The newest first. */
  jobs(limit: number): JobRecord[];
}

interface VersionRow {
  readonly name: string;
  readonly config: string;
  readonly trained_at_seq: number;
  readonly seed: number;
  readonly metrics: string;
  readonly probabilities: string | null;
}

export function versionTable(database: StateDatabase): VersionTable {
  const record = (row: VersionRow): VersionRecord => ({
    ...{ name: row.name, trainedAtSeq: row.trained_at_seq, seed: row.seed, probabilities: row.probabilities ?? undefined },
    config: JSON.parse(row.config) as VersionRecord["config"],
    metrics: JSON.parse(row.metrics) as VersionRecord["metrics"],
  });
  return {
    addVersion({ name, config, trainedAtSeq, seed, metrics, probabilities }) {
      database.write((tick) => {
        tick();
        const columns = "(name, config, trained_at_seq, seed, metrics, probabilities, created_at)";
        const values = [
          name,
          JSON.stringify(config),
          trainedAtSeq,
          seed,
          JSON.stringify(metrics),
          probabilities ?? null,
        ] as const;
        database.run(`INSERT INTO version ${columns} VALUES (?, ?, ?, ?, ?, ?, ?)`, ...values, Date.now());
      });
    },
    versions: () => database.all<VersionRow>("SELECT * FROM version ORDER BY rowid").map(record),
  };
}

export function leaseTable(database: StateDatabase): LeaseTable {
  const others = (user: string, now: number) =>
    new Set(
      database.all<{ item: number }>("SELECT item FROM lease WHERE user <> ? AND until > ?", user, now).map(({ item }) => item),
    );
  return {
    lease: (items, user, { now, until }) =>
      database.writeLazily((tick) => {
        tick();
        const taken = others(user, now);
        const free = items.filter((item) => !taken.has(item));
        for (const item of free) database.run("INSERT OR REPLACE INTO lease VALUES (?, ?, ?)", item, user, until);
        database.run("DELETE FROM lease WHERE until <= ?", now);
        return free;
      }),
    releaseLeases(user, items) {
      database.writeLazily((tick) => {
        tick();
        if (items === undefined) database.run("DELETE FROM lease WHERE user = ?", user);
        else
          database.run(
            `DELETE FROM lease WHERE user = ? AND item IN (SELECT value FROM json_each(?))`,
            user,
            JSON.stringify(items),
          );
      });
    },
    leasedByOthers: others,
  };
}

interface JobRow extends Omit<JobRecord, "error"> {
  readonly error: string | null;
}

export function jobTable(database: StateDatabase): JobTable {
  const jobs = (limit: number) =>
    database
      .all<JobRow>("SELECT id, kind, state, progress, error FROM job ORDER BY id DESC LIMIT ?", limit)
      .map((row): JobRecord => ({ ...row, error: row.error ?? undefined }));
  return {
    beginJob: (kind) =>
      database.write((tick) => {
        tick();
        database.run("INSERT INTO job (kind, state, progress, started_at) VALUES (?, 'running', 0, ?)", kind, Date.now());
        return jobs(1)[0]!;
      }),
    jobProgress(id, progress) {
      database.writeLazily(() => database.run("UPDATE job SET progress = ? WHERE id = ? AND state = 'running'", progress, id));
    },
    endJob(id, state, error) {
      database.write((tick) => {
        tick();
        // What is done is done altogether, however seldom it has told how far it was.
        const end =
          "UPDATE job SET state = ?, progress = max(progress, ?), error = ?, ended_at = ? WHERE id = ? AND state = 'running'";
        if (database.run(end, state, state === "done" ? 1 : 0, error ?? null, Date.now(), id) === 0)
          throw new BaalError("E_ARGUMENT", `Job ${id} is not running and cannot end as ${state}.`);
      });
    },
    jobs,
  };
}

/** Ends the jobs that no process works on any more, since this one has the store for itself. */
export function interruptJobs(database: StateDatabase): void {
  if (!database.one("SELECT 1 FROM job WHERE state = 'running'")) return;
  database.write((tick) => {
    tick();
    database.run("UPDATE job SET state = 'interrupted', ended_at = ? WHERE state = 'running'", Date.now());
  });
}
