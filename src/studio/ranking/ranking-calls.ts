import type { ItemKind, LabelTask } from "../store/records.js";

/** What the process that ranks is to work with. */
export interface LoadRequest {
  /** What is ranked. */
  readonly kind: ItemKind;
  /** Folder or hub id of the encoder; of texts also `"tfidf"`, which needs none. */
  readonly model: string;
  readonly device: "cpu" | "cuda" | "webgpu" | undefined;
  readonly threads: number | undefined;
  readonly onnxFile: string | undefined;
}

export interface EmbedRequest {
  /** One text, or path of an image, per item. */
  readonly contents: readonly string[];
  readonly maxSeqLen: number;
  readonly cacheFolder: string;
}

/** An item's answer: a class, a 0 or 1 for each (`null`: unknown), or none. */
export type RankTarget = number | readonly (0 | 1 | null)[] | undefined;

export interface RankRequest {
  readonly task: LabelTask;
  readonly labels: readonly string[];
  /** By the items' positions, all that have one. */
  readonly answered: readonly (readonly [position: number, target: RankTarget])[];
  /** Positions that are not to be shown. */
  readonly excluded: readonly number[];
  readonly count: number;
  readonly strategy: string | undefined;
  readonly seed: number;
  /** Whether it is found out how well the labels predict each other. */
  readonly withHeldOut: boolean;
}

/** A label that the model would give. */
export interface SuggestedLabel {
  readonly label: string;
  readonly probability: number;
}

export interface RankedItem {
  readonly position: number;
  /** The most probable first; of several labels those above one half. Empty while there is no model. */
  readonly suggestions: readonly SuggestedLabel[];
}

export interface Ranking {
  /** The best first. */
  readonly items: readonly RankedItem[];
  readonly strategy: string;
  readonly reason: string;
  /** Answers that it was made from. */
  readonly labelled: number;
  readonly heldOut: { readonly accuracy: number; readonly isNearChance: boolean } | undefined;
}

export type RankingEvent =
  | { readonly type: "download"; readonly file: string; readonly total: number }
  | { readonly type: "embed"; readonly done: number; readonly total: number };

/** The calls of the process that embeds and ranks a project's items. */
export type RankingCalls = {
  load(request: LoadRequest): null;
  embed(request: EmbedRequest): null;
  rank(request: RankRequest): Ranking;
};
