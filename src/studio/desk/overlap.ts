import type { ItemRecord } from "../store/records.js";
import type { Desk } from "./desk.js";

/** How many users each item waits for: `overlap` for the share of items that more than one answers, by what they are, so that it stays so. */
export function wantedUsers(desk: Pick<Desk, "settings">): (item: ItemRecord) => number {
  const { overlap, overlapShare } = desk.settings();
  if (overlap <= 1 || overlapShare <= 0) return () => 1;
  return ({ contentHash }) => (shareOf(contentHash) < overlapShare ? overlap : 1);
}

/** Where an item stands in [0, 1), from its hash alone. */
function shareOf(contentHash: string): number {
  return Number.parseInt(contentHash.slice(0, 8), 16) / 2 ** 32;
}
