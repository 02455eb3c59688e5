import { EventEmitter, once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { BaalError, throwIfAborted } from "../../core/errors.js";
import type { Selection } from "../../strategies/strategy.js";
import { type FolderLock, lockFolder } from "../../system/folder-lock.js";
import type { JsonLinesLog } from "../../system/json-lines.js";
import type { ActiveLearningDataset } from "../active-learning-dataset.js";
import { type LabelValue, targetOf } from "./label-value.js";
import { type LabellingEntry, openJournal } from "./labelling-journal.js";
import {
  type Answer,
  type AnswerChange,
  checkPicks,
  type LabellingCounts,
  type LabellingItem,
  type LabellingState,
  labellingCounts,
  labellingItem,
} from "./labelling-state.js";
import { type ComparedData, describeData, itemContent, type RestoredLabelling, restoreLabelling } from "./restore-labelling.js";
import { SharedWork } from "./shared-work.js";

/** Picks the items of queries: an `ActiveLearningLoop`, or anything like it. */
export interface ItemSelector {
  /** Picks items of the pool, best first; `false` or none to end the session. */
  select(options: { readonly signal: AbortSignal }): Promise<Selection | false>;
  /** JSON values with which `loadStateDict` goes on as if nothing had come between. */
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
  /** Whose name the journal and the items mention. */
  readonly strategy?: { readonly name: string };
}

/** What a {@link LabellingSession} works with: data, loop, labels, and how to train. */
export interface LabellingSessionOptions<Input> {
  /** While the session is open, its labels and exclusions change through the session alone. */
  readonly dataset: ActiveLearningDataset<Input>;
  /** Picks the items of each query from that data set. */
  readonly loop: ItemSelector;
  /** Trains on the labels so far, before each query; it is not called while there are none. `query` counts from 1. */
  readonly train?: (
    dataset: ActiveLearningDataset<Input>,
    options: { readonly query: number; readonly signal: AbortSignal },
  ) => Promise<unknown>;
  /** Class names: labels may then be given by name, and others are refused. */
  readonly labels?: readonly string[] | undefined;
  /** The content of an input that tells its item from others, to notice other data when work goes on later. The input itself by default. */
  readonly contentOf?: ((input: Input) => unknown) | undefined;
}

type WorkOptions = { readonly signal?: AbortSignal | undefined };

/**
 * Active learning with people: hands out the items that a strategy picked, takes their labels in any order, and when all of a query
 * are answered trains and asks for the next. Every answer is on the disk before its promise resolves; a new process that opens the
 * same folder, with the same data and options, goes on as if nothing had come between, after a kill too.
 *
 * The data set follows at once, the labels of a query as one step in the order of answering. While a query is being prepared it is
 * left alone: answers that come meanwhile are saved at once, and reach it after that.
 *
 * @example
 * ```ts with=text no-run=people
 * import { ActiveLearningLoop, bald, LabellingSession, power } from "baaljs";
 *
 * const askAPerson = async (_index: number, _why: string) => "refund";
 * const loop = new ActiveLearningLoop(active, (items, options) => trainer.predictOnDatasetGenerator(items, options), power(bald()), {
 *   querySize: 10,
 * });
 * const session = await LabellingSession.open("labels/", { dataset: active, loop, labels, train: (items) => trainer.train(items) });
 * for await (const { index, why } of session.items()) {
 *   await session.submit(index, await askAPerson(index, why)); // a label's name; on the disk when this resolves
 * }
 * await session.close();
 * ```
 */
export class LabellingSession<Input> {
  readonly #options: LabellingSessionOptions<Input>;
  readonly #data: ComparedData<Input>;
  readonly #state: LabellingState;
  readonly #journal: JsonLinesLog;
  readonly #lock: FolderLock;
  readonly #follow: (change: AnswerChange) => void;
  readonly #preparation = new SharedWork((signal) => this.#prepare(signal));
  readonly #events = new EventEmitter().setMaxListeners(0);
  /** Pending items that nobody looks at: those of an earlier process, and those whose answer was taken back. */
  readonly #returned: Set<number>;
  /** Changes that the data set has not followed yet; only while a query is being prepared. */
  #deferred: AnswerChange[] | undefined;
  /** Number of changes so far, so that none is missed between looking and waiting. */
  #changes = 0;
  #isExhausted = false;
  #closed: Promise<void> | undefined;

  private constructor(
    options: LabellingSessionOptions<Input>,
    {
      data,
      restored,
      journal,
      lock,
    }: {
      readonly data: ComparedData<Input>;
      readonly restored: RestoredLabelling;
      readonly journal: JsonLinesLog;
      readonly lock: FolderLock;
    },
  ) {
    this.#options = options;
    this.#data = data;
    this.#state = restored.state;
    this.#follow = restored.follow;
    this.#journal = journal;
    this.#lock = lock;
    this.#returned = new Set(restored.state.pending);
  }

  /**
   * Begins a session in a folder, or goes on with the one that is there: labels and exclusions are given to the data set again, which
   * comes without labels or with those that it had at the beginning. A last line that a kill cut short is dropped.
   *
   * Throws `E_LOCKED` while the folder is open elsewhere; `E_CHECKPOINT` when it belongs to other data or other labels, or is damaged;
   * `E_ARGUMENT` for inputs that cannot be compared without `contentOf`. The data set is unchanged then.
   */
  static async open<Input>(folder: string, options: LabellingSessionOptions<Input>): Promise<LabellingSession<Input>> {
    const { dataset, loop, labels } = options;
    const data = { dataset, contentOf: options.contentOf ?? ((input: Input) => input) };
    const path = join(folder, "labels.jsonl");
    const now = describeData(data, labels);
    await mkdir(folder, { recursive: true });
    const lock = await lockFolder(folder, "lock");
    try {
      const { journal, content } = await openJournal(path);
      try {
        if (content === undefined) await journal.append(now);
        const restored = restoreLabelling(content ?? { header: now, entries: [] }, data, { now, path });
        const last = content?.entries.findLast((entry) => entry.type === "query");
        if (last?.state !== undefined) loop.loadStateDict?.(last.state);
        return new LabellingSession(options, { data, restored, journal, lock });
      } catch (error) {
        dataset.loadStateDict(now.initial);
        await journal.close();
        throw error;
      }
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Hands out the next items, best first: at most `count`, and only of the current query. When that is answered, the model is trained
   * and the next query prepared first; `next(0)` does no more than that. None come when all items of the query are with people, or
   * when the session {@link isFinished}. Calls at the same time share one preparation and never get the same item.
   *
   * Throws `E_ARGUMENT`, `E_ABORTED`, and what training or selection throws; calling again tries again.
   */
  async next(count = 1, { signal }: WorkOptions = {}): Promise<readonly LabellingItem<Input>[]> {
    if (!Number.isInteger(count) || count < 0)
      throw new BaalError("E_ARGUMENT", `The number of items to hand out is a whole number from 0; ${count} came.`);
    this.#checkOpen();
    throwIfAborted(signal, "Handing out items");
    await this.#untilPrepared(signal);
    const indices = this.#state.queue.slice(0, count);
    const items = indices.map((index) => this.#item(index));
    for (const index of indices) this.#returned.delete(index);
    if (indices.length > 0) await this.#record([{ type: "handOut", indices }]);
    return items;
  }

  /**
   * All items to label, one by one, for scripts: pending ones of an earlier process first, and those whose answer was taken back
   * again. Waits while all items are with people; ends with the session. An item that the loop's body leaves by `break` or an error
   * comes again from the next call; one that it passes over is with somebody, as far as the session knows, until {@link release}.
   */
  async *items({ signal }: WorkOptions = {}): AsyncGenerator<LabellingItem<Input>, void, undefined> {
    while (!this.#closed) {
      const seen = this.#changes;
      const returned = this.#takeReturned();
      const item = returned === undefined ? (await this.next(1, { signal }))[0] : this.#item(returned);
      if (item === undefined) {
        if (this.isFinished) return;
        if (seen === this.#changes) await this.#untilChanged(signal);
        continue;
      }
      let isTaken = false;
      try {
        yield item;
        isTaken = true;
      } finally {
        if (!isTaken && this.#state.pending.has(item.index)) this.#returned.add(item.index);
      }
    }
  }

  /**
   * Labels an item that was handed out, however long ago; another value than before relabels it, the same one changes nothing.
   * Throws `E_ARGUMENT` for an item that was never handed out and for what is no label, `E_LABEL_UNKNOWN`, `E_CHECKPOINT` when the
   * answer could not be saved.
   */
  async submit(index: number, value: LabelValue): Promise<void> {
    await this.submitMany([[index, value]]);
  }

  /** Labels several items; none if anything is wrong with one of them. Throws as {@link submit}. */
  async submitMany(answers: readonly (readonly [index: number, value: LabelValue])[]): Promise<void> {
    this.#checkOpen();
    const entries: LabellingEntry[] = [];
    const values = new Map<number, unknown>();
    for (const [index, given] of answers) {
      this.#state.checkHandedOut(index);
      const target = targetOf(index, given, this.#options.labels);
      const value = typeof target === "number" ? target : [...target];
      if (values.has(index) && !isDeepStrictEqual(values.get(index), value))
        throw new BaalError("E_ARGUMENT", `Item ${index} came with two different labels.`);
      if (!values.has(index) && !this.#isAnsweredAs(index, { type: "label", value }))
        entries.push({ type: "label", index, value });
      values.set(index, value);
    }
    await this.#record(entries);
  }

  /**
   * Leaves an item out that was handed out: it is excluded from the data set. A later label, `retract` or `undo` brings it back.
   * Throws `E_ARGUMENT` for an item that was never handed out.
   */
  async skip(index: number, reason?: string): Promise<void> {
    this.#checkOpen();
    this.#state.checkHandedOut(index);
    const answer = { type: "skip" as const, reason };
    await this.#record(this.#isAnsweredAs(index, answer) ? [] : [{ ...answer, index }]);
  }

  /**
   * Gives a pending item back unanswered: it is handed out again, before others. For a person who has gone, or who wants to answer
   * another first. Throws `E_ARGUMENT` for an item that is not pending.
   */
  async release(index: number): Promise<void> {
    this.#checkOpen();
    await this.#record([{ type: "release", index }]);
  }

  /** Takes an item's answer back, so that it waits for another. Throws `E_ARGUMENT` for an item without an answer. */
  async retract(index: number): Promise<void> {
    this.#checkOpen();
    await this.#record([{ type: "retract", index }]);
  }

  /** Takes back what was answered or retracted last, by whomever, and gives that item; `undefined` where there is nothing left. */
  async undo(): Promise<LabellingItem<Input> | undefined> {
    this.#checkOpen();
    const last = this.#state.history.at(-1);
    if (!last) return undefined;
    await this.#record([{ type: "undo" }]);
    return this.#item(last.index);
  }

  /**
   * Ends the current query early and prepares the next: what was not answered goes back to the pool. Answers that come for it later
   * are still taken. Throws as {@link next}.
   */
  async refill({ signal }: WorkOptions = {}): Promise<void> {
    this.#checkOpen();
    throwIfAborted(signal, "Preparing a query");
    if (!this.#state.isComplete) await this.#record([{ type: "withdraw" }]);
    this.#isExhausted = false;
    await this.#untilPrepared(signal);
  }

  /** Items that were handed out and not answered, in the order of handing out. */
  get pending(): readonly LabellingItem<Input>[] {
    return [...this.#state.pending].map((index) => this.#item(index));
  }

  /** The answers so far, by dataset index. */
  get answers(): ReadonlyMap<number, Answer> {
    return this.#state.answers;
  }

  get counts(): LabellingCounts {
    return labellingCounts(this.#state, this.#options.dataset.numUnlabelled, this.#deferred ?? []);
  }

  /** Whether everything was answered and nothing more was picked. `next`, `items` or `refill` find it out. */
  get isFinished(): boolean {
    return this.#isExhausted && this.#state.isComplete;
  }

  /** Stops a preparation, waits for answers on their way to the disk, and lets others open the folder. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#announce();
    await this.#preparation.stop();
    try {
      await this.#journal.close();
    } finally {
      await this.#lock.release();
    }
  }

  async #untilPrepared(signal: AbortSignal | undefined): Promise<void> {
    while (this.#state.isComplete && !this.#isExhausted) {
      this.#checkOpen();
      await this.#preparation.run(signal, "Preparing a query");
    }
    this.#checkOpen();
  }

  /** Trains, picks, and records the query; the selector stands where it stood if that fails. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { dataset, loop, train } = this.#options;
    const before = loop.stateDict?.();
    let picked: Selection | false = false;
    this.#deferred = [];
    try {
      if (dataset.numUnlabelled > 0) {
        if (dataset.length > 0) await train?.(dataset, { query: this.#state.queries + 1, signal });
        throwIfAborted(signal, "Preparing a query");
        picked = await loop.select({ signal });
        throwIfAborted(signal, "Preparing a query");
        if (picked) checkPicks(picked, dataset);
      }
    } catch (error) {
      if (before !== undefined) loop.loadStateDict?.(before);
      throw error;
    } finally {
      const changes = this.#deferred;
      this.#deferred = undefined;
      for (const change of changes) this.#follow(change);
    }
    this.#isExhausted = picked === false || picked.indices.length === 0;
    if (picked !== false) await this.#query(picked);
  }

  async #query({ indices, scores }: Selection): Promise<void> {
    const { dataset, loop } = this.#options;
    // Late answers may have come for some of them meanwhile.
    const places = [...indices.keys()].filter((i) => dataset.canLabel(indices[i]!));
    if (places.length === 0) return;
    const picked = places.map((i) => indices[i]!);
    const state = loop.stateDict?.();
    const query = {
      ...{ type: "query" as const, indices: picked, scores: places.map((i) => scores[i]!) },
      strategy: loop.strategy?.name,
      content: picked.map((index) => itemContent(index, this.#data)),
      state,
    };
    await this.#record([query]);
  }

  /** Takes entries in and resolves when they, and all before them, are on the disk. */
  async #record(entries: readonly LabellingEntry[]): Promise<void> {
    this.#journal.checkUsable();
    for (const entry of entries) {
      for (const change of this.#state.apply(entry)) this.#changed(change);
    }
    this.#announce();
    await (entries.length > 0 ? this.#journal.append(...entries) : this.#journal.flushed());
  }

  #changed(change: AnswerChange): void {
    this.#isExhausted = false;
    if (change.after) this.#returned.delete(change.index);
    else this.#returned.add(change.index);
    if (this.#deferred) this.#deferred.push(change);
    else this.#follow(change);
  }

  #isAnsweredAs(index: number, answer: Answer): boolean {
    return isDeepStrictEqual(this.#state.answers.get(index), answer);
  }

  #takeReturned(): number | undefined {
    for (const index of this.#returned) {
      this.#returned.delete(index);
      if (this.#state.pending.has(index)) return index;
    }
    return undefined;
  }

  #item(index: number): LabellingItem<Input> {
    return labellingItem(index, this.#state, this.#options.dataset);
  }

  #announce(): void {
    this.#changes++;
    this.#events.emit("change");
  }

  async #untilChanged(signal: AbortSignal | undefined): Promise<void> {
    try {
      await once(this.#events, "change", { signal });
    } catch (error) {
      throwIfAborted(signal, "Waiting for answers");
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new BaalError("E_ARGUMENT", "The labelling session is closed; open its folder again.");
  }
}
