import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ExcludeStatus, ItemIds, ItemPage, ItemView, LabelStatus } from "../../api/item-contract.js";
import { ApiError, api } from "../client/api.js";
import { onServerEvent } from "../client/live.js";

export interface TableFilter {
  readonly q: string;
  readonly status: LabelStatus;
  readonly excludeStatus: ExcludeStatus;
  readonly subset: string;
  readonly sort: string;
}

export interface ItemsReading {
  /** `undefined` until the first page came. */
  readonly total: number | undefined;
  readonly error: ApiError | undefined;
  /** The item in a row, once its page came. */
  readonly at: (index: number) => ItemView | undefined;
  /** Pages of these rows are loaded. */
  readonly want: (from: number, to: number) => void;
  readonly patch: (items: readonly ItemView[]) => void;
  readonly again: () => void;
}

const PAGE = 100;
/** Pages that are kept: those that were seen last. */
const KEPT = 20;
/** While a table is scrolled fast nothing is asked for. */
const STILL_MS = 70;
/** Items that one request may name. */
const MOST_IDS = 500;

function itemsPath(filter: TableFilter, cursor: number, count: number): string {
  return `items?${new URLSearchParams({ ...filter, cursor: String(cursor), count: String(count) })}`;
}

/** All items that a search and filters leave, by their numbers: the first 100,000 of them. */
export async function foundIds({ sort: _, ...filter }: TableFilter, signal?: AbortSignal): Promise<readonly number[]> {
  return (await api<ItemIds>(`items/ids?${new URLSearchParams(filter)}`, { signal })).ids;
}

/** The items that a filter leaves, page by page as they are looked at. */
export function useItems(filter: TableFilter): ItemsReading {
  const key = JSON.stringify(filter);
  const pages = useRef(new Map<number, readonly ItemView[]>());
  const [told, setTold] = useState<{
    readonly key: string;
    readonly total?: number | undefined;
    readonly error?: ApiError | undefined;
  }>({ key });
  const [, setSeen] = useState(0);
  const [tries, setTries] = useState(0);
  const [range, setRange] = useState<readonly [number, number]>([0, 30]);
  const generation = useRef("");

  useEffect(() => {
    const now = `${key} ${tries}`;
    const isNew = generation.current !== now;
    if (isNew) {
      generation.current = now;
      pages.current = new Map();
    }
    const wanted: number[] = [];
    for (let page = Math.floor(range[0] / PAGE); page * PAGE < Math.max(range[1], 1); page++)
      if (!pages.current.has(page)) wanted.push(page);
    if (wanted.length === 0) return;
    const controller = new AbortController();
    const read = async (page: number) => {
      try {
        const found = await api<ItemPage>(itemsPath(filter, page * PAGE, PAGE), { signal: controller.signal });
        pages.current.set(page, found.items);
        const oldest = [...pages.current.keys()].find((kept) => !wanted.includes(kept));
        if (pages.current.size > KEPT && oldest !== undefined) pages.current.delete(oldest);
        setTold({ key, total: found.total });
        setSeen((known) => known + 1);
      } catch (cause) {
        if (controller.signal.aborted) return;
        setTold((known) => ({
          key,
          total: known.key === key ? known.total : undefined,
          error: cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "E_PAGE" }),
        }));
      }
    };
    const timer = setTimeout(() => void Promise.all(wanted.map(read)), isNew ? 0 : STILL_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, tries, range]);

  const patch = useCallback((changed: readonly ItemView[]) => {
    const byId = new Map(changed.map((item) => [item.id, item] as const));
    for (const [page, items] of pages.current)
      if (items.some(({ id }) => byId.has(id)))
        pages.current.set(
          page,
          items.map((item) => byId.get(item.id) ?? item),
        );
    setSeen((known) => known + 1);
  }, []);
  const want = useCallback(
    (from: number, to: number) => setRange((known) => (known[0] === from && known[1] === to ? known : [from, to])),
    [],
  );
  const again = useCallback(() => setTries((known) => known + 1), []);
  const at = (index: number) => (told.key === key ? pages.current.get(Math.floor(index / PAGE))?.[index % PAGE] : undefined);
  return {
    total: told.key === key ? told.total : undefined,
    error: told.key === key ? told.error : undefined,
    at,
    want,
    patch,
    again,
  };
}

/** Calls back with what others, or other tabs, have made of items, and `onMany` where these are too many to be read one by one. */
export function useChangedItems(onChanged: (items: readonly ItemView[]) => void, onMany: () => void): void {
  const current = useRef({ onChanged, onMany });
  current.current = { onChanged, onMany };
  useEffect(
    () =>
      onServerEvent("items", ({ items: ids }) => {
        if (ids.length === 0) return;
        if (ids.length > MOST_IDS) return current.current.onMany();
        void itemsById(ids).then(
          (items) => current.current.onChanged(items),
          // The stream says that the server is gone, and the state is read again when it is back.
          () => {},
        );
      }),
    [],
  );
}

/** These items, in this order; the first {@link MOST_IDS} of them. */
export async function itemsById(ids: readonly number[], signal?: AbortSignal): Promise<readonly ItemView[]> {
  if (ids.length === 0) return [];
  return (await api<ItemPage>(`items?ids=${ids.slice(0, MOST_IDS).join()}`, { signal })).items;
}
