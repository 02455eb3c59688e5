import { randomUUID } from "node:crypto";
import { BaalError } from "../../core/errors.js";
import { canonicalJson } from "../../core/json-values.js";
import { sha256 } from "../../system/digest.js";
import type { StateDatabase } from "../../system/state-database.js";
import { appendEvents, flagUser, lastSeq, type PlacedChange } from "./append-events.js";
import { checkChanges, eventType, key, requireUnchanged } from "./check-batch.js";
import type { Batch, Change, EventRecord, FlagName, Via, Written } from "./records.js";

/**
 * What happened, event by event. Everything else that is known of the items follows from it. All functions have brought what they have done
 * to the disk when they return.
 */
export interface EventLog {
  /** The number of the last event. */
  seq(): number;
  /**
   * Writes a batch, all of it or nothing. One whose id is known is not written again, and gives what the first one gave.
   *
   * Throws `E_CONFLICT` where what it would change was changed after its `baseSeq` (the user's own answers to an item from elsewhere, its
   * shared flags by anybody, a label that is no longer offered), and `E_ARGUMENT` for an unknown item or label and for another batch of the same id.
   */
  write(batch: Batch): Written;
  /** As {@link write} for what comes from elsewhere: nobody's to undo, and without a look at what was seen. */
  importBatch(batch: Omit<Batch, "baseSeq">): Written;
  /** Takes the user's last batch back that is not yet taken back; `undefined` where there is none. Throws `E_CONFLICT` where somebody else has changed it since. */
  undo(user: string): Written | undefined;
  /** Does the batch again that the user has undone last, unless another one came after that. */
  redo(user: string): Written | undefined;
  /** Events after `since`, in their order. */
  events(since?: number): EventRecord[];
}

interface BatchRow {
  readonly id: string;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly content: string;
}

/** An event as it is in the database. */
export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly user: string;
  readonly batch_id: string;
  readonly type: EventRecord["type"];
  readonly item: number;
  readonly class: number | null;
  readonly flag: FlagName | null;
  readonly value: 0 | 1 | null;
  readonly note: string | null;
  readonly before_value: 0 | 1 | null;
  readonly before_note: string | null;
  readonly before_via: Via | null;
  readonly via: Via | null;
  readonly version_shown: string | null;
  readonly ms: number | null;
}

const eventsOf = "SELECT * FROM event WHERE batch_id = ? ORDER BY seq";

type Kind = "change" | "import" | "undo" | "redo";

interface WriteOptions {
  readonly kind: Kind;
  readonly ofBatch?: string | undefined;
}

