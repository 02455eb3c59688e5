import type { ItemFilter, ItemPage } from "../api/item-contract.js";
import type { Desk } from "./desk.js";
import { filteredItems } from "./filter-items.js";
import type { ItemState } from "./item-states.js";
import { itemViews } from "./item-views.js";
import { sortItems } from "./sort-items.js";

export interface ItemQuery extends ItemFilter {
  /** Words to look for; all items where it is empty. */
  readonly q: string;
  /** As `NextRequest` has it, or `"newest"`, `"oldest"`, `"content"`. */
  readonly sort: string;
  /** Items that come before. */
  readonly cursor: number;
  readonly count: number;
}

/** The same order for every page of a table. */
const TABLE_SEED = 1;

const OWN_SORTS: Readonly<Record<string, (a: ItemState, b: ItemState) => number>> = {
  oldest: (a, b) => a.item.id - b.item.id,
  newest: (a, b) => b.item.id - a.item.id,
  content: (a, b) => compare(a.item.content, b.item.content) || a.item.id - b.item.id,
};

/** By their characters: quick with many items. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A page of the items that are asked for. Throws `E_ARGUMENT` for an unknown sort, subset or label. */
export async function listItems(desk: Desk, user: string, query: ItemQuery): Promise<ItemPage> {
  const { q, sort, cursor, count } = query;
  const all = filteredItems(desk, user, query);
  const found = q.trim() === "" ? undefined : new Set(desk.store.searchItems(q));
  const states = found ? all.filter(({ item }) => found.has(item.id)) : all;
  const end = cursor + count;
  const next = end < states.length ? String(end) : undefined;
  const own = OWN_SORTS[sort];
  if (own) {
    // They come in the order of their numbers.
    const ordered = sort === "oldest" ? states : states.toSorted(own);
    const ids = ordered.slice(cursor, end).map(({ item }) => item.id);
    return { items: itemViews(desk, user, ids), total: states.length, next };
  }
  const order = await sortItems(desk, sort, { states, count: end, seed: TABLE_SEED });
  const scores = new Map(order.items.map((item, n) => [item, order.scores[n]]));
  const views = itemViews(desk, user, order.items.slice(cursor, end));
  return { items: views.map((view) => ({ ...view, score: scores.get(view.id) })), total: states.length, next };
}
