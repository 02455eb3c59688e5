import { isDeepStrictEqual } from "node:util";
import { BaalError, errorMessage } from "../../core/errors.js";
import { addContent, type ContentRules, newDigest } from "../../system/digest.js";
import type { ActiveLearningDataset } from "../active-learning-dataset.js";
import { type ActiveState, parseActiveState } from "../active-state.js";
import type { EntryOf, JournalContent, LabellingEntry, LabellingHeader } from "./labelling-journal.js";
import { type AnswerChange, checkPicks, LabellingState } from "./labelling-state.js";

/** A data set, and what of its inputs tells one item from another. */
export interface ComparedData<Input> {
  readonly dataset: ActiveLearningDataset<Input>;
  readonly contentOf: (input: Input) => unknown;
}

/** Where a session stands, and what lets its data set follow from there. */
export interface RestoredLabelling {
  readonly state: LabellingState;
  readonly follow: (change: AnswerChange) => void;
}

/** Items whose content the header names, evenly spread: what shifts or reorders a data set is noticed without reading all of it. */
const SAMPLED = 128;

/** A journal's first line about a data set as it is now. Throws `E_ARGUMENT` for inputs without content. */
export function describeData<Input>(data: ComparedData<Input>, labels: readonly string[] | undefined): LabellingHeader {
  const initial = data.dataset.stateDict();
  const count = Math.min(SAMPLED, initial.length);
  const sampled = Array.from({ length: count }, (_, i) => Math.floor((i * (initial.length - 1)) / Math.max(1, count - 1)));
  const content = contentHash(
    sampled.map((index) => itemContent(index, data)),
    "The data set",
  );
  return { version: 1, content, labels: labels && [...labels], initial };
}

/** Names an item by its content. Throws `E_ARGUMENT`. */
export function itemContent<Input>(index: number, { dataset, contentOf }: ComparedData<Input>): string {
  return contentHash(contentOf(dataset.item(index).input), `The input of item ${index}`);
}

/**
 * Brings a data set to where the journal at `path` left it, and gives that state. `now` describes the data set as it came: without
 * labels, as it was when the session began, or as the session left it. Throws `E_CHECKPOINT` when the journal belongs to other data or
 * other labels, or does not hold together; the data set is then to be put back by the caller.
 */
export function restoreLabelling<Input>(
  { header, entries }: JournalContent,
  data: ComparedData<Input>,
  { now, path }: { readonly now: LabellingHeader; readonly path: string },
): RestoredLabelling {
  const { dataset } = data;
  const initial = parseActiveState(header.initial, now.initial.length, `${path}, line 1`);
  const refuse = (what: string) => new BaalError("E_CHECKPOINT", `${path} belongs to ${what}.`);
  if (header.content !== now.content)
    throw refuse("a data set of other items, or of the same in another order; open it with the data it was begun with");
  if (!isDeepStrictEqual(header.labels, now.labels))
    throw refuse(`other labels (${header.labels?.join(", ") ?? "none"}); give the same ones in the same order`);
  dataset.loadStateDict(initial);
  const state = new LabellingState();
  const follow = followAnswers(dataset);
  for (const [i, entry] of entries.entries()) {
    try {
      if (entry.type === "query") checkQuery(entry, data);
      for (const change of apply(state, entry)) follow(change);
    } catch (error) {
      const message = `${path}, line ${i + 2}, does not fit: ${errorMessage(error)}`;
      throw new BaalError("E_CHECKPOINT", message, { cause: error });
    }
  }
  const untouched = { ...initial, steps: [], targets: [], excluded: [] };
  const accepted = [untouched, initial, dataset.stateDict()];
  if (accepted.some((known) => isDeepStrictEqual(labelsOf(known), labelsOf(now.initial)))) return { state, follow };
  throw refuse("a data set with other labels; open it with one that has none, or those it was begun with");
}

function apply<Type extends LabellingEntry["type"]>(state: LabellingState, entry: EntryOf<Type>) {
  return state.apply<Type>(entry);
}

function checkQuery<Input>(query: EntryOf<"query">, data: ComparedData<Input>): void {
  checkPicks(query, data.dataset);
  const other = query.indices.find((index, i) => itemContent(index, data) !== query.content[i]);
  if (other !== undefined) throw new BaalError("E_CHECKPOINT", `item ${other} has another content now than when it was picked.`);
}

/** All of a state but where its generator stands. */
function labelsOf({ steps, excluded = [], targets }: ActiveState) {
  return { steps: steps.filter((step) => step.length > 0), excluded, targets };
}

/**
 * Carries changed answers over into a data set: labels in the order of answering, those of a query as one step; skipped items are
 * excluded.
 */
function followAnswers<Input>(dataset: ActiveLearningDataset<Input>): (change: AnswerChange) => void {
  let stepOfQuery: number | undefined;
  return ({ index, before, after, query }) => {
    if (before?.type === "label" && after?.type === "label") {
      dataset.relabel(index, after.value);
      return;
    }
    if (before?.type === "label") dataset.unlabel([index]);
    if (before?.type === "skip") dataset.include([index]);
    if (after?.type === "skip") dataset.exclude([index]);
    if (after?.type === "label") {
      dataset.label([index], [after.value], { step: stepOfQuery === query ? "last" : "new" });
      stepOfQuery = query;
    }
  };
}

/** Labelling journals name their items by these: fields that are functions are passed over. */
const CONTENT: ContentRules = {
  fieldsOf: (value) => (typeof value === "object" && value !== null ? Object.entries(value) : undefined),
  nameOf: (name) => `${name.length} ${name}:`,
};

/**
 * Names a value by its content: strings, numbers, arrays of any kind and the fields of objects, in 16 hexadecimal digits. Functions
 * are passed over. Throws `E_ARGUMENT` for what has no content beside them. `what` names the value.
 */
export function contentHash(value: unknown, what: string): string {
  const digest = newDigest();
  if (addContent(digest, value, CONTENT)) return digest.digest("hex").slice(0, 16);
  throw new BaalError(
    "E_ARGUMENT",
    `${what} has no content that could be compared when work goes on later: give the option contentOf, for example (input) => input.path.`,
  );
}
