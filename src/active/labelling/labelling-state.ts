import type { Target } from "../../data/dataset.js";
import { BaalError } from "../../errors.js";
import type { EntryOf, LabellingEntry } from "./labelling-entry.js";

/** What was said of an item: its label, or that it shall not be labelled. */
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

/** What each entry does. They throw `E_ARGUMENT` before anything is changed. */
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
  /** What each answer replaced, in the order of answering. */
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
