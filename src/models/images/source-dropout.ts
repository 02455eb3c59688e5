/** One kind of dropout of a network: where it stands in each of its blocks, or in the whole, and its rate. */
export interface SourceSite {
  /** `"branch"`: what a block adds to its input; `"softmax"`: the weights of an attention; else behind or in front of a layer. */
  readonly at: "branch" | "softmax" | "behind" | "before";
  /** The layers, by their paths; for `"behind"` and `"before"`. */
  readonly layer?: RegExp | undefined;
  /** Whether only some versions of the source have layers of these paths. */
  readonly isOptional?: boolean | undefined;
  /** Which of a block's branches; all of them by default. */
  readonly branch?: number | undefined;
  /** What it is called, from the block's path on. */
  readonly name: string;
  /** By the block's place among all blocks. */
  readonly rate: (block: number, blocks: number) => number;
  /** `"item"`: stochastic depth (Huang 2016, arXiv:1603.09382), which drops a whole item's branch. */
  readonly unit?: "item" | undefined;
}

/** What a network drops out in a training pass. */
export interface SourceDropout {
  /** Of a module in a block; the block's path is the first group. */
  readonly block: RegExp;
  readonly sites: readonly SourceSite[];
  /** In front of the last layer; 0 for a network that has none there. */
  readonly head: { readonly name: string; readonly rate: number };
}

/** A number of a configuration (1 and 0 for true and false), or what it is by default. */
export type Numbers = (key: string, fallback: number) => number;

/** Reads the numbers of a configuration. */
export function numbersOf(json: Readonly<Record<string, unknown>>): Numbers {
  return (key, fallback) => {
    const value = json[key];
    return typeof value === "number" || typeof value === "boolean" ? Number(value) : fallback;
  };
}

/** The same rate in each block. */
export const constant = (rate: number) => () => rate;

/** From 0 for the first block to `last` for the last one. */
export function growing(last: number): SourceSite["rate"] {
  return (block, blocks) => (blocks === 1 ? 0 : (last * block) / (blocks - 1));
}

/** From 0 on, by equal steps that would reach `end` behind the last block. */
export function growingTowards(end: number): SourceSite["rate"] {
  return (block, blocks) => (end * block) / blocks;
}

/** Stochastic depth of each branch. */
export function depth(name: string, rate: SourceSite["rate"]): SourceSite {
  return { at: "branch", name, rate, unit: "item" };
}

/** A last layer without dropout in front of it: the site is there for those who ask for a rate. */
export const NO_HEAD = { name: "dropout", rate: 0 };

/** A network without dropout in its blocks. */
export function without(head: SourceDropout["head"] = NO_HEAD): SourceDropout {
  return { block: /^$/, sites: [], head };
}
