import type { RankTarget } from "../ranking/ranking-calls.js";
import type { ItemKind, LabelTask } from "../store/records.js";

export interface LoadLive {
  readonly kind: ItemKind;
  readonly model: string;
  readonly cacheFolder: string;
  readonly maxSeqLen: number;
}

/** Items that are to be embedded by the next `embed`. */
export interface GivenItems {
  readonly items: readonly number[];
  /** A text, or the path of an image, for each. */
  readonly contents: readonly string[];
}

export interface EmbedLive {
  /** Where all vectors are written, as rows of items. */
  readonly file: string;
}

export interface Embedded {
  readonly items: number;
  readonly width: number;
  /** Of an image network's last feature map: `[channels, height, width]`. */
  readonly lastMap: readonly [number, number, number] | undefined;
  /** Items that could not be read, and why. */
  readonly failed: readonly { readonly item: number; readonly reason: string }[];
}

/** What is known of the items now. */
export interface KnownItems {
  /** All that may be learnt from: none that is excluded or of the validation. */
  readonly answered: readonly (readonly [item: number, target: NonNullable<RankTarget>])[];
  /** Not to be picked and not to be learnt from: excluded, validation, skipped or removed. */
  readonly excluded: readonly number[];
}

export interface LiveRankRequest extends KnownItems {
  readonly task: LabelTask;
  readonly labels: readonly string[];
  readonly strategy: string | undefined;
  readonly count: number;
  readonly seed: number;
  readonly withHeldOut: boolean;
  /** Where the probabilities of all items are written. */
  readonly file: string;
}

export interface LiveRanking {
  /** The best first; not all of them. */
  readonly items: readonly number[];
  readonly strategy: string;
  readonly reason: string;
  readonly labelled: number;
  readonly heldOutAccuracy: number | undefined;
  /** Whether there is a head, and with it the file of probabilities. */
  readonly hasProbabilities: boolean;
}

export interface SpreadRequest {
  readonly sort: "badge" | "diversity";
  readonly among: readonly number[];
  /** Items that count as picked. */
  readonly centres: readonly number[];
  /** File of the probabilities of the version that serves, for BADGE. */
  readonly file: string | undefined;
  /** Index of the label whose gradients alone are looked at. */
  readonly label: number | undefined;
  readonly count: number;
  readonly seed: number;
}

export interface StrategyRequest extends KnownItems {
  readonly task: LabelTask;
  readonly labels: readonly string[];
  readonly strategy: string;
  readonly among: readonly number[];
  readonly count: number;
  readonly seed: number;
}

export interface StrategyPicks {
  readonly picks: readonly { readonly item: number; readonly score: number }[];
  /** The one that was asked for, or what comes before it. */
  readonly strategy: string;
  readonly reason: string;
}

export interface SimilarItem {
  readonly item: number;
  /** Cosine. */
  readonly similarity: number;
}

export type LiveEvent =
  | { readonly type: "download"; readonly file: string; readonly total: number }
  | { readonly type: "embed"; readonly done: number; readonly total: number };

/** The calls of the process that embeds items, and ranks and compares them after every label. */
export type LiveCalls = {
  load(request: LoadLive): null;
  give(items: GivenItems): null;
  embed(request: EmbedLive): Embedded;
  rank(request: LiveRankRequest): LiveRanking;
  spread(request: SpreadRequest): readonly number[];
  pick(request: StrategyRequest): StrategyPicks;
  /** Writes the head of the last ranking, which reads vectors. */
  saveHead(request: { readonly folder: string }): null;
  similar(request: { readonly item: number; readonly k: number; readonly without: readonly number[] }): readonly SimilarItem[];
};
