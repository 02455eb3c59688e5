import { type ItemFilter, type ItemIds, type ItemPage, MOST_AT_ONCE } from "../api/item-contract.js";
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

/** The items that a search and a filter leave, in the order in which they came. Throws `E_ARGUMENT` for an unknown subset or label. */
function foundItems(desk: Desk, user: string, query: Pick<ItemQuery, keyof ItemFilter | "q">): ItemState[] {
  const all = filteredItems(desk, user, query);
  if (query.q.trim() === "") return all;
  const found = new Set(desk.store.searchItems(query.q));
  return all.filter(({ item }) => found.has(item.id));
}

/** All of them by their numbers, for what is done with all at once. */
export function itemIds(desk: Desk, user: string, query: Pick<ItemQuery, keyof ItemFilter | "q">): ItemIds {
  const found = foundItems(desk, user, query);
  return { ids: found.slice(0, MOST_AT_ONCE).map(({ item }) => item.id), total: found.length };
}

/** A page of the items that are asked for. Throws `E_ARGUMENT` for an unknown sort, subset or label. */
export async function listItems(desk: Desk, user: string, query: ItemQuery): Promise<ItemPage> {
  const { sort, cursor, count } = query;
  const states = foundItems(desk, user, query);
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
