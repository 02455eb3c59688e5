import type { StateDatabase } from "../../system/state-database.js";
import { type EventRow, eventRecord } from "./event-log.js";
import type { EventRecord, Written } from "./records.js";

/** A user's batch that is not taken back. */
export interface BatchRecord {
  readonly id: string;
  /** Milliseconds since 1970, of its last event. */
  readonly at: number;
  /** Items that it has changed. */
  readonly count: number;
  /** The first {@link MOST_EVENTS} of them. */
  readonly events: readonly EventRecord[];
}

const MOST_EVENTS = 500;

/** What users did, as questions to the events. */
export interface ActivityTable {
  /** The user's last batches that are not taken back, the newest first. */
  history(user: string, count: number): BatchRecord[];
  /** Of an item, in their order. */
  eventsOf(item: number): EventRecord[];
  /** What a batch gave when it was written, and whose it is; `undefined` for one that is not known. */
  writtenBatch(id: string): (Written & { readonly user: string }) | undefined;
  /** Items that somebody has labelled since then (milliseconds since 1970), undone or not. */
  labelledSince(at: number): { readonly user: string; readonly item: number }[];
  /** When each user has written something last, in milliseconds since 1970. */
  lastEvents(): ReadonlyMap<string, number>;
  /** Items that each user has labelled in each hour (since 1970); what was imported or propagated is nobody's work. */
  labelsPerHour(): { readonly user: string; readonly hour: number; readonly labels: number }[];
  /** Labels given by people to items for which a model suggested one, and how many of them were that. */
  suggestedAnswers(): { readonly shown: number; readonly accepted: number };
}

export function activityTable(database: StateDatabase): ActivityTable {
  const events = (where: string, value: string | number) =>
    database.all<EventRow>(`SELECT * FROM event WHERE ${where} ORDER BY seq`, value).map(eventRecord);
  return {
    history(user, count) {
      const last = "SELECT id FROM batch WHERE user = ? AND state = 'done' AND kind = 'change' ORDER BY first_seq DESC LIMIT ?";
      return database.all<{ id: string }>(last, user, count).map(({ id }) => {
        const first = `SELECT * FROM event WHERE batch_id = ? ORDER BY seq LIMIT ${MOST_EVENTS}`;
        const own = database.all<EventRow>(first, id).map(eventRecord);
        const { count } = database.one<{ count: number }>(
          "SELECT count(DISTINCT item) AS count FROM event WHERE batch_id = ?",
          id,
        )!;
        return { id, at: own.at(-1)?.at ?? 0, count, events: own };
      });
    },
    eventsOf: (item) => events("item = ?", item),
    writtenBatch(id) {
      const row = database.one<{ user: string; last_seq: number }>("SELECT user, last_seq FROM batch WHERE id = ?", id);
      if (!row) return undefined;
      const items = database.all<{ item: number }>("SELECT DISTINCT item FROM event WHERE batch_id = ?", id);
      return { user: row.user, seq: row.last_seq, batchId: id, items: items.map(({ item }) => item) };
    },
    labelledSince: (at) => database.all("SELECT DISTINCT user, item FROM event WHERE type = 'label' AND at >= ?", at),
    lastEvents: () =>
      new Map(
        database
          .all<{ user: string; at: number }>("SELECT user, max(at) AS at FROM event GROUP BY user")
          .map(({ user, at }) => [user, at]),
      ),
    labelsPerHour: () =>
      database.all(
        `SELECT user, CAST(at / 3600000 AS INTEGER) AS hour, count(DISTINCT item) AS labels FROM event
         WHERE type = 'label' AND via IS NOT 'propagation' GROUP BY user, hour ORDER BY hour, user`,
      ),
    suggestedAnswers: () =>
      database.one(
        `SELECT count(*) AS shown, ifnull(sum(class = suggested), 0) AS accepted FROM event
         WHERE type = 'label' AND value = 1 AND suggested IS NOT NULL AND via IS NOT 'propagation'`,
      )!,
  };
}
