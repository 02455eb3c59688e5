import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import type { Selection } from "../../strategies/strategy.js";
import type { ActiveLearningDataset } from "../active-learning-dataset.js";
import type { EntryOf, LabellingEntry } from "./labelling-journal.js";

/** The answer to an item: its label, or that it shall not be labelled. */
export type Answer =
  | { readonly type: "label"; readonly value: Exclude<Target, undefined> }
  | { readonly type: "skip"; readonly reason?: string | undefined };

/** A change that the data set must follow. */
export interface AnswerChange {
  readonly index: number;
  readonly before: Answer | undefined;
  readonly after: Answer | undefined;
  /** Number of the query in which it came, from 1. */
  readonly query: number;
}

/** Why an item was handed out. */
export interface Pick {
  readonly score: number;
  /** Number of the query, from 1. */
  readonly query: number;
  /** Place among the query's picks, from 1. */
  readonly rank: number;
  readonly strategy: string | undefined;
}

type Table = { readonly [Type in LabellingEntry["type"]]: (state: LabellingState, entry: EntryOf<Type>) => AnswerChange[] };

const NONE: AnswerChange[] = [];

/** The effect of each kind of entry. They throw `E_ARGUMENT` before anything is changed. */
const EFFECTS: Table = {
  query(state, { indices, scores, strategy }) {
    state.queries++;
    for (const [i, index] of indices.entries()) {
      state.picks.set(index, { score: scores[i] ?? 0, query: state.queries, rank: i + 1, strategy });
    }
    state.queue = [...indices];
    return NONE;
  },
  handOut(state, { indices }) {
    const wrong = indices.find((index, i) => index !== state.queue[i]);
    if (wrong !== undefined) throw new BaalError("E_ARGUMENT", `Item ${wrong} is not the next to be handed out.`);
    state.queue = state.queue.slice(indices.length);
    for (const index of indices) {
      state.handedOut.add(index);
      state.pending.add(index);
    }
    return NONE;
  },
  release(state, { index }) {
    if (!state.pending.has(index))
      throw new BaalError("E_ARGUMENT", `Item ${index} is not pending, so nobody has to give it back.`);
    state.pending.delete(index);
    state.queue = [index, ...state.queue];
    return NONE;
  },
  label(state, { index, value }) {
    return state.answer(index, { type: "label", value });
  },
  skip(state, { index, reason }) {
    return state.answer(index, { type: "skip", reason });
  },
  retract(state, { index }) {
    if (!state.answers.has(index)) throw new BaalError("E_ARGUMENT", `Item ${index} has no answer that could be taken back.`);
    return state.answer(index, undefined);
  },
  undo(state) {
    const last = state.history.pop();
    if (!last) throw new BaalError("E_ARGUMENT", "There is no answer that could be undone.");
    return state.place(last.index, last.before);
  },
  withdraw(state) {
    state.queue = [];
    state.pending.clear();
    return NONE;
  },
};

/** Where a labelling session stands: a function of the journal's entries alone. */
export class LabellingState {
  /** Number of queries so far. */
  queries = 0;
  /** Picked and not yet handed out, best first. */
  queue: readonly number[] = [];
  /** Handed out and not answered, in the order of handing out. */
  readonly pending = new Set<number>();
  /** Ever handed out: these may be answered, however late. */
  readonly handedOut = new Set<number>();
  readonly picks = new Map<number, Pick>();
  readonly answers = new Map<number, Answer>();
  /** The answers that were replaced, in the order of answering. */
  readonly history: { readonly index: number; readonly before: Answer | undefined }[] = [];

  /** Takes an entry in and tells how answers changed. Throws `E_ARGUMENT`, with nothing changed, for one that does not fit. */
  apply<Type extends LabellingEntry["type"]>(entry: EntryOf<Type>): readonly AnswerChange[] {
    const effect = EFFECTS[entry.type as Type];
    return effect(this, entry);
  }

  /** Whether the last query is done with: everything was answered or withdrawn. */
  get isComplete(): boolean {
    return this.queue.length === 0 && this.pending.size === 0;
  }

