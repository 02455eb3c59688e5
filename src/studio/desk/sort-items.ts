import { BaalError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import type { ItemProbabilities, OrderedItems } from "../model/brain.js";
import type { Desk } from "./desk.js";
import { liveLabel } from "./filter-items.js";
import type { ItemState } from "./item-states.js";

/** What a sort is given. */
interface SortInput {
  readonly items: readonly number[];
  /** Of each item, of the labels that are offered. */
  readonly probabilities: (item: number) => ArrayLike<number>;
  /** Of the label that the sort names, or -1. */
  readonly column: number;
  readonly count: number;
  readonly random: Random;
}

type Sort = (input: SortInput) => { readonly items: readonly number[]; readonly scores: readonly (number | undefined)[] };

/** Sorts by one label's probability, as `NAME:LABEL`. */
const OF_LABEL: Readonly<Record<string, { readonly sort: Sort; readonly reason: string }>> = {
  highest: { sort: byScore((p) => p), reason: "the highest probability of this label first" },
  lowest: {
    sort: byScore(
      (p) => -p,
      (score) => -score,
    ),
    reason: "the lowest probability of this label first",
  },
  high: { sort: byWeight((p) => p ** 4), reason: "drawn with weight p^4 of this label" },
  low: { sort: byWeight((p) => (1 - p) ** 4), reason: "drawn with weight (1 - p)^4 of this label" },
  maxent: { sort: byScore(binaryEntropy), reason: "the highest entropy of this label first" },
};

/** Sorts that need no model's features. Others are the brain's. */
const PLAIN: Readonly<Record<string, { readonly sort: Sort; readonly reason: string }>> = {
  random: {
    sort: ({ items, random, count }) => ({ items: random.shuffled(items).slice(0, count), scores: [] }),
    reason: "drawn at random",
  },
  "max entropy": {
    sort: byScore((_, all) => {
      let most = 0;
      for (let c = 0; c < all.length; c++) most = Math.max(most, binaryEntropy(all[c]!));
      return most;
    }),
    reason: "the highest entropy of any label first",
  },
};

/**
 * The first of these items by a sort. Probabilities are the model's; before there is one they are uniformly random, which a reason says. What
 * a model picks (`"model"`, strategies, BADGE, diversity) are never validation items.
 *
 * Throws `E_ARGUMENT` for an unknown sort or label.
 */
export async function sortItems(
  desk: Desk,
  sort: string,
  { states, count, seed }: { readonly states: readonly ItemState[]; readonly count: number; readonly seed: number },
): Promise<OrderedItems> {
  const at = sort.indexOf(":");
  const ofLabel = at < 0 ? undefined : OF_LABEL[sort.slice(0, at)];
  const known = ofLabel ?? PLAIN[sort];
  const brain = desk.brain();
  if (known === undefined) {
    const among = states.flatMap(({ item, isValidation }) => (isValidation ? [] : [item.id]));
    if (brain) return brain.order({ sort, among, count, seed });
    await requireKnownSort(desk, sort);
    const items = createRandom(seed).shuffled(among).slice(0, count);
    return { items, scores: [], reason: "at random, as there is no model that ranks" };
  }
  const label = ofLabel && liveLabel(desk, sort.slice(at + 1));
  const items = states.map(({ item }) => item.id);
  const random = createRandom(seed);
  const probabilities = brain?.probabilities();
  const column = label === undefined ? -1 : (probabilities?.labels.indexOf(label.id) ?? 0);
  const hasModel = probabilities !== undefined && (label === undefined || column >= 0);
  const input: SortInput = {
    ...{ items, count, random, column: Math.max(0, column) },
    probabilities: hasModel ? modelProbabilities(probabilities, random) : uniform(random),
  };
  const needsModel = sort !== "random";
  const reason = needsModel && !hasModel ? `${known.reason}; there is no model yet, so the order is random` : known.reason;
  return { ...known.sort(input), reason };
}

const OF_BRAIN = ["model", "badge", "diversity"];

async function requireKnownSort(desk: Desk, sort: string): Promise<void> {
  if (OF_BRAIN.includes(sort)) return;
  if (sort.startsWith("badge:")) return void liveLabel(desk, sort.slice("badge:".length));
  const { findStrategy } = await import("../../strategies/registry.js");
  try {
    findStrategy(sort);
  } catch (cause) {
    const names = [...OF_BRAIN, ...Object.keys(PLAIN), ...Object.keys(OF_LABEL).map((name) => `${name}:LABEL`)].join(", ");
    throw new BaalError(
      "E_ARGUMENT",
      `There is no sort ${JSON.stringify(sort)}: known are ${names}, and the strategies by name.`,
      {
        cause,
      },
    );
  }
}

/** Items that came after the model are as before there was one. */
function modelProbabilities(probabilities: ItemProbabilities, random: Random): SortInput["probabilities"] {
  const drawn = uniform(random, probabilities.labels.length);
  return (item) => probabilities.of(item) ?? drawn(item);
}

function uniform(random: Random, labels = 1): SortInput["probabilities"] {
  return () => Array.from({ length: labels }, () => random.uniform());
}

/** The highest score first; of equal ones those that came first. */
function byScore(score: (p: number, all: ArrayLike<number>) => number, shown: (score: number) => number = (own) => own): Sort {
  return ({ items, probabilities, column, count }) => {
    const scored = items.map((item) => {
      const all = probabilities(item);
      return { item, score: score(all[column]!, all) };
    });
    scored.sort((a, b) => b.score - a.score || a.item - b.item);
    return split(scored.slice(0, count).map((one) => ({ item: one.item, score: shown(one.score) })));
  };
}

/** Drawn one after the other without replacement, each in proportion to its weight among those that are left (Efraimidis & Spirakis 2006). */
function byWeight(weight: (p: number) => number): Sort {
  return ({ items, probabilities, column, count, random }) => {
    const drawn = items.map((item) => {
      const p = probabilities(item)[column]!;
      return { item, score: p, key: Math.log(weight(clipped(p))) + random.gumbel() };
    });
    drawn.sort((a, b) => b.key - a.key);
    return split(drawn.slice(0, count));
  };
}

function split(scored: readonly { readonly item: number; readonly score: number }[]): ReturnType<Sort> {
  return { items: scored.map(({ item }) => item), scores: scored.map(({ score }) => score) };
}

/** In bits. */
function binaryEntropy(probability: number): number {
  const p = clipped(probability);
  return -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}

function clipped(p: number): number {
  return Math.min(1 - 1e-5, Math.max(1e-5, p));
}
