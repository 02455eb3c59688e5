import { jsonRows, type StateDatabase } from "../../system/state-database.js";
import { key } from "./check-batch.js";
import { type Batch, type Change, type EventRecord, type FlagName, SHARED_FLAGS, type Via } from "./records.js";

/** A change that says where it was done, if not where its batch was. */
export interface PlacedChange extends Change {
  readonly via?: Via | undefined;
}

const SHARED = [...SHARED_FLAGS].map((flag) => `'${flag}'`).join();
/** Events of one time, in their order, with what was there before them: no two of them are about the same. */
const insertEvents = `WITH given AS (SELECT key, value ->> 0 AS type, value ->> 1 AS item, value ->> 2 AS class, value ->> 3 AS flag,
    value ->> 4 AS value, value ->> 5 AS note, value ->> 6 AS via, value ->> 7 AS suggested, value ->> 8 AS user FROM json_each(?))
  INSERT INTO event (at, user, batch_id, type, item, class, flag, value, note, before_value, before_note, before_via, via, version_shown, ms, suggested)
  SELECT ?, ?, ?, type, given.item, given.class, given.flag, given.value, given.note, coalesce(current.value, flag.value), flag.note, current.via,
    given.via, ?, ?, suggested
  FROM given LEFT JOIN current ON current.item = given.item AND current.class = given.class AND current.user = given.user
    LEFT JOIN flag ON flag.item = given.item AND flag.flag = given.flag AND flag.user = given.user
  ORDER BY key`;
const setCurrent = `INSERT INTO current (item, class, user, value, via, seq)
  SELECT item, class, user, value, via, seq FROM event WHERE seq > ? AND class IS NOT NULL AND value IS NOT NULL
  ON CONFLICT (item, user, class) DO UPDATE SET value = excluded.value, via = excluded.via, seq = excluded.seq`;
const setFlag = `INSERT INTO flag (item, flag, user, value, note, seq)
  SELECT item, flag, CASE WHEN flag IN (${SHARED}) THEN '' ELSE user END, value, note, seq FROM event
  WHERE seq > ? AND flag IS NOT NULL AND value IS NOT NULL
  ON CONFLICT (item, flag, user) DO UPDATE SET value = excluded.value, note = excluded.note, seq = excluded.seq`;
/** The number of the last event. */
export function lastSeq(database: StateDatabase): number {
  return database.one<{ seq: number | null }>("SELECT max(seq) AS seq FROM event")!.seq ?? 0;
}

/** Appends the changes to the events, in their order, and brings `current` and `flag` up to date. */
export function appendEvents(
  database: StateDatabase,
  batch: Omit<Batch, "baseSeq" | "changes"> & { readonly changes: readonly PlacedChange[] },
  typeOf: (change: PlacedChange) => EventRecord["type"],
): void {
  for (const round of rounds(batch.changes)) appendRound(database, round, batch, typeOf);
}

/** Of changes that are all about something else. */
function appendRound(
  database: StateDatabase,
  changes: readonly PlacedChange[],
  { user, id, via: ofBatch, versionShown, ms }: Omit<Batch, "changes" | "baseSeq">,
  typeOf: (change: PlacedChange) => EventRecord["type"],
): void {
  const before = lastSeq(database);
  const rows = changes.map((change) => {
    const { item, class: label = null, flag = null, value, note = null, suggested = null } = change;
    const via = ("via" in change ? change.via : ofBatch) ?? null;
    return [typeOf(change), item, label, flag, value, note, via, suggested, flag ? flagUser(flag, user) : user];
  });
  database.run(insertEvents, jsonRows(rows), Date.now(), user, id, versionShown ?? null, ms ?? null);
  database.run(setCurrent, before);
  database.run(setFlag, before);
  for (const { item, class: label, flag, value } of changes) {
    if (value !== null) continue;
    if (label !== undefined) database.run("DELETE FROM current WHERE item = ? AND class = ? AND user = ?", item, label, user);
    else database.run("DELETE FROM flag WHERE item = ? AND flag = ? AND user = ?", item, flag!, flagUser(flag!, user));
  }
}

/** Changes in their order, cut where something is changed again. */
function* rounds(changes: readonly PlacedChange[]): Generator<readonly PlacedChange[]> {
  let round: PlacedChange[] = [];
  let seen = new Set<string>();
  for (const change of changes) {
    const about = key(change);
    if (seen.has(about)) {
      yield round;
      [round, seen] = [[], new Set()];
    }
    round.push(change);
    seen.add(about);
  }
  if (round.length > 0) yield round;
}

/** Whose flag it is: nobody's where it is a fact about the item. */
export function flagUser(flag: FlagName, user: string): string {
  return SHARED_FLAGS.has(flag) ? "" : user;
}
