import type { Ranking, RankRequest, RankTarget, SuggestedLabel } from "../ranking/ranking-calls.js";
import type { ItemRecord, LabelRecord, LabelTask } from "../store/records.js";
import type { DeskItems, ItemState } from "./desk-items.js";

export interface DeskWayOptions {
  readonly task: LabelTask;
  readonly seed: number;
  readonly strategy?: string | undefined;
  /** Labels that came with the items, by their positions. */
  readonly suggestions?: ReadonlyMap<number, readonly SuggestedLabel[]> | undefined;
  /** Items that the user has skipped are shown again. */
  readonly isSkippedShown?: boolean | undefined;
}

/** Of a pool so many at most are ranked at once: they are ranked anew after each answer. */
const MOST_RANKED = 20;

/** The way of one user through the items: which one is shown, which were before, and which comes next by whatever order is known. */
export class DeskWay {
  readonly #options: DeskWayOptions;
  readonly #items: DeskItems;
  #suggestions: ReadonlyMap<number, readonly SuggestedLabel[]>;
  #queue: readonly number[] = [];
  #order = "in the order of the data";
  /** Positions that were shown, and which of them is. */
  readonly #trail: number[] = [];
  #at = -1;

  constructor(items: DeskItems, options: DeskWayOptions) {
    this.#items = items;
    this.#options = options;
    this.#suggestions = options.suggestions ?? new Map();
  }

  /** Where the order comes from, in words. */
  get order(): string {
    return this.#order;
  }

  /** What is known of where the order comes from, until it is ranked. */
  describeOrder(order: string): void {
    this.#order = order;
  }

  /** The item that is shown, if any is left. */
  get item(): ItemRecord | undefined {
    const position = this.#position;
    return position === undefined ? undefined : this.#items.at(position);
  }

  get state(): ItemState | undefined {
    const position = this.#position;
    return position === undefined ? undefined : this.#items.states[position];
  }

  /** For the item that is shown. */
  get suggestions(): readonly SuggestedLabel[] {
    const position = this.#position;
    return position === undefined ? [] : (this.#suggestions.get(position) ?? []);
  }

  get #position(): number | undefined {
    return this.#trail[this.#at];
  }

  /** What is to be ranked. */
  request(labels: readonly LabelRecord[]): Omit<RankRequest, "withHeldOut"> {
    const { task, strategy, seed } = this.#options;
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

  /** Goes to what was shown next, or to the next item without an answer; behind the last one nothing is shown. */
  advance(): void {
    const seen = this.#trail.findIndex((position, at) => at > this.#at && this.#isOpen(position));
    if (seen >= 0) {
      this.#at = seen;
      return;
    }
    const next =
      this.#queue.find((position) => this.#isOpen(position)) ??
      this.#items.states.findIndex((_, position) => this.#isOpen(position));
    if (next >= 0) this.#trail.push(next);
    this.#at = next >= 0 ? this.#trail.length - 1 : this.#trail.length;
  }

  /** Goes back or forward among what was shown. Whether there was something. */
  step(by: -1 | 1): boolean {
    const at = this.#at + by;
    if (at < 0 || at >= this.#trail.length) return false;
    this.#at = at;
    return true;
  }

  /** Goes to an item, as if it had been shown just before where it was not shown at all. */
  returnTo(position: number): void {
    const known = this.#trail.lastIndexOf(position);
    this.#at = known >= 0 ? known : Math.max(0, this.#at);
    if (known < 0) this.#trail.splice(this.#at, 0, position);
  }

  #isOpen(position: number): boolean {
    const { classes, isExcluded, isSkipped } = this.#items.states[position]!;
    if (classes !== undefined || isExcluded) return false;
    return !isSkipped || (this.#options.isSkippedShown === true && !this.#trail.includes(position));
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
