import { sha256 } from "../../system/digest.js";
import type { StateDatabase } from "../../system/state-database.js";
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
}

export interface ItemTable {
  /** Adds the items whose content is new; of those that are known the row's other columns are renewed. Removed ones come back, with their answers. */
  importItems(items: readonly NewItem[]): ImportedItems;
  /** All items but those that were removed, in the order in which they came. */
  items(): ItemRecord[];
  item(id: number): ItemRecord | undefined;
  itemByContent(contentHash: string): ItemRecord | undefined;
  /** Items whose words begin with all of these, in any order; `"..."` stands for itself. Capitals and accents do not count. */
  searchItems(query: string): number[];
  /** Says which items are as good as the same; others are in no group from now on. A group goes by its first item. */
  setDuplicateGroups(groups: readonly (readonly number[])[]): void;
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

const insert = `INSERT INTO item (content_hash, content, fields, source, subset, duplicate_group, is_removed) VALUES (?, ?, ?, ?, ?, ?, 0)
  ON CONFLICT (content_hash) DO UPDATE SET content = excluded.content, fields = excluded.fields, source = excluded.source,
    subset = excluded.subset, duplicate_group = coalesce(excluded.duplicate_group, duplicate_group), is_removed = 0
  RETURNING id`;

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
    importItems(items) {
      return database.write((tick) => {
        tick();
        const hashes = items.map(({ content, contentHash = textHash(content) }) => contentHash);
        const find = "SELECT * FROM item WHERE content_hash IN (SELECT value FROM json_each(?))";
        const known = new Map(database.all<ItemRow>(find, JSON.stringify(hashes)).map((row) => [row.content_hash, row] as const));
        const idOf = new Map<string, number>();
        const fresh: number[] = [];
        for (const [i, { content, fields = {}, source, subset = null, duplicateGroup = null }] of items.entries()) {
          const hash = hashes[i]!;
          // Of rows with one content the first speaks.
          if (idOf.has(hash)) continue;
          const before = known.get(hash);
          const values = [hash, content, JSON.stringify(fields), source, subset, duplicateGroup] as const;
          if (before && isSame(before, values)) idOf.set(hash, before.id);
          else {
            const [row] = database.all<Pick<ItemRow, "id">>(insert, ...values);
            idOf.set(hash, row!.id);
          }
          if (before?.is_removed !== 0) fresh.push(idOf.get(hash)!);
        }
        return { ids: hashes.map((hash) => idOf.get(hash)!), added: idOf.size - known.size, fresh };
      });
    },
    items: () => database.all<ItemRow>("SELECT * FROM item WHERE is_removed = 0 ORDER BY id").map(itemRecord),
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
      database.write((tick) => {
        tick();
        database.run("UPDATE item SET duplicate_group = NULL WHERE duplicate_group IS NOT NULL");
        for (const group of groups)
          for (const id of group) database.run("UPDATE item SET duplicate_group = ? WHERE id = ?", group[0]!, id);
      });
    },
    removeItems(ids) {
      database.write((tick) => {
        tick();
        for (const id of ids) database.run("UPDATE item SET is_removed = 1 WHERE id = ?", id);
      });
    },
  };
}

/** Whether a row is as it would be written: data that are read again are mostly what they were. */
function isSame(
  row: ItemRow,
  [, content, fields, source, subset, group]: readonly [
    hash: string,
    content: string,
    fields: string,
    source: string,
    subset: string | null,
    group: number | null,
  ],
): boolean {
  const isAsBefore = row.content === content && row.fields === fields && row.source === source && row.subset === subset;
  return isAsBefore && row.is_removed === 0 && (group === null || group === row.duplicate_group);
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
