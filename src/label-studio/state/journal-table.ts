import type { StateDatabase } from "../../system/state-database.js";
import type { Comparison } from "./records.js";

export interface JournalTable {
  /** The number of the last event of the journal that is in the database. */
  journalPosition(): number;
  /**
   * Does `work`, which stores events of the journal, and records the number of the last, all or nothing. It does not wait for the disk: the journal has
   * them. Nor, unless `isPatient`, for another process that is writing: that throws what `isBusy` tells.
   */
  applyEvents<T>(
    work: () => { readonly position: number; readonly result: T },
    options?: { readonly isPatient?: boolean | undefined },
  ): T;
}

export function journalTable(database: StateDatabase): JournalTable {
  return {
    journalPosition: () => database.one<{ position: number }>("SELECT position FROM journal")!.position,
    applyEvents: (work, options) =>
      database.writeLazily(() => {
        const { position, result } = work();
        database.run("UPDATE journal SET position = ?", position);
        return result;
      }, options),
  };
}

export interface ComparisonTable {
  /** Records a comparison of the project with Label Studio. */
  saveComparison(projectId: number, comparison: Comparison): void;
  /** The last one. */
  comparison(projectId: number): Comparison | undefined;
}

export function comparisonTable(database: StateDatabase): ComparisonTable {
  interface Row {
    readonly at: number;
    readonly is_whole: number;
    readonly fetched: number;
    readonly removed: number;
    readonly problem: string | null;
  }
  return {
    saveComparison(projectId, { at, isWhole, fetched, removed, problem }) {
      database.writeLazily(() => {
        const values = [projectId, at, Number(isWhole), fetched, removed, problem ?? null] as const;
        database.run("INSERT OR REPLACE INTO comparisons VALUES (?, ?, ?, ?, ?, ?)", ...values);
      });
    },
    comparison(projectId) {
      const row = database.one<Row>("SELECT * FROM comparisons WHERE project_id = ?", projectId);
      if (row === undefined) return undefined;
      const { at, is_whole, fetched, removed, problem } = row;
      return { at, isWhole: is_whole === 1, fetched, removed, problem: problem ?? undefined };
    },
  };
}