export function eventLog(database: StateDatabase): EventLog {
  const seq = () => lastSeq(database);

  const stateOf = ({ item, class: label, flag }: Change, user: string): Pick<EventRow, "value" | "note" | "via"> | undefined =>
    label !== undefined
      ? database.one("SELECT value, NULL AS note, via FROM current WHERE item = ? AND class = ? AND user = ?", item, label, user)
      : database.one(
          "SELECT value, note, NULL AS via FROM flag WHERE item = ? AND flag = ? AND user = ?",
          item,
          flag!,
          flagUser(flag!, user),
        );

  /** Throws `E_CONFLICT` where what an event was about is something else now than the user left it. */
  const requireState = (event: EventRow, user: string, left: Pick<EventRow, "value" | "note">) => {
    const now = stateOf(changeOf(event), user);
    const isAsLeft = (now?.value ?? null) === left.value;
    if (isAsLeft && (event.flag === null || left.value === null || (now?.note ?? null) === left.note)) return;
    throw new BaalError(
      "E_CONFLICT",
      `Item ${event.item} was changed by somebody else after you did: look at it again. Nothing was written.`,
    );
  };

  const record = (
    batch: Omit<Batch, "baseSeq" | "changes"> & { readonly changes: readonly PlacedChange[] },
    { kind, ofBatch }: WriteOptions,
  ): Written => {
    const { id, user, changes } = batch;
    const first = seq() + 1;
    appendEvents(database, batch, kind === "change" ? eventType : () => kind);
    const last = seq();
    const columns = "(id, user, kind, first_seq, last_seq, content, of_batch, state)";
    const values = [id, user, kind, first, last, contentOf(batch), ofBatch ?? null] as const;
    database.run(`INSERT INTO batch ${columns} VALUES (?, ?, ?, ?, ?, ?, ?, 'done')`, ...values);
    return { seq: last, batchId: id, items: [...new Set(changes.map(({ item }) => item))] };
  };

  const known = (batch: Omit<Batch, "baseSeq">): Written | undefined => {
    const row = database.one<BatchRow>("SELECT * FROM batch WHERE id = ?", batch.id);
    if (!row) return undefined;
    if (row.content !== contentOf(batch))
      throw new BaalError(
        "E_ARGUMENT",
        `Batch ${batch.id} was written with other changes before: give each batch an id of its own.`,
      );
    return { seq: row.last_seq, batchId: row.id, items: [...new Set(batch.changes.map(({ item }) => item))] };
  };

  const change = (work: () => Written | undefined) =>
    database.write((tick) => {
      tick();
      return work();
    });

  return {
    seq,
    write: (batch) =>
      change(() => {
        const before = known(batch);
        if (before) return before;
        checkChanges(database, batch.changes);
        for (const one of batch.changes) requireUnchanged(database, one, batch);
        if (batch.changes.length === 0) return { seq: seq(), batchId: batch.id, items: [] };
        // What was undone cannot be done again once something else was done.
        database.run("UPDATE batch SET state = 'dropped' WHERE user = ? AND state = 'undone'", batch.user);
        return record(batch, { kind: "change" });
      })!,
    importBatch: (batch) =>
      change(() => {
        const before = known(batch);
        if (before) return before;
        checkChanges(database, batch.changes, { mayBeArchived: true });
        return record({ via: "import", ...batch }, { kind: "import" });
      })!,
    undo: (user) =>
      change(() => {
        const last = "SELECT * FROM batch WHERE user = ? AND state = 'done' AND kind = 'change' ORDER BY first_seq DESC LIMIT 1";
        const batch = database.one<BatchRow>(last, user);
        if (!batch) return undefined;
        const events = database.all<EventRow>(eventsOf, batch.id);
        const latest = new Map(events.map((event) => [key(event), event]));
        for (const event of latest.values()) requireState(event, user, event);
        const changes = events.reverse().map(changeBack);
        database.run("UPDATE batch SET state = 'undone' WHERE id = ?", batch.id);
        return record({ id: randomUUID(), user, changes }, { kind: "undo", ofBatch: batch.id });
      }),
    redo: (user) =>
      change(() => {
        const first = "SELECT * FROM batch WHERE user = ? AND state = 'undone' AND kind = 'change' ORDER BY first_seq LIMIT 1";
        const batch = database.one<BatchRow>(first, user);
        if (!batch) return undefined;
        const events = database.all<EventRow>(eventsOf, batch.id);
        const earliest = new Map([...events].reverse().map((event) => [key(event), event]));
        for (const event of earliest.values()) requireState(event, user, { value: event.before_value, note: event.before_note });
        const changes = events.map(changeOf);
        database.run("UPDATE batch SET state = 'done' WHERE id = ?", batch.id);
        return record({ id: randomUUID(), user, changes }, { kind: "redo", ofBatch: batch.id });
      }),
    events: (since = 0) => database.all<EventRow>("SELECT * FROM event WHERE seq > ? ORDER BY seq", since).map(eventRecord),
  };
}

function contentOf({ user, changes }: Pick<Batch, "user" | "changes">): string {
  return sha256(canonicalJson([user, changes]));
}

function changeOf({ item, class: label, flag, value, note, via }: EventRow): PlacedChange {
  return { item, class: label ?? undefined, flag: flag ?? undefined, value, note: note ?? undefined, via: via ?? undefined };
}

function changeBack(event: EventRow): PlacedChange {
  const { before_value: value, before_note: note, before_via: via } = event;
  return { ...changeOf(event), value, note: note ?? undefined, via: via ?? undefined };
}

export function eventRecord(row: EventRow): EventRecord {
  return {
    ...{ seq: row.seq, at: row.at, user: row.user, batchId: row.batch_id, type: row.type, item: row.item },
    ...{ class: row.class ?? undefined, flag: row.flag ?? undefined, value: row.value, note: row.note ?? undefined },
    ...{ via: row.via ?? undefined, versionShown: row.version_shown ?? undefined, ms: row.ms ?? undefined },
  };
}
