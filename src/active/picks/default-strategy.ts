import type { Task } from "../../core/task.js";
import { findStrategy } from "../../strategies/registry.js";

/** What the choice of a strategy goes by. */
export interface PickSituation {
  /** Items with a label. */
  readonly labelled: number;
  /** Classes that are known: those of the labels, and those that were named. */
  readonly classes: number;
  /** Items that can be picked. */
  readonly pool: number;
  /** Items to be picked. */
  readonly count: number;
  /** One label an item by default. */
  readonly task?: PickTask | undefined;
}

/** What an item that is picked will be given. */
export type PickTask = Exclude<Task, "regression">;

export interface ChosenStrategy {
  /** As `getStrategy` knows it. */
  readonly name: string;
  /** Half a sentence that goes on after the name. */
  readonly reason: string;
}

/** Labels per known class from which on the model's doubt says more than what is typical. */
export const ENOUGH_PER_CLASS = 2;
/** Items with labels, any number of them each, from which on their heads say more than what is typical. */
export const ENOUGH_OF_SEVERAL = 4;
/** Batches above this number of items, or this share of the pool, are drawn: the items of the smallest margin are often alike. */
const LARGE_BATCH = { items: 100, share: 0.05 } as const;

/**
 * The strategy where none is asked for. Before there are two labels per known class: typical items of every region, k-means where there
 * is no label at all, TypiClust (which keeps away from what is labelled) after that. Then the items of the smallest margin between the
 * two likeliest classes; in a large batch a draw in proportion to it. Going on by k-means, which does not see the labels, picks much that
 * is like them: the figures are in docs/labelling-rounds.md. Of several labels an item the margins are summed, in any batch (docs/tasks.md).
 */
export function defaultStrategy({ labelled, classes, pool, count, task = "single" }: PickSituation): ChosenStrategy {
  if (labelled === 0) return { name: "kmeans", reason: "as nothing is labelled yet: the most typical item of each region" };
  if (task === "multi") {
    return labelled < ENOUGH_OF_SEVERAL || classes === 0
      ? { name: "typiclust", reason: "as there are few answers yet: typical items of regions without one" }
      : { name: "topk:margin", reason: "the items whose labels are closest to where they begin to hold" };
  }
  if (classes < 2 || labelled < ENOUGH_PER_CLASS * classes) {
    const few = `${plural(labelled, "label")} of ${plural(classes, "class", "classes")} are fewer than ${ENOUGH_PER_CLASS} per class`;
    return {
      name: "typiclust",
      reason: `as ${classes < 2 ? "one class alone is known" : few}: typical items of regions without a label`,
    };
  }
  if (count > LARGE_BATCH.items || count > LARGE_BATCH.share * pool) {
    return {
      name: "power:margin",
      reason: `as the batch is large (more than ${LARGE_BATCH.items} or ${100 * LARGE_BATCH.share} % of the pool): a draw that favours items between two classes`,
    };
  }
  return { name: "topk:margin", reason: "the items that are closest to the border between two classes" };
}

/** The strategy that was asked for, or the default one. Throws `E_ARGUMENT` for a name that there is none of. */
export function chosenStrategy(asked: string | undefined, situation: PickSituation): ChosenStrategy {
  return asked === undefined ? defaultStrategy(situation) : { name: findStrategy(asked).name, reason: "as asked for" };
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
