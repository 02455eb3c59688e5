import { entriesOf } from "../core/check-targets.js";
import type { Target } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { createRandom, deriveSeed, type Random, SEED_PURPOSE } from "../core/random.js";
import type { Task } from "../core/task.js";

/**
 * Which items an epoch draws (Kang et al. 2020, arXiv:1910.09217): `"instance"`, each once; `"class"`, from every class as often; `"squareroot"`, from a
 * class as often as the square root of its number of items says.
 */
export type SamplerName = "instance" | "class" | "squareroot";

/** How often the items of a group of this size are drawn, beside other groups. */
const SHARES: Readonly<Record<Exclude<SamplerName, "instance">, (items: number) => number>> = {
  class: () => 1,
  squareroot: Math.sqrt,
};

/** The positions of the items that an epoch trains on, in order. A pure function, so that resuming needs no saved generator. */
export type EpochOrder = (epoch: number) => readonly number[];

/** The positions of a data set, each once, in the random order of an epoch. */
export function shuffledOrder(length: number, seed: number): EpochOrder {
  return (epoch) => orderRandom(seed, epoch).shuffled(Array.from({ length }, (_, position) => position));
}

/**
 * The order of a sampler over items with these targets; as many draws as there are items. A group's items come in random order, all of them before
 * one comes again. Of labels by themselves each label has two groups, the items that have it and those that have not; where nothing is
 * known of an item it is not drawn. Throws `E_ARGUMENT` for targets that are numbers, `E_DATA` where no item has a class.
 */
export function sampledOrder(
  targets: readonly NonNullable<Target>[],
  { sampler, task, seed }: { readonly sampler: SamplerName; readonly task: Task; readonly seed: number },
): EpochOrder {
  if (sampler === "instance") return shuffledOrder(targets.length, seed);
  if (task === "regression") {
    throw new BaalError(
      "E_ARGUMENT",
      `The sampler "${sampler}" goes by classes, and the targets are numbers; take the sampler "instance".`,
    );
  }
  const groups = task === "single" ? byClass(targets) : byLabel(targets);
  if (groups.length === 0) throw new BaalError("E_DATA", `The sampler "${sampler}" needs an item that has a class; none has.`);
  const shares = groups.map(({ length }) => SHARES[sampler](length));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return (epoch) => {
    const random = orderRandom(seed, epoch);
    const decks = groups.map((positions) => deck(positions, random));
    return targets.map(() => decks[drawn(shares, random.uniform() * total)]!());
  };
}

function orderRandom(seed: number, epoch: number): Random {
  return createRandom(deriveSeed(seed, SEED_PURPOSE.order, epoch));
}

/** Deals out the positions in random order, and all again in another. */
function deck(positions: readonly number[], random: Random): () => number {
  let left: number[] = [];
  return () => {
    if (left.length === 0) left = [...random.shuffled(positions)];
    return left.pop()!;
  };
}

/** Where `at`, from 0 to the sum of the shares, falls. */
function drawn(shares: readonly number[], at: number): number {
  let end = 0;
  const found = shares.findIndex((share) => {
    end += share;
    return at < end;
  });
  return found < 0 ? shares.length - 1 : found;
}

/** Positions by class, in the order of the classes' first items; items that do not count are left out. */
function byClass(targets: readonly NonNullable<Target>[]): readonly (readonly number[])[] {
  return grouped(targets, (target) => (typeof target === "number" && target >= 0 ? [target] : []));
}

/** Positions by label, there or not; a share counts as there from 0.5 on. */
function byLabel(targets: readonly NonNullable<Target>[]): readonly (readonly number[])[] {
  return grouped(targets, (target) =>
    entriesOf(target).flatMap((entry, label) => (entry === null ? [] : [2 * label + Number(entry >= 0.5)])),
  );
}

function grouped(
  targets: readonly NonNullable<Target>[],
  groupsOf: (target: NonNullable<Target>) => readonly number[],
): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  targets.forEach((target, position) => {
    for (const group of groupsOf(target)) {
      const known = groups.get(group);
      if (known) known.push(position);
      else groups.set(group, [position]);
    }
  });
  return [...groups.values()];
}
