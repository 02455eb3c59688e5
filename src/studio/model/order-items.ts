import { BaalError } from "../../core/errors.js";
import { createRandom } from "../../core/random.js";
import { findStrategy } from "../../strategies/registry.js";
import type { OrderedItems, OrderRequest } from "./brain.js";
import type { KnownAnswers } from "./known-answers.js";
import type { LiveProcess } from "./live-ranking.js";
import type { Served } from "./served-probabilities.js";

export interface OrderSources {
  readonly known: KnownAnswers;
  readonly live: LiveProcess;
  readonly served: Served | undefined;
  readonly seed: number;
  /** Items that `badge` and `diversity` have given before, by sort: they count as picked, and are added to. */
  readonly earlier: Map<string, Set<number>>;
}

/** A sort as it is asked for. */
type Sort =
  | { readonly kind: "model" | "random" }
  | { readonly kind: "spread"; readonly name: "badge" | "diversity"; readonly label: number | undefined }
  | { readonly kind: "strategy"; readonly name: string };

/** Brings items in the order that is asked for. Throws `E_ARGUMENT` for an unknown sort or label. */
export async function orderItems(request: OrderRequest, sources: OrderSources): Promise<OrderedItems> {
  const sort = readSort(request.sort, sources.known);
  const { known } = sources;
  const isPick = sort.kind !== "random";
  // A strategy picks nothing of the validation: what it would learn there would be seen twice.
  const among = isPick ? request.among.filter((item) => !known.isValidation(item)) : request.among;
  if (among.length === 0) return { items: [], scores: [], reason: "no item is left to pick" };
  const { count, seed } = request;
  switch (sort.kind) {
    case "random":
      return randomOrder(among, request, "in random order");
    case "model":
      return modelOrder(among, request, sources);
    case "spread":
      return spreadOrder(sort, among, request, sources);
    case "strategy": {
      const labels = known.labels.map(({ name }) => name);
      const answered = known.learnt().map((item) => [item, known.target(item)!] as const);
      const { picks, strategy, reason } = await sources.live.call("pick", {
        ...{ answered, excluded: [], task: known.task, labels, strategy: sort.name, among, count, seed },
      });
      const first = { items: picks.map(({ item }) => item), scores: picks.map(({ score }) => score) };
      const why = strategy === sort.name ? `by the strategy ${sort.name}` : `${strategy}: ${reason}`;
      return filled(first, among, request, why);
    }
  }
}

function readSort(text: string, known: KnownAnswers): Sort {
  if (text === "model" || text === "random") return { kind: text };
  const [name = "", rest] = split(text);
  if (name === "badge" || name === "diversity") {
    if (rest === undefined) return { kind: "spread", name, label: undefined };
    return { kind: "spread", name, label: labelNumber(rest, known) };
  }
  try {
    return { kind: "strategy", name: findStrategy(text).name };
  } catch (cause) {
    const known = "model, random, badge, badge:LABEL, diversity, and the strategies by name, such as typiclust and topk:margin";
    throw new BaalError("E_ARGUMENT", `There is no sort "${text}"; there are ${known}.`, { cause });
  }
}

