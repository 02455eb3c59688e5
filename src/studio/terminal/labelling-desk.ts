import { randomUUID } from "node:crypto";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { Ranking, RankRequest, RankTarget, SuggestedLabel } from "../ranking/ranking-calls.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { ItemRecord, LabelRecord, LabelTask } from "../store/records.js";
import { runDeskCommand } from "./desk-commands.js";
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

/** A label as it is shown. */
export interface ShownLabel {
  readonly id: number;
  readonly name: string;
  /** Items that have it. */
  readonly count: number;
  readonly isMarked: boolean;
  readonly isHighlighted: boolean;
}

/** What is to be seen. */
export interface DeskView {
  /** `undefined` where everything is answered. */
  readonly item: ItemRecord | undefined;
  /** Of the item, by people or from the data. */
  readonly answer: readonly string[] | undefined;
  readonly suggestions: readonly SuggestedLabel[];
  /** Those that the filter leaves. */
  readonly labels: readonly ShownLabel[];
  readonly filter: string;
  readonly message: string;
  readonly isHelpShown: boolean;
  readonly task: LabelTask;
  readonly progress: { readonly answered: number; readonly skipped: number; readonly total: number; readonly here: number };
  /** How the order came about. */
  readonly order: string;
}

interface State {
  readonly classes: readonly number[] | undefined;
  readonly isExcluded: boolean;
  readonly isSkipped: boolean;
}

/** Of a pool so many at most are ranked at once: they are ranked anew after each answer. */
const MOST_RANKED = 20;

/**
 * One item after the other, with a key for each label. Every answer is on the disk before the next item is there. It knows nothing of a terminal:
 * actions go in, what is to be seen comes out.
 */
export class LabellingDesk {
  readonly #options: DeskOptions;
  readonly #positions: ReadonlyMap<number, number>;
  readonly #states: State[];
  readonly #counts = new Map<number, number>();
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
    const { store, items, suggestions = new Map() } = options;
    this.#suggestions = suggestions;
    this.#positions = new Map(items.map(({ id }, position) => [id, position]));
    const answers = store.answers();
    const flags = new Map<number, { isExcluded: boolean; isSkipped: boolean }>();
    for (const { item, flag, value, user } of store.flags()) {
      const own = flags.get(item) ?? { isExcluded: false, isSkipped: false };
      if (flag === "exclude") own.isExcluded = value === 1;
      if (flag === "skip" && user === options.user) own.isSkipped = value === 1;
      flags.set(item, own);
    }
    this.#states = items.map(({ id }) => ({
      classes: classesOf(answers.get(id)?.resolved),
      ...(flags.get(id) ?? { isExcluded: false, isSkipped: false }),
    }));
    for (const { classes = [] } of this.#states) for (const id of classes) this.#count(id, 1);
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
    for (const [position, state] of this.#states.entries()) {
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
    const item = position === undefined ? undefined : this.#options.items[position];
    const state = position === undefined ? undefined : this.#states[position];
    const all = this.#options.store.labels();
    const nameOf = (id: number) => all.find((label) => label.id === id)?.name ?? String(id);
    const skipped = this.#states.filter(({ isSkipped, isExcluded, classes }) => !classes && (isSkipped || isExcluded)).length;
    const answered = this.#states.filter(({ classes }) => classes !== undefined).length;
    return {
      ...{ item, filter: this.#filter, message: this.#message, isHelpShown: this.#isHelpShown, task: this.#options.task },
      answer: state?.classes?.map(nameOf),
      suggestions: position === undefined ? [] : (this.#suggestions.get(position) ?? []),
      labels: this.#filtered().map(({ id, name }, index) => ({
        ...{ id, name, count: this.#counts.get(id) ?? 0, isMarked: this.#marked.has(id) },
        isHighlighted: index === this.#highlight && (this.#filter !== "" || this.#highlight > 0),
      })),
      progress: { answered, skipped, total: this.#states.length, here: this.#here },
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
    const isSkipped = this.#states[this.#positions.get(item.id)!]!.isSkipped;
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
    for (const item of written.items) this.#refresh(item);
    this.#seenSeq = written.seq;
    this.#options.onChange?.();
  }

  #takeBack(what: "undo" | "redo"): void {
    const done = this.#options.store[what](this.#options.user);
    if (!done) {
      this.#message = what === "undo" ? "There is nothing to take back." : "There is nothing to do again.";
      return;
    }
    for (const item of done.items) this.#refresh(item);
    const position = done.items.map((item) => this.#positions.get(item)).find((found) => found !== undefined);
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
      this.#queue.find((position) => this.#isOpen(position)) ?? this.#states.findIndex((_, position) => this.#isOpen(position));
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
    const classes = position === undefined ? [] : this.#states[position]!.classes;
    const suggested = new Set((position === undefined ? [] : (this.#suggestions.get(position) ?? [])).map(({ label }) => label));
    this.#marked = new Set(classes ?? this.labels.flatMap(({ id, name }) => (suggested.has(name) ? [id] : [])));
  }

  #isOpen(position: number): boolean {
    const { classes, isExcluded, isSkipped } = this.#states[position]!;
    if (classes !== undefined || isExcluded) return false;
    return !isSkipped || (this.#options.isSkippedShown === true && !this.#trail.includes(position));
  }

  #refresh(item: number): void {
    const position = this.#positions.get(item);
    if (position === undefined) return;
    const { store, user } = this.#options;
    for (const id of this.#states[position]!.classes ?? []) this.#count(id, -1);
    const flags = store.flagsOf(item).filter(({ value }) => value === 1);
    const classes = classesOf(store.answersOf(item).resolved);
    this.#states[position] = {
      classes,
      isExcluded: flags.some(({ flag }) => flag === "exclude"),
      isSkipped: flags.some((one) => one.flag === "skip" && one.user === user),
    };
    for (const id of classes ?? []) this.#count(id, 1);
  }

  /** After a change of labels. */
  #refreshAll(): void {
    for (const { id } of this.#options.items)
      if (this.#states[this.#positions.get(id)!]!.classes !== undefined) this.#refresh(id);
    const { item } = this.view();
    if (item) this.#refresh(item.id);
    this.#seenSeq = this.#options.store.seq();
    this.#options.onChange?.();
  }

  #count(id: number, change: number): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + change);
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

function classesOf(resolved: ReadonlyMap<number, 0 | 1> | undefined): readonly number[] | undefined {
  return resolved && [...resolved].flatMap(([id, value]) => (value === 1 ? [id] : []));
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
