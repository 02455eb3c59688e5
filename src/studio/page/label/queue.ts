import { batch, computed, effect, signal } from "@preact/signals";
import type { ItemFilter, ItemPage, ItemView, NextItems, NextRequest } from "../../api/item-contract.js";
import { unsavedItems } from "../client/answers.js";
import { api } from "../client/api.js";
import { onServerEvent, studio } from "../client/live.js";
import { isAnswered } from "./labels.js";

/** An item as it was shown, and the server's number of the last event that it shows. */
export interface Entry {
  readonly view: ItemView;
  readonly seq: number;
}

export interface LabelFilter extends ItemFilter {
  readonly sort: string;
}

export const FIRST_FILTER: LabelFilter = { status: "unlabeled", excludeStatus: "not excluded", subset: "all", sort: "model" };

export type LabelMode = "focus" | "grid";

const AHEAD = 32;
/** Between two new orders of what was not seen yet. */
const RERANK_MS = 1_500;
const SIZE_KEY = "baal studio grid";

export const filter = signal<LabelFilter>(FIRST_FILTER);
export const mode = signal<LabelMode>("focus");
/** Rows and columns of the grid. */
export const gridSize = signal(Math.min(6, Math.max(2, Number(localStorage.getItem(SIZE_KEY)) || 4)));
/** Items of this sitting in the order in which they are shown: those before {@link at} were, those after will be. */
export const entries = signal<readonly Entry[]>([]);
/** The item that is shown; of a grid its first one. */
export const at = signal(0);
/** Where the sitting has come to: who has gone back to correct something returns here. */
export const frontier = signal(0);
export const loading = signal<"loading" | "ready" | { readonly error: string }>("loading");
export const reason = signal("");
/** Items that the filter leaves, as the server has counted them last. */
export const left = signal<number | undefined>(undefined);
/** Chosen by hand, on the map for instance; the queue has these and no others. */
export const handPicked = signal<{ readonly title: string; readonly count: number } | undefined>(undefined);

/** Items shown at a time. */
export const shownCount = computed(() => (mode.value === "grid" ? gridSize.value ** 2 : 1));
export const current = computed<Entry | undefined>(() => entries.value[at.value]);
export const shown = computed(() => entries.value.slice(at.value, at.value + shownCount.value));

/** Whether the server is being asked for more. */
export const isAsking = signal(false);

let generation = 0;
let isExhausted = false;

/** Begins anew with what the filter leaves. */
export function restart(change: Partial<LabelFilter> = {}): void {
  generation++;
  isExhausted = false;
  batch(() => {
    isAsking.value = false;
    filter.value = { ...filter.peek(), ...change };
    entries.value = [];
    at.value = 0;
    frontier.value = 0;
    left.value = undefined;
    loading.value = "loading";
    handPicked.value = undefined;
  });
  void fill();
}

/** Shows these items, in this order, instead of what the filter leaves: `showItems(ids, "12 items of the map")`. */
export async function showItems(ids: readonly number[], title: string): Promise<void> {
  const now = ++generation;
  isExhausted = true;
  batch(() => {
    isAsking.value = true;
    entries.value = [];
    at.value = 0;
    frontier.value = 0;
    mode.value = ids.length > 1 ? "grid" : "focus";
    loading.value = "loading";
    handPicked.value = { title, count: ids.length };
  });
  const seq = studio.peek()?.seq ?? 0;
  try {
    for (let from = 0; from < ids.length; from += 200) {
      const query = new URLSearchParams({ ids: ids.slice(from, from + 200).join(","), count: "200" });
      const { items } = await api<ItemPage>(`items?${query}`);
      if (now !== generation) return;
      const byId = new Map(items.map((item) => [item.id, item]));
      const found = ids.slice(from, from + 200).flatMap((id) => byId.get(id) ?? []);
      entries.value = [...entries.peek(), ...found.map((view) => ({ view, seq }))];
      loading.value = "ready";
    }
  } catch (error) {
    if (now === generation) loading.value = { error: error instanceof Error ? error.message : String(error) };
  } finally {
    if (now === generation) isAsking.value = false;
  }
}

/** Asks for more where fewer than are wanted ahead are there. */
export async function fill(): Promise<void> {
  const ahead = entries.peek().length - at.peek() - shownCount.peek();
  const wanted = Math.max(AHEAD, 2 * shownCount.peek());
  if (isAsking.peek() || isExhausted || ahead > wanted / 2) return;
  await ask({ count: wanted - Math.max(0, ahead), keep: entries.peek().length });
}

