import { BaalError } from "../../core/errors.js";
import { closestName } from "../../core/names.js";
import type { ItemFilter, LabelStatus } from "../api/item-contract.js";
import { IMPORT_USER } from "../store/import-labelling.js";
import type { LabelRecord } from "../store/records.js";
import type { Desk } from "./desk.js";
import type { ItemState } from "./item-states.js";
import { wantedUsers } from "./overlap.js";

/** Whether an item is among those that are asked for. */
type Predicate = (state: ItemState) => boolean;

/** The items that a filter leaves for a user, in the order in which they came. Throws `E_ARGUMENT` for a subset or label that is not there. */
export function filteredItems(desk: Desk, user: string, filter: ItemFilter): ItemState[] {
  const isWanted = subsetFilter(desk, user, filter.subset);
  const status = statusFor(desk, user);
  const isShown = EXCLUDE[filter.excludeStatus];
  const found: ItemState[] = [];
  for (const state of desk.states.all())
    if (isShown(state) && (filter.status === "any" || status(state) === filter.status) && isWanted(state)) found.push(state);
  return found;
}

const EXCLUDE: Readonly<Record<ItemFilter["excludeStatus"], Predicate>> = {
  "not excluded": ({ isExcluded }) => !isExcluded,
  excluded: ({ isExcluded }) => isExcluded,
  validation: ({ isExcluded, isValidation }) => !isExcluded && isValidation,
  any: () => true,
};

/** How far an item is labelled as a user sees it: one that waits for further users is unlabelled for those who have not answered it. */
export function statusFor(desk: Desk, user: string): (state: ItemState) => Exclude<LabelStatus, "any"> {
  const wanted = wantedUsers(desk);
  return (state) => {
    const { answers } = state.known;
    if (state.status === "unlabeled" || answers.some((answer) => answer.user === user || answer.user === IMPORT_USER))
      return state.status;
    return answers.length < wanted(state.item) ? "unlabeled" : state.status;
  };
}

const OF_LABEL = ["unlabeled", "contains", "doesn't contain", "predicted"] as const;

/** Throws `E_ARGUMENT`. */
function subsetFilter(desk: Desk, user: string, subset: string): Predicate {
  const plain = PLAIN[subset];
  if (plain) return (state) => plain(state, user);
  const at = subset.indexOf(":");
  const [kind, name] = [subset.slice(0, at), subset.slice(at + 1)];
  if (kind === "subset") return ({ item }) => item.subset === name;
  const one = OF_LABEL.find((known) => known === kind);
  if (!one)
    throw new BaalError(
      "E_ARGUMENT",
      `There is no subset ${JSON.stringify(subset)}: known are ${[...Object.keys(PLAIN), ...OF_LABEL.map((of) => `${of}:LABEL`), "subset:NAME"].join(", ")}.`,
    );
  const label = liveLabel(desk, name);
  if (one === "predicted") return predicted(desk, label);
  // Of a single choice a yes to another label is a no to this one.
  const isSingle = desk.store.project()?.task === "single";
  return ({ known: { resolved } }) => {
    const value = resolved?.get(label.id) ?? (isSingle && resolved ? 0 : undefined);
    if (one === "unlabeled") return value === undefined;
    return value === (one === "contains" ? 1 : 0);
  };
}

const PLAIN: Readonly<Record<string, (state: ItemState, user: string) => boolean>> = {
  all: () => true,
  skipped: ({ flags }, user) => flags.some((one) => one.flag === "skip" && one.user === user),
  commented: ({ flags }) => flags.some(({ flag }) => flag === "comment"),
  conflict: ({ known }) => known.isConflict,
};

function predicted(desk: Desk, label: LabelRecord): Predicate {
  const probabilities = desk.brain()?.probabilities();
  const column = probabilities?.labels.indexOf(label.id) ?? -1;
  if (!probabilities || column < 0) return () => false;
  const isSingle = desk.store.project()?.task === "single";
  return ({ item }) => {
    const own = probabilities.of(item.id);
    if (!own) return false;
    return isSingle ? own.every((p) => p <= own[column]!) : own[column]! > 0.5;
  };
}

/** Throws `E_ARGUMENT` for one that is not offered. */
export function liveLabel(desk: Desk, name: string): LabelRecord {
  const labels = desk.store.liveLabels();
  const found = labels.find((label) => label.name === name);
  if (found) return found;
  const meant = closestName(
    name,
    labels.map((label) => label.name),
  );
  throw new BaalError(
    "E_ARGUMENT",
    `There is no label ${JSON.stringify(name)}.${meant ? ` Did you mean ${JSON.stringify(meant)}?` : ""}`,
  );
}
