import { BaalError } from "../../core/errors.js";
import type { HistoryEntry, ItemDetail, ItemView, Suggestion } from "../api/item-contract.js";
import type { EventRecord } from "../store/records.js";
import type { Desk } from "./desk.js";
import type { ItemState } from "./item-states.js";

/** Items as a user sees them; those that are not there any more are left out. */
export function itemViews(desk: Desk, user: string, items: readonly number[]): ItemView[] {
  const isSuggesting = desk.settings().isSuggesting;
  return items.flatMap((id) => {
    const state = desk.states.get(id);
    return state ? [itemView(desk, user, state, isSuggesting)] : [];
  });
}

function itemView(desk: Desk, user: string, state: ItemState, isSuggesting: boolean): ItemView {
  const { item, known, flags, isExcluded, isValidation } = state;
  const { id, content, fields, subset, source, contentHash } = item;
  const mine = known.answers.find((answer) => answer.user === user)?.values;
  const own = (name: string) => flags.find(({ flag, user: who }) => flag === name && who === user);
  // What the model thinks of validation items would colour what they are there to measure.
  const suggestions: readonly Suggestion[] = isSuggesting && !isValidation ? (desk.brain()?.suggestions(id) ?? []) : [];
  return {
    ...{ id, content: shownContent(desk, content), fields, subset, source, contentHash, suggestions, score: undefined },
    mine: Object.fromEntries(mine ?? []),
    resolved: known.resolved && Object.fromEntries(known.resolved),
    isConflict: known.isConflict,
    flags: {
      ...{ exclude: isExcluded, validation: isValidation },
      skip: own("skip") !== undefined,
      comment: own("comment")?.note,
    },
    duplicates: desk.states.duplicatesOf(id).length - 1,
  };
}

/** An image's name: where it is on the server's disk is nobody's business. */
function shownContent(desk: Desk, content: string): string {
  return desk.data.kind === "image" ? (content.split(/[\\/]/).at(-1) ?? content) : content;
}

/** Everything about an item. Throws `E_ARGUMENT` for one that is not there. */
export function itemDetail(desk: Desk, user: string, id: number): ItemDetail {
  const state = desk.states.get(id);
  const [view] = itemViews(desk, user, [id]);
  if (!state || !view) throw new BaalError("E_ARGUMENT", `There is no item ${id}.`);
  return {
    ...view,
    answers: state.known.answers.map(({ user: who, values, via }) => ({
      user: who,
      values: Object.fromEntries(values),
      via: via as ItemDetail["answers"][number]["via"],
    })),
    comments: state.flags.flatMap(({ flag, user: who, note }) =>
      flag === "comment" && note !== undefined ? [{ user: who, text: note }] : [],
    ),
    history: desk.store.eventsOf(id).map(historyEntry).reverse(),
  };
}

export function historyEntry({ seq, at, user, batchId, type, item, class: label, flag, value }: EventRecord): HistoryEntry {
  return { seq, at, user, batchId, type, item, label, flag, value };
}