/** Asks for the first `count` items that are not among the first `keep` ones here, which they come behind. */
async function ask({ count, keep }: { readonly count: number; readonly keep: number }): Promise<void> {
  const now = generation;
  isAsking.value = true;
  const kept = entries.peek().slice(0, keep);
  const have = new Set([...kept.map(({ view }) => view.id), ...unsavedItems.peek()]);
  const body: NextRequest = { ...filter.peek(), count, have: [...have].slice(-2000) };
  try {
    const next = await api<NextItems>("next", { method: "POST", body });
    if (now !== generation) return;
    batch(() => {
      // What was shown while the server was asked stays.
      const firm = entries.peek().slice(0, Math.max(keep, at.peek() + shownCount.peek()));
      const known = new Set(firm.map(({ view }) => view.id));
      const fresh = next.items.filter(({ id }) => !known.has(id) && !unsavedItems.peek().has(id));
      entries.value = [...firm, ...fresh.map((view) => ({ view, seq: next.seq }))];
      left.value = next.left;
      reason.value = next.reason;
      loading.value = "ready";
    });
    isExhausted = next.items.length === 0;
  } catch (error) {
    if (now === generation && entries.peek().length <= at.peek())
      loading.value = { error: error instanceof Error ? error.message : String(error) };
  } finally {
    if (now === generation) isAsking.value = false;
  }
}

/** Goes to an item of this sitting. */
export function moveTo(index: number): void {
  batch(() => {
    at.value = Math.max(0, Math.min(index, entries.peek().length));
    frontier.value = Math.max(frontier.peek(), at.peek());
  });
  void fill();
}

/**
 * What the items are now, as the server has told with the event `seq`; an earlier view of an item changes nothing, nor does one of an item that
 * more is waiting to be written of. Without `seq`: as they will be when the server has written what waits.
 */
export function takeViews(views: readonly ItemView[], seq?: number): void {
  const byId = new Map(views.map((view) => [view.id, view]));
  entries.value = entries.peek().map((entry) => {
    const view = byId.get(entry.view.id);
    if (!view || (seq !== undefined && (seq < entry.seq || unsavedItems.peek().has(view.id)))) return entry;
    // The score is one of the order in which it came.
    return { seq: seq ?? entry.seq, view: { ...view, score: view.score ?? entry.view.score } };
  });
}

/** Shows items now, which may be ones that were never in the queue. */
export function bringBack(views: readonly ItemView[], seq?: number): void {
  const known = new Set(entries.peek().map(({ view }) => view.id));
  const added = views.filter(({ id }) => !known.has(id)).map((view) => ({ view, seq: seq ?? studio.peek()?.seq ?? 0 }));
  batch(() => {
    takeViews(views, seq);
    if (added.length > 0) {
      entries.value = entries.peek().toSpliced(at.peek(), 0, ...added);
      frontier.value += added.length;
    }
    const first = entries.peek().findIndex(({ view }) => view.id === views[0]?.id);
    const isShown = first >= at.peek() && first < at.peek() + shownCount.peek();
    if (first < 0 || isShown) return;
    // Pages of the grid begin where they began before.
    const pages = Math.ceil((at.peek() - first) / shownCount.peek());
    at.value = pages > 0 ? Math.max(0, at.peek() - pages * shownCount.peek()) : first;
  });
}

/** Reads again what others have changed of the items that are here. */
export function followOthers(): () => void {
  return onServerEvent("items", ({ items, user, seq }) => {
    const here = new Set(entries.peek().map(({ view }) => view.id));
    const changed = items.filter((id) => here.has(id)).slice(0, 200);
    if (user === studio.peek()?.user.name || changed.length === 0) return;
    void api<ItemPage>(`items?${new URLSearchParams({ ids: changed.join(","), count: "200" })}`).then(
      (page) => takeViews(page.items, seq),
      // The banner says that the server is gone; what is stale is refused when it is written.
      () => undefined,
    );
  });
}

export function setGridSize(size: number): void {
  gridSize.value = Math.min(6, Math.max(2, size));
  localStorage.setItem(SIZE_KEY, String(gridSize.peek()));
  void fill();
}

/** A new version orders anew what was not seen yet; what is shown stays. */
export function followVersions(): () => void {
  let seen: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rerank = () => {
    timer = undefined;
    if (isAsking.peek() || handPicked.peek() || filter.peek().sort === "random") return;
    const firm = at.peek() + shownCount.peek();
    if (entries.peek().length > firm) void ask({ count: AHEAD, keep: firm });
  };
  const end = effect(() => {
    const model = studio.value?.model;
    const version = `${model?.version} ${model?.labelled} ${model?.strategy}`;
    if (model === undefined || model.isRanking || version === seen) return;
    if (seen !== undefined) timer ??= setTimeout(rerank, RERANK_MS);
    seen = version;
  });
  return () => {
    end();
    clearTimeout(timer);
  };
}

/** The next item after `from` that has no answer and was come to before; else where the sitting has come to, and from there the next one. */
export function nextAfter(from: number): number {
  const isOpen = ({ view }: Entry) => !isAnswered(view) && !view.flags.skip && !view.flags.exclude;
  const found = entries.peek().findIndex((entry, i) => i > from && i < frontier.peek() && isOpen(entry));
  return found >= 0 ? found : Math.max(from + 1, frontier.peek());
}
