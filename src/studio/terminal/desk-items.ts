import type { StudioStore } from "../store/open-studio-store.js";
import type { ItemRecord } from "../store/records.js";

/** An item as a person sees it. */
export interface ItemState {
  /** The labels that it has; none of them is an answer, too. `undefined` where nobody has answered. */
  readonly classes: readonly number[] | undefined;
  readonly isExcluded: boolean;
  /** By the person. */
  readonly isSkipped: boolean;
}

export interface DeskItemsOptions {
  readonly store: StudioStore;
  readonly items: readonly ItemRecord[];
  readonly user: string;
}

/** What is known of the items of a desk, by their positions, and how many have each label: what the store says, read once and kept in step with it. */
export class DeskItems {
  readonly #options: DeskItemsOptions;
  readonly #positions: ReadonlyMap<number, number>;
  readonly #states: ItemState[];
  readonly #counts = new Map<number, number>();

  constructor(options: DeskItemsOptions) {
    this.#options = options;
    const { store, items, user } = options;
    this.#positions = new Map(items.map(({ id }, position) => [id, position]));
    const answers = store.answers();
    const flags = new Map<number, { isExcluded: boolean; isSkipped: boolean }>();
    for (const { item, flag, value, user: whose } of store.flags()) {
      const own = flags.get(item) ?? { isExcluded: false, isSkipped: false };
      if (flag === "exclude") own.isExcluded = value === 1;
      if (flag === "skip" && whose === user) own.isSkipped = value === 1;
      flags.set(item, own);
    }
    this.#states = items.map(({ id }) => ({
      classes: classesOf(answers.get(id)?.resolved),
      ...(flags.get(id) ?? { isExcluded: false, isSkipped: false }),
    }));
    for (const { classes = [] } of this.#states) for (const id of classes) this.#count(id, 1);
  }

  /** In the order of the items. */
  get states(): readonly ItemState[] {
    return this.#states;
  }

  at(position: number): ItemRecord | undefined {
    return this.#options.items[position];
  }

  /** Of an item by its number in the store; `undefined` for one that the desk does not have. */
  positionOf(item: number): number | undefined {
    return this.#positions.get(item);
  }

  /** Items that have the label. */
  count(label: number): number {
    return this.#counts.get(label) ?? 0;
  }

  /** Reads an item again that was written. */
  refresh(item: number): void {
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

  /** Reads the answered items again: the labels are other ones. */
  refreshAnswered(): void {
    for (const { id } of this.#options.items) if (this.#states[this.#positions.get(id)!]!.classes !== undefined) this.refresh(id);
  }

  #count(id: number, change: number): void {
    this.#counts.set(id, this.count(id) + change);
  }
}

function classesOf(resolved: ReadonlyMap<number, 0 | 1> | undefined): readonly number[] | undefined {
  return resolved && [...resolved].flatMap(([id, value]) => (value === 1 ? [id] : []));
}
