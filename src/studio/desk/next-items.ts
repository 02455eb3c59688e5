import type { NextItems, NextRequest } from "../api/item-contract.js";
import type { Desk, Viewer } from "./desk.js";
import { filteredItems } from "./filter-items.js";
import type { ItemState } from "./item-states.js";
import { itemViews } from "./item-views.js";
import { sortItems } from "./sort-items.js";

/**
 * The next items of a browser, which no other browser gets until they are given back: when they are answered, when the browser leaves, or after
 * some idle minutes. Skipped items come only where they are asked for. Throws `E_ARGUMENT` for an unknown sort, subset or label.
 */
export async function nextItems(desk: Desk, viewer: Viewer, request: NextRequest, now: number = Date.now()): Promise<NextItems> {
  const { store } = desk;
  const until = now + desk.settings().leaseMinutes * 60_000;
  const holder = leaseHolder(viewer);
  const found = filteredItems(desk, viewer.name, request);
  const isSkippedWanted = request.subset === "skipped" || request.status !== "unlabeled";
  const left = isSkippedWanted
    ? found
    : found.filter(({ flags }) => !flags.some(({ flag, user }) => flag === "skip" && user === viewer.name));
  // What the page holds stays its own.
  store.lease(request.have, holder, { now, until });
  const taken = store.leasedByOthers(holder, now);
  for (const id of request.have) taken.add(id);
  const free = left.filter(({ item }) => !taken.has(item.id));
  const isOpenWanted = request.status === "unlabeled" || request.status === "partial";
  const states = isOpenWanted && desk.settings().withDuplicates ? oneOfEach(desk, viewer.name, free, taken) : free;
  // No model picks among those that measure it: whoever wants these gets them at random.
  const sort = request.excludeStatus === "validation" ? "random" : request.sort;
  const order = await sortItems(desk, sort, { states, count: request.count, seed: desk.nextSeed() });
  // While it was sorted somebody else may have got some of them.
  const leased = new Set(store.lease(order.items, holder, { now, until }));
  const scores = new Map(order.items.map((item, n) => [item, order.scores[n]]));
  return {
    items: itemViews(
      desk,
      viewer.name,
      order.items.filter((item) => leased.has(item)),
    ).map((view) => ({ ...view, score: scores.get(view.id) })),
    ...{ sort: request.sort, reason: order.reason, seq: store.seq(), left: left.length },
  };
}

/**
 * Of each duplicate group one item: its answer is that of the others. None where one that is taken will be answered; a skipped one will not. Items of the
 * validation are groups of their own, see `withDuplicates` of `LabelBatch`.
 */
function oneOfEach(desk: Desk, user: string, free: readonly ItemState[], taken: ReadonlySet<number>): ItemState[] {
  const seen = new Set<string>();
  const groupOf = ({ item, isValidation }: ItemState) => `${item.duplicateGroup} ${isValidation}`;
  for (const id of taken) {
    const state = desk.states.get(id);
    if (state === undefined || state.item.duplicateGroup === undefined || state.isExcluded) continue;
    const isDone = state.known.answers.some((answer) => answer.user === user);
    const isSkipped = state.flags.some((one) => one.flag === "skip" && one.user === user);
    if (!isDone && !isSkipped) seen.add(groupOf(state));
  }
  return free.filter((state) => {
    if (state.item.duplicateGroup === undefined) return true;
    const group = groupOf(state);
    if (seen.has(group)) return false;
    seen.add(group);
    return true;
  });
}

/** Gives back what a browser has. */
export function leave(desk: Desk, viewer: Viewer): void {
  desk.store.releaseLeases(leaseHolder(viewer));
}

/** In the column of users: a name has no control characters. */
export function leaseHolder({ name, session }: Viewer): string {
  return `${name}\n${session}`;
}
