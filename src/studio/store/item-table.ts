import { sha256 } from "../../system/digest.js";
import { jsonRows, type SqlValue, type StateDatabase } from "../../system/state-database.js";
import type { ItemRecord } from "./records.js";

/** An item as it comes in. */
export interface NewItem {
  readonly content: string;
  /** SHA-256 of the content, for images of the file's bytes; of the text if not given. */
  readonly contentHash?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly source: string;
  readonly subset?: string | undefined;
  readonly duplicateGroup?: number | undefined;
}

export interface ImportedItems {
  /** The item of each that came, in their order: a known one where the content is known. */
  readonly ids: readonly number[];
  readonly added: number;
  /** Items that the project had not before, those among them that come back. */
  readonly fresh: readonly number[];
  /** Items that are other ones than before: fresh ones, and those whose row says something else. */
  readonly changed: readonly number[];
}

export interface ItemTable {
  /**
   * Adds the items whose content is new; of those that are known the row's other columns are renewed. Removed ones come back, with their answers,
   * unless `keepsRemoved`: then they stay as they are, and only their numbers are told.
   */
  importItems(items: readonly NewItem[], options?: { readonly keepsRemoved?: boolean | undefined }): ImportedItems;
  /** All items but those that were removed, or those of these numbers, in the order in which they came. */
  items(ids?: readonly number[]): ItemRecord[];
  /** Numbers of the items from this one on. */
  itemsSince(first: number): number[];
  item(id: number): ItemRecord | undefined;
  itemByContent(contentHash: string): ItemRecord | undefined;
  /** Items whose words begin with all of these, in any order; `"..."` stands for itself. Capitals and accents do not count. */
  searchItems(query: string): number[];
  /** Says which items are as good as the same; others are in no group from now on. A group goes by its first item. The items of which something else was known. */
  setDuplicateGroups(groups: readonly (readonly number[])[]): number[];
  /** Takes items out of the project. What was answered stays, should they come again. */
  removeItems(ids: readonly number[]): void;
}

interface ItemRow {
  readonly id: number;
  readonly content_hash: string;
  readonly content: string;
  readonly fields: string;
  readonly source: string;
  readonly subset: string | null;
  readonly duplicate_group: number | null;
  readonly is_removed: 0 | 1;
}

interface KnownRow extends Pick<ItemRow, "id" | "is_removed"> {
  /** Its place among those that came. */
  readonly n: number;
  readonly is_same: 0 | 1;
}

/** Of the row that came as a list: what `known` and `insert` read. */
const COLUMNS = `value ->> 0 AS content_hash, value ->> 1 AS content, value ->> 2 AS fields, value ->> 3 AS source, value ->> 4 AS subset,
  value ->> 5 AS duplicate_group`;
/** Those that are there, and whether they are as they would be written: data that are read again are mostly what they were. */
const known = `SELECT key AS n, item.id AS id, is_removed, is_removed = 0 AND content = value ->> 1 AND fields = value ->> 2 AND source = value ->> 3
    AND subset IS value ->> 4 AND (value ->> 5 IS NULL OR duplicate_group IS value ->> 5) AS is_same
  FROM json_each(?) JOIN item ON content_hash = value ->> 0`;
/** One statement for all: a statement a row takes three times as long, most of it for the full-text index. */
const insert = `INSERT INTO item (content_hash, content, fields, source, subset, duplicate_group, is_removed)
  SELECT ${COLUMNS}, 0 FROM json_each(?) WHERE true ORDER BY key
  ON CONFLICT (content_hash) DO UPDATE SET content = excluded.content, fields = excluded.fields, source = excluded.source,
    subset = excluded.subset, duplicate_group = coalesce(excluded.duplicate_group, duplicate_group), is_removed = 0
  RETURNING id, content_hash`;

/** Numbers that came as one value. */
const GIVEN = "(SELECT value FROM json_each(?))";

/** What a text is known by: blanks around it are nothing. */
export function textHash(text: string): string {
  return sha256(text.trim());
}

