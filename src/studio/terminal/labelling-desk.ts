import { randomUUID } from "node:crypto";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { Ranking, RankRequest, RankTarget, SuggestedLabel } from "../ranking/ranking-calls.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { ItemRecord, LabelRecord, LabelTask } from "../store/records.js";
import { runDeskCommand } from "./desk-commands.js";
import { DeskItems } from "./desk-items.js";
import type { DeskView } from "./desk-view.js";
import type { Action } from "./keys.js";

export interface DeskOptions {
  readonly store: StudioStore;
  /** What is labelled, in the order in which it is shown until it is ranked. */
  readonly items: readonly ItemRecord[];
  readonly task: LabelTask;
  readonly user: string;
  readonly seed: number;
  readonly strategy?: string | undefined;
  /** Labels that came with the items, by their positions. */
  readonly suggestions?: ReadonlyMap<number, readonly SuggestedLabel[]> | undefined;
  /** Items that the user has skipped are shown again. */
  readonly isSkippedShown?: boolean | undefined;
  /** Answers or labels are other ones than before. */
  readonly onChange?: (() => void) | undefined;
}

/** Of a pool so many at most are ranked at once: they are ranked anew after each answer. */
const MOST_RANKED = 20;

/**
 * One item after the other, with a key for each label. Every answer is on the disk before the next item is there. It knows nothing of a terminal:
 * actions go in, what is to be seen comes out.
 */
