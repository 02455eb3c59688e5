import type { Review, ReviewEntry, ReviewKind } from "../api/item-contract.js";
import type { Desk } from "./desk.js";
import type { ItemState } from "./item-states.js";
import { itemDetail } from "./item-views.js";

/** Entries at most: whoever has looked at so many asks again. */
const MOST = 300;

const NOTES: Readonly<Record<ReviewKind, string>> = {
  "label-errors": "No label looks doubtful.",
  conflicts: "Nobody disagrees with anybody.",
  duplicates: "No duplicates are labelled differently.",
  excluded: "Nothing is excluded.",
  validation: "There are no validation items.",
};

/** What should be looked at again, the most doubtful first. */
export async function review(desk: Desk, user: string, kind: ReviewKind): Promise<Review> {
  const { entries, note } =
    kind === "label-errors" ? await labelErrors(desk, user) : { entries: FOUND[kind](desk, user), note: undefined };
  const sorted = entries.toSorted((a, b) => b.doubt - a.doubt).slice(0, MOST);
  return { kind, entries: sorted, note: sorted.length > 0 ? undefined : (note ?? NOTES[kind]) };
}

const FOUND: Readonly<Record<Exclude<ReviewKind, "label-errors">, (desk: Desk, user: string) => ReviewEntry[]>> = {
  conflicts: (desk, user) => each(desk, user, ({ known, isExcluded }) => known.isConflict && !isExcluded, disagreement),
  duplicates: differentDuplicates,
  excluded: (desk, user) =>
    each(
      desk,
      user,
      ({ isExcluded }) => isExcluded,
      () => 0,
    ),
  validation: (desk, user) =>
    each(
      desk,
      user,
      ({ isValidation, isExcluded }) => isValidation && !isExcluded,
      ({ status }) => (status === "unlabeled" ? 1 : 0),
    ),
};

function each(
  desk: Desk,
  user: string,
  isWanted: (state: ItemState) => boolean,
  doubt: (state: ItemState) => number,
): ReviewEntry[] {
  const wanted = [...desk.states.all()].filter(isWanted).map((state) => ({ id: state.item.id, doubt: doubt(state) }));
  wanted.sort((a, b) => b.doubt - a.doubt);
  return wanted
    .slice(0, MOST)
    .map(({ id, doubt: own }) => ({ items: [itemDetail(desk, user, id)], instead: undefined, doubt: own }));
}

/** The share of annotators who do not say what most say. */
function disagreement({ known }: ItemState): number {
  const votes = new Map<string, number>();
  for (const { values } of known.answers) {
    const said = JSON.stringify([...values].sort(([a], [b]) => a - b));
    votes.set(said, (votes.get(said) ?? 0) + 1);
  }
  return 1 - Math.max(...votes.values()) / known.answers.length;
}

function differentDuplicates(desk: Desk, user: string): ReviewEntry[] {
  const seen = new Set<number>();
  const found: ReviewEntry[] = [];
  for (const { item } of desk.states.all()) {
    if (item.duplicateGroup === undefined || seen.has(item.duplicateGroup) || found.length >= MOST) continue;
    seen.add(item.duplicateGroup);
    const labelled = desk.states
      .duplicatesOf(item.id)
      .map((id) => desk.states.get(id))
      .filter((state) => state !== undefined && !state.isExcluded && state.known.resolved !== undefined);
    const said = new Set(labelled.map((state) => JSON.stringify([...state!.known.resolved!].sort(([a], [b]) => a - b))));
    if (said.size < 2) continue;
    found.push({
      items: labelled.map((state) => itemDetail(desk, user, state!.item.id)),
      ...{ instead: undefined, doubt: 1 - 1 / said.size },
    });
  }
  return found;
}

async function labelErrors(desk: Desk, user: string) {
  const brain = desk.brain();
  if (!brain) return { entries: [], note: "There is no model that could doubt a label: choose an encoder in Settings." };
  const { found, note } = await brain.labelErrors();
  const entries = found
    .filter(({ item }) => desk.states.get(item)?.isExcluded === false)
    .map(({ item, instead, doubt }) => ({ items: [itemDetail(desk, user, item)], instead, doubt }));
  return { entries, note };
}