export function itemTable(database: StateDatabase): ItemTable {
  const one = (where: string, value: string | number) => {
    const row = database.one<ItemRow>(`SELECT * FROM item WHERE ${where} AND is_removed = 0`, value);
    return row && itemRecord(row);
  };
  return {
    importItems(items, { keepsRemoved = false } = {}) {
      const hashes = items.map(({ content, contentHash = textHash(content) }) => contentHash);
      const idOf = new Map<string, number>();
      const rows = new Map<string, readonly SqlValue[]>();
      for (const [i, { content, fields = {}, source, subset = null, duplicateGroup = null }] of items.entries()) {
        const hash = hashes[i]!;
        // Of rows with one content the first speaks.
        if (!rows.has(hash)) rows.set(hash, [hash, content, JSON.stringify(fields), source, subset, duplicateGroup]);
      }
      const given = [...rows.values()];
      const there = new Map<string, KnownRow>();
      for (const slice of slices(given))
        for (const row of database.all<KnownRow>(known, jsonRows(slice))) there.set(slice[row.n]![0] as string, row);
      for (const [hash, { id }] of there) idOf.set(hash, id);
      const wanted = given.filter(([hash]) => {
        const row = there.get(hash as string);
        return row?.is_same !== 1 && !(keepsRemoved && row?.is_removed === 1);
      });
      if (wanted.length > 0)
        database.write((tick) => {
          tick();
          for (const slice of slices(wanted))
            for (const row of database.all<Pick<ItemRow, "id" | "content_hash">>(insert, jsonRows(slice)))
              idOf.set(row.content_hash, row.id);
        });
      const id = (hash: string) => idOf.get(hash)!;
      const fresh = wanted.filter(([hash]) => there.get(hash as string)?.is_removed !== 0);
      return {
        ids: hashes.map(id),
        added: given.length - there.size,
        fresh: fresh.map(([hash]) => id(hash as string)),
        changed: wanted.map(([hash]) => id(hash as string)),
      };
    },
    items(ids) {
      const rows =
        ids === undefined
          ? database.all<ItemRow>("SELECT * FROM item WHERE is_removed = 0 ORDER BY id")
          : database.all<ItemRow>(`SELECT * FROM item WHERE is_removed = 0 AND id IN ${GIVEN} ORDER BY id`, JSON.stringify(ids));
      return rows.map(itemRecord);
    },
    itemsSince: (first) =>
      database.all<{ id: number }>("SELECT id FROM item WHERE id >= ? AND is_removed = 0 ORDER BY id", first).map(({ id }) => id),
    item: (id) => one("id = ?", id),
    itemByContent: (contentHash) => one("content_hash = ?", contentHash),
    searchItems(query) {
      const match = matchExpression(query);
      if (match === undefined) return [];
      return database
        .all<{ rowid: number }>("SELECT rowid FROM item_text WHERE item_text MATCH ? ORDER BY rowid", match)
        .map(({ rowid }) => rowid);
    },
    setDuplicateGroups(groups) {
      const grouped = "SELECT id, duplicate_group FROM item WHERE duplicate_group IS NOT NULL";
      const before = new Map(database.all<ItemRow>(grouped).map((row) => [row.id, row.duplicate_group]));
      const after = new Map(groups.flatMap((group) => group.map((id) => [id, group[0]!] as const)));
      const left = [...before.keys()].flatMap((id) => (after.has(id) ? [] : [[id, null] as const]));
      const changed = [...left, ...[...after].filter(([id, group]) => before.get(id) !== group)];
      if (changed.length > 0)
        database.write((tick) => {
          tick();
          const set = "UPDATE item SET duplicate_group = value ->> 1 FROM json_each(?) WHERE item.id = value ->> 0";
          for (const slice of slices(changed)) database.run(set, jsonRows(slice));
        });
      return changed.map(([id]) => id);
    },
    removeItems(ids) {
      database.write((tick) => {
        tick();
        for (const id of ids) database.run("UPDATE item SET is_removed = 1 WHERE id = ?", id);
      });
    },
  };
}

/** Of one statement: its text does not grow without end. */
const SLICE = 1000;

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += SLICE) yield all.slice(from, from + SLICE);
}

/** In the words of SQLite's FTS5: what users type are words, never operators. */
function matchExpression(query: string): string | undefined {
  const terms = [...query.matchAll(/"([^"]*)"|([^\s"]+)/g)].flatMap(([, phrase, word]) => {
    const text = (phrase ?? word ?? "").replaceAll('"', "");
    if (!/[\p{L}\p{N}]/u.test(text)) return [];
    return [phrase === undefined ? `"${text}"*` : `"${text}"`];
  });
  return terms.length === 0 ? undefined : terms.join(" AND ");
}

function itemRecord(row: ItemRow): ItemRecord {
  return {
    id: row.id,
    contentHash: row.content_hash,
    content: row.content,
    fields: JSON.parse(row.fields) as ItemRecord["fields"],
    source: row.source,
    subset: row.subset ?? undefined,
    duplicateGroup: row.duplicate_group ?? undefined,
  };
}