export class LabellingDesk {
  readonly #options: DeskOptions;
  readonly #items: DeskItems;
  #suggestions: ReadonlyMap<number, readonly SuggestedLabel[]>;
  #queue: readonly number[] = [];
  #order = "in the order of the data";
  /** Positions that were shown, and which of them is. */
  #trail: number[] = [];
  #at = -1;
  #shownAt = Date.now();
  #seenSeq = 0;
  #marked = new Set<number>();
  #filter = "";
  #highlight = 0;
  #message = "";
  #isHelpShown = false;
  #here = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#suggestions = options.suggestions ?? new Map();
    this.#items = new DeskItems(options);
    this.#advance();
  }

  get labels(): readonly LabelRecord[] {
    return this.#options.store.liveLabels();
  }

  get store(): StudioStore {
    return this.#options.store;
  }

  /** What is to be ranked. */
  request(): Omit<RankRequest, "withHeldOut"> {
    const { task, strategy, seed } = this.#options;
    const labels = this.labels;
    const indexOf = new Map(labels.map(({ id }, index) => [id, index]));
    const answered: [number, RankTarget][] = [];
    const excluded: number[] = [];
    let open = 0;
    for (const [position, state] of this.#items.states.entries()) {
      const target = state.classes && targetOf(state.classes, indexOf, task);
      if (target !== undefined) answered.push([position, target]);
      else if (this.#isOpen(position)) open++;
      else excluded.push(position);
    }
    const count = Math.max(1, Math.min(MOST_RANKED, Math.floor(open / 20)));
    return { task, labels: labels.map(({ name }) => name), answered, excluded, count, strategy, seed };
  }

  /** A new order of what was not seen yet; what is shown stays. */
  ranked(ranking: Ranking): void {
    this.#queue = ranking.items.map(({ position }) => position);
    this.#suggestions = new Map(ranking.items.map(({ position, suggestions }) => [position, suggestions]));
    const { heldOut, labelled, strategy } = ranking;
    const accuracy = heldOut ? `, the labels predict each other to ${Math.round(100 * heldOut.accuracy)} %` : "";
    this.#order = `ranked by ${strategy} from ${labelled} answers${accuracy}`;
  }

  /** Says something below the labels. */
  say(message: string): void {
    this.#message = message;
  }

  /** What is known of where the order comes from, until it is ranked. */
  describeOrder(order: string): void {
    this.#order = order;
  }

  view(): DeskView {
    const position = this.#trail[this.#at];
    const item = position === undefined ? undefined : this.#items.at(position);
    const state = position === undefined ? undefined : this.#items.states[position];
    const all = this.#options.store.labels();
    const nameOf = (id: number) => all.find((label) => label.id === id)?.name ?? String(id);
    const skipped = this.#items.states.filter(
      ({ isSkipped, isExcluded, classes }) => !classes && (isSkipped || isExcluded),
    ).length;
    const answered = this.#items.states.filter(({ classes }) => classes !== undefined).length;
    return {
      ...{ item, filter: this.#filter, message: this.#message, isHelpShown: this.#isHelpShown, task: this.#options.task },
      answer: state?.classes?.map(nameOf),
      suggestions: position === undefined ? [] : (this.#suggestions.get(position) ?? []),
      labels: this.#filtered().map(({ id, name }, index) => ({
        ...{ id, name, count: this.#items.count(id), isMarked: this.#marked.has(id) },
        isHighlighted: index === this.#highlight && (this.#filter !== "" || this.#highlight > 0),
      })),
      progress: { answered, skipped, total: this.#items.states.length, here: this.#here },
      order: this.#order,
    };
  }

  /** Does what a key asks for. Whether labelling is to end. */
  act(action: Action): boolean {
    this.#message = "";
    if (this.#isHelpShown) {
      this.#isHelpShown = false;
      return action.type === "quit";
    }
    try {
      return this.#act(action);
    } catch (error) {
      if (!(error instanceof BaalError) || error.code === "E_STORE") throw error;
      this.#message = errorMessage(error);
      return false;
    }
  }

  #act(action: Action): boolean {
    const isTyping = this.#filter !== "";
    switch (action.type) {
      case "quit":
        return true;
      case "help":
        this.#isHelpShown = true;
        return false;
      case "text":
        this.#type(action.text);
        return false;
      case "digit":
        if (this.#filter.startsWith(":")) this.#type(String(action.digit));
        else this.#choose(this.#filtered()[action.digit === 0 ? 9 : action.digit - 1]);
        return false;
      case "accept":
        this.#accept();
        return false;
      case "skip":
        if (isTyping) this.#type(" ");
        else this.#flag("skip");
        return false;
      case "erase":
        if (isTyping) this.#type("", 1);
        else this.#takeBack("undo");
        return false;
      case "undo":
      case "redo":
        this.#takeBack(action.type);
        return false;
      case "clear":
        this.#filter = "";
        this.#highlight = 0;
        return false;
      case "up":
      case "down":
        this.#highlight = Math.max(0, Math.min(this.#filtered().length - 1, this.#highlight + (action.type === "up" ? -1 : 1)));
        return false;
      case "mark":
        if (this.#options.task === "multi") this.#choose(this.#filtered()[this.#highlight]);
        return false;
      case "back":
        if (this.#at > 0) this.#show(this.#at - 1);
        return false;
      case "forward":
        if (this.#at < this.#trail.length - 1) this.#show(this.#at + 1);
        return false;
    }
  }

  #type(text: string, erased = 0): void {
    this.#filter = this.#filter.slice(0, this.#filter.length - erased) + text;
    this.#highlight = 0;
  }

  #accept(): void {
    const filtered = this.#filtered();
    if (this.#filter.startsWith(":")) {
      const command = this.#filter;
      this.#filter = "";
      this.#message = runDeskCommand(command, {
        ...{ store: this.#options.store, labels: this.labels },
        exclude: (reason) => this.#flag("exclude", reason),
        comment: (text) => this.#comment(text),
      });
      this.#refreshAll();
      return;
    }
    if (this.#filter !== "" || (this.#options.task === "single" && this.#highlight > 0)) {
      this.#choose(filtered[this.#highlight]);
      return;
    }
    if (this.#options.task === "multi") {
      this.#answer([...this.#marked]);
      return;
    }
    const [best] = this.view().suggestions;
    const label = best && this.labels.find(({ name }) => name === best.label);
    if (label) this.#answer([label.id]);
    else this.#message = "There is no suggestion to accept: press a digit, or type the beginning of a label.";
  }

  #choose(label: LabelRecord | undefined): void {
    if (label === undefined) {
      this.#message =
        this.labels.length === 0 ? "There is no label yet: type :add NAME and Enter." : "There is no such label here.";
      return;
    }
    this.#filter = "";
    this.#highlight = 0;
    if (this.#options.task === "single") {
      this.#answer([label.id]);
      return;
    }
    if (!this.#marked.delete(label.id)) this.#marked.add(label.id);
  }

  #answer(classes: readonly number[]): void {
    const item = this.view().item;
    if (!item) return;
    const { store, user } = this.#options;
    const changes = store.answerChanges(item.id, user, classes);
    const isSkipped = this.#items.states[this.#items.positionOf(item.id)!]!.isSkipped;
    this.#write(isSkipped ? [...changes, { item: item.id, flag: "skip", value: null }] : changes);
    this.#here++;
    this.#advance();
  }

  #flag(flag: "skip" | "exclude", note?: string): void {
    const item = this.view().item;
    if (!item) return;
    this.#write([{ item: item.id, flag, value: 1, note }]);
    this.#advance();
  }

  #comment(text: string): void {
    const item = this.view().item;
    if (item) this.#write([{ item: item.id, flag: "comment", value: 1, note: text }]);
  }

  #write(changes: Parameters<StudioStore["write"]>[0]["changes"]): void {
    const { store, user } = this.#options;
    const ms = Date.now() - this.#shownAt;
    const written = store.write({ id: randomUUID(), user, changes, baseSeq: this.#seenSeq, via: "terminal", ms });
    for (const item of written.items) this.#items.refresh(item);
    this.#seenSeq = written.seq;
    this.#options.onChange?.();
  }

  #takeBack(what: "undo" | "redo"): void {
    const done = this.#options.store[what](this.#options.user);
    if (!done) {
      this.#message = what === "undo" ? "There is nothing to take back." : "There is nothing to do again.";
      return;
    }
    for (const item of done.items) this.#items.refresh(item);
    const position = done.items.map((item) => this.#items.positionOf(item)).find((found) => found !== undefined);
    if (position !== undefined) {
      const known = this.#trail.lastIndexOf(position);
      if (known >= 0) this.#show(known);
      else {
        this.#trail.splice(Math.max(0, this.#at), 0, position);
        this.#show(Math.max(0, this.#at));
      }
    }
    this.#message = what === "undo" ? "Taken back." : "Done again.";
    this.#options.onChange?.();
  }

  /** Goes to what was shown next, or to the next item without an answer. */
  #advance(): void {
    for (let at = this.#at + 1; at < this.#trail.length; at++) {
      if (this.#isOpen(this.#trail[at]!)) {
        this.#show(at);
        return;
      }
    }
    const next =
      this.#queue.find((position) => this.#isOpen(position)) ??
      this.#items.states.findIndex((_, position) => this.#isOpen(position));
    if (next >= 0) this.#trail.push(next);
    this.#show(next >= 0 ? this.#trail.length - 1 : this.#trail.length);
  }

  #show(at: number): void {
    this.#at = at;
    this.#filter = "";
    this.#highlight = 0;
    this.#shownAt = Date.now();
    this.#seenSeq = this.#options.store.seq();
    const position = this.#trail[at];
    const classes = position === undefined ? [] : this.#items.states[position]!.classes;
    const suggested = new Set((position === undefined ? [] : (this.#suggestions.get(position) ?? [])).map(({ label }) => label));
    this.#marked = new Set(classes ?? this.labels.flatMap(({ id, name }) => (suggested.has(name) ? [id] : [])));
  }

  #isOpen(position: number): boolean {
    const { classes, isExcluded, isSkipped } = this.#items.states[position]!;
    if (classes !== undefined || isExcluded) return false;
    return !isSkipped || (this.#options.isSkippedShown === true && !this.#trail.includes(position));
  }

  /** After a change of labels. */
  #refreshAll(): void {
    this.#items.refreshAnswered();
    const { item } = this.view();
    if (item) this.#items.refresh(item.id);
    this.#seenSeq = this.#options.store.seq();
    this.#options.onChange?.();
  }

  /** Labels by what is typed: those that begin with it, then those with it inside. */
  #filtered(): readonly LabelRecord[] {
    const typed = this.#filter.trim().toLowerCase();
    if (typed === "" || typed.startsWith(":")) return this.labels;
    const found = this.labels.filter(({ name }) => name.toLowerCase().includes(typed));
    const begins = ({ name }: LabelRecord) => name.toLowerCase().startsWith(typed);
    return [...found.filter(begins), ...found.filter((label) => !begins(label))];
  }
}

function targetOf(classes: readonly number[], indexOf: ReadonlyMap<number, number>, task: LabelTask): RankTarget {
  if (task === "single") return indexOf.get(classes[0]!);
  const target = new Array<0 | 1>(indexOf.size).fill(0);
  for (const id of classes) {
    const index = indexOf.get(id);
    if (index !== undefined) target[index] = 1;
  }
  return target;
}