  /** Throws `E_ARGUMENT` for an item that was never handed out. */
  checkHandedOut(index: number): void {
    if (this.handedOut.has(index)) return;
    throw new BaalError("E_ARGUMENT", `Item ${index} was never handed out, so it cannot be answered; next() hands items out.`);
  }

  /** Sets an item's answer, to be undone. */
  answer(index: number, after: Answer | undefined): AnswerChange[] {
    this.checkHandedOut(index);
    this.history.push({ index, before: this.answers.get(index) });
    return this.place(index, after);
  }

  /** Sets an item's answer; without one, it waits for one. */
  place(index: number, after: Answer | undefined): AnswerChange[] {
    const before = this.answers.get(index);
    this.pending.delete(index);
    this.queue = this.queue.filter((queued) => queued !== index);
    if (after) this.answers.set(index, after);
    else {
      this.answers.delete(index);
      this.pending.add(index);
    }
    return [{ index, before, after, query: this.queries }];
  }
}

/** How many items a session has handled, and how many are left. */
export interface LabellingCounts {
  /** Labels given in this session, those of earlier processes included. */
  readonly labelled: number;
  readonly skipped: number;
  /** Handed out and not answered. */
  readonly pending: number;
  /** Picked and not handed out yet. */
  readonly queued: number;
  /** Neither labelled nor skipped, in the whole data set. */
  readonly unanswered: number;
  readonly queries: number;
}

/** `deferred` are the changes that a data set with `numUnlabelled` items has not followed yet. */
export function labellingCounts(
  { answers, pending, queue, queries }: LabellingState,
  numUnlabelled: number,
  deferred: readonly AnswerChange[],
): LabellingCounts {
  const late = deferred.reduce((sum, { before, after }) => sum + Number(before === undefined) - Number(after === undefined), 0);
  let labelled = 0;
  for (const { type } of answers.values()) if (type === "label") labelled++;
  return {
    ...{ labelled, skipped: answers.size - labelled, pending: pending.size, queued: queue.length, queries },
    unanswered: numUnlabelled - late,
  };
}

/** An item for a person to label. */
export interface LabellingItem<Input> {
  /** Its dataset index. */
  readonly index: number;
  readonly input: Input;
  readonly score: number;
  /** Number of the query that picked it, from 1. */
  readonly query: number;
  /** Its place among that query's picks, from 1. */
  readonly rank: number;
  /** These as a sentence. */
  readonly why: string;
}

/** An item that a query has picked, as the pool sees it. */
export function labellingItem<Input>(
  index: number,
  { picks }: LabellingState,
  dataset: ActiveLearningDataset<Input>,
): LabellingItem<Input> {
  const { score, query, rank, strategy } = picks.get(index)!;
  const why = `Pick ${rank} of query ${query}${strategy === undefined ? "" : ` by ${strategy}`}, with a score of ${score.toPrecision(4)}.`;
  return { index, input: dataset.item(index).input, score, query, rank, why };
}

/** Throws `E_ARGUMENT` for a picked item that is not in the pool or comes twice, `E_NOT_FINITE` for a score that is no number. */
export function checkPicks<Input>({ indices, scores }: Selection, dataset: ActiveLearningDataset<Input>): void {
  if (scores.length !== indices.length)
    throw new BaalError("E_ARGUMENT", `${indices.length} items were picked with ${scores.length} scores; each needs one.`);
  const distinct = new Set<number>();
  for (const [i, index] of indices.entries()) {
    if (!dataset.canLabel(index)) throw new BaalError("E_ARGUMENT", `Item ${index} was picked, which is labelled or excluded.`);
    if (distinct.has(index)) throw new BaalError("E_ARGUMENT", `Item ${index} was picked twice.`);
    distinct.add(index);
    if (!Number.isFinite(scores[i])) throw new BaalError("E_NOT_FINITE", `Item ${index} was picked with the score ${scores[i]}.`);
  }
}
