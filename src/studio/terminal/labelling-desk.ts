import { randomUUID } from "node:crypto";
import { BaalError, errorMessage } from "../../core/errors.js";
import type { Ranking, RankRequest } from "../ranking/ranking-calls.js";
import type { StudioStore } from "../store/open-studio-store.js";
import type { ItemRecord, LabelRecord } from "../store/records.js";
import { runDeskCommand } from "./desk-commands.js";
import { DeskItems } from "./desk-items.js";
import type { DeskView } from "./desk-view.js";
import { DeskWay, type DeskWayOptions } from "./desk-way.js";
import type { Action } from "./keys.js";

export interface DeskOptions extends DeskWayOptions {
  readonly store: StudioStore;
  /** What is labelled, in the order in which it is shown until it is ranked. */
  readonly items: readonly ItemRecord[];
  readonly user: string;
  /** Answers or labels are other ones than before. */
  readonly onChange?: (() => void) | undefined;
}

/**
 * One item after the other, with a key for each label. Every answer is on the disk before the next item is there. It knows nothing of a terminal:
 * actions go in, what is to be seen comes out. Which item is next is the way's business.
 */
export class LabellingDesk {
  readonly #options: DeskOptions;
  readonly #items: DeskItems;
  readonly #way: DeskWay;
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
    this.#items = new DeskItems(options);
    this.#way = new DeskWay(this.#items, options);
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
    return this.#way.request(this.labels);
  }

  /** A new order of what was not seen yet; what is shown stays. */
  ranked(ranking: Ranking): void {
    this.#way.ranked(ranking);
  }

  /** Says something below the labels. */
  say(message: string): void {
    this.#message = message;
  }

  /** What is known of where the order comes from, until it is ranked. */
  describeOrder(order: string): void {
    this.#way.describeOrder(order);
  }

  view(): DeskView {
    const { item, state, suggestions, order } = this.#way;
    const all = this.#options.store.labels();
    const nameOf = (id: number) => all.find((label) => label.id === id)?.name ?? String(id);
    const { states } = this.#items;
    const skipped = states.filter(({ isSkipped, isExcluded, classes }) => !classes && (isSkipped || isExcluded)).length;
    const answered = states.filter(({ classes }) => classes !== undefined).length;
    return {
      ...{ item, suggestions, order, task: this.#options.task },
      ...{ filter: this.#filter, message: this.#message, isHelpShown: this.#isHelpShown },
      answer: state?.classes?.map(nameOf),
      labels: this.#filtered().map(({ id, name }, index) => ({
        ...{ id, name, count: this.#items.count(id), isMarked: this.#marked.has(id) },
        isHighlighted: index === this.#highlight && (this.#filter !== "" || this.#highlight > 0),
      })),
      progress: { answered, skipped, total: states.length, here: this.#here },
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
        if (this.#way.step(-1)) this.#begin();
        return false;
      case "forward":
        if (this.#way.step(1)) this.#begin();
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
    const [best] = this.#way.suggestions;
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
    const { item, state } = this.#way;
    if (!item) return;
    const { store, user } = this.#options;
    const changes = store.answerChanges(item.id, user, classes);
    this.#write(state?.isSkipped ? [...changes, { item: item.id, flag: "skip", value: null }] : changes);
    this.#here++;
    this.#advance();
  }

  #flag(flag: "skip" | "exclude", note?: string): void {
    const { item } = this.#way;
    if (!item) return;
    this.#write([{ item: item.id, flag, value: 1, note }]);
    this.#advance();
  }

  #comment(text: string): void {
    const { item } = this.#way;
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
      this.#way.returnTo(position);
      this.#begin();
    }
    this.#message = what === "undo" ? "Taken back." : "Done again.";
    this.#options.onChange?.();
  }

  #advance(): void {
    this.#way.advance();
    this.#begin();
  }

  /** Another item is shown: nothing is typed yet, and its labels are marked, or those that are suggested. */
  #begin(): void {
    this.#filter = "";
    this.#highlight = 0;
    this.#shownAt = Date.now();
    this.#seenSeq = this.#options.store.seq();
    const suggested = new Set(this.#way.suggestions.map(({ label }) => label));
    const own = this.#way.state?.classes;
    this.#marked = new Set(
      this.#way.item === undefined ? [] : (own ?? this.labels.flatMap(({ id, name }) => (suggested.has(name) ? [id] : []))),
    );
  }

  /** After a change of labels. */
  #refreshAll(): void {
    this.#items.refreshAnswered();
    const { item } = this.#way;
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