function split(text: string): readonly [name: string, rest: string | undefined] {
  const at = text.indexOf(":");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function labelNumber(name: string, known: KnownAnswers): number {
  const label = known.labels.find((one) => one.name === name);
  if (label) return label.id;
  throw new BaalError("E_ARGUMENT", `There is no label ${JSON.stringify(name)} to sort by.`);
}

/** Of a label in the rows of the version that serves; 0 where none is asked for, `undefined` where the version does not know it. */
function labelIndex(label: number | undefined, served: Served | undefined): number | undefined {
  if (label === undefined) return 0;
  const index = served?.labels.indexOf(label) ?? -1;
  return index < 0 ? undefined : index;
}

function randomOrder(among: readonly number[], { count, seed }: OrderRequest, reason: string): OrderedItems {
  const items = createRandom(seed).shuffled(among).slice(0, count);
  return { items, scores: items.map(() => undefined), reason };
}

/** What is ordered, then the others at random: a short ranking is no reason to show nothing. */
function filled(
  first: Pick<OrderedItems, "items" | "scores">,
  among: readonly number[],
  request: OrderRequest,
  reason: string,
): OrderedItems {
  const missing = request.count - first.items.length;
  if (missing <= 0) return { items: first.items.slice(0, request.count), scores: first.scores.slice(0, request.count), reason };
  const has = new Set(first.items);
  const rest = among.filter((item) => !has.has(item));
  const { items, scores } = randomOrder(rest, { ...request, count: missing }, reason);
  return { items: [...first.items, ...items], scores: [...first.scores, ...scores], reason };
}

/** The ranking's items, then those that the model is least sure of, then the others. */
function modelOrder(among: readonly number[], request: OrderRequest, { known, live, served }: OrderSources): OrderedItems {
  const { ranking } = live;
  const allowed = new Set(among);
  // Only the head that is solved after every label ranks by itself; of another version it is the doubt that counts.
  const isLive = served === undefined || served.version === LIVE;
  const ranked = isLive ? (ranking?.items ?? []).filter((item) => allowed.has(item)) : [];
  const has = new Set(ranked);
  const isDoubtWanted = served !== undefined && (!isLive || COLD.every((name) => ranking?.strategy !== name));
  const doubts = isDoubtWanted
    ? among.flatMap((item) => {
        const probs_C = has.has(item) ? undefined : served.of(item);
        return probs_C ? [{ item, doubt: doubtOf(probs_C, known.task) }] : [];
      })
    : [];
  doubts.sort((a, b) => b.doubt - a.doubt || a.item - b.item);
  const items = [...ranked, ...doubts.map(({ item }) => item)];
  const scoreOf = (item: number) => {
    const probs_C = served?.of(item);
    return probs_C && doubtOf(probs_C, known.task);
  };
  const reason =
    isLive && ranking
      ? `${ranking.strategy}: ${ranking.reason}`
      : served
        ? `what version ${served.version} is least sure of`
        : (live.failure ?? "in random order until the items have been read");
  return filled({ items, scores: items.map(scoreOf) }, among, request, reason);
}

/** The version whose head is solved after every label. */
export const LIVE = "live";
/** Strategies that look at where items lie, not at what the model says. */
const COLD = ["kmeans", "typiclust"];

/** In bits, of a yes with this probability. */
function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
}

/** 0 (sure) to 1: of one choice 1 less the margin of the two likeliest labels, of several the mean entropy. */
export function doubtOf(probs_C: Float32Array, task: "single" | "multi"): number {
  if (task === "multi") return probs_C.reduce((sum, p) => sum + (Number.isNaN(p) ? 1 : binaryEntropy(p)), 0) / probs_C.length;
  let [first, second] = [0, 0];
  for (const p of probs_C) {
    if (p > first) [first, second] = [p, first];
    else if (p > second) second = p;
  }
  return probs_C.length < 2 ? binaryEntropy(first) : 1 - (first - second);
}

async function spreadOrder(
  { name, label }: Extract<Sort, { readonly kind: "spread" }>,
  among: readonly number[],
  request: OrderRequest,
  { known, live, served, earlier }: OrderSources,
): Promise<OrderedItems> {
  const { count, seed } = request;
  const open = new Set(among);
  const before = earlier.get(request.sort) ?? new Set<number>();
  earlier.set(request.sort, before);
  // What was given before and has come back is open again.
  for (const item of before) if (open.has(item)) before.delete(item);
  const taken = [...known.items.keys()].filter((item) => known.isExcluded(item) || known.entries(item) !== undefined);
  const centres = [...new Set([...taken, ...before])].filter((item) => !open.has(item));
  const index = labelIndex(label, served);
  const isGradient = name === "badge" && served !== undefined && index !== undefined;
  const items = await live.call("spread", {
    ...{ sort: name, among, centres, count, seed, file: isGradient ? served.file : undefined },
    label: label === undefined ? undefined : index,
  });
  for (const item of items) before.add(item);
  const reason =
    name === "badge" && !isGradient
      ? "as far from each other as possible, as there is no model yet"
      : `${name}: unlike what is labelled and unlike each other`;
  return filled({ items, scores: items.map(() => undefined) }, among, request, reason);
}
