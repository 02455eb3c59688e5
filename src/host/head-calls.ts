import type { CalibrationState } from "../calibration/calibration-state.js";
import type { Predictions } from "../core/predictions.js";

/** The vectors that heads are solved on: where they are kept, and of which encoder (its fingerprint). */
export interface VectorPlace {
  readonly folder: string;
  readonly encoder: string;
}

/** What a head is solved from. Items go by the names of their contents, 64 hex digits. */
export interface HeadRequest extends VectorPlace {
  /** Names the head; its weights are where the next solution begins. */
  readonly head: string;
  readonly labels: readonly string[];
  readonly labelled: readonly string[];
  /** Class indices of `labelled`. */
  readonly targets: readonly number[];
  /** The classes' names as items, in the order of `labels`. */
  readonly names?: readonly string[] | undefined;
  /** Items without a label. */
  readonly pool: readonly string[];
}

export interface SolveRequest extends HeadRequest {
  /** What an item of the pool counts beside a labelled one, times its probability. */
  readonly pseudoWeight: number;
  /** Somebody waits: of a large problem only a few steps are made from the head before, where there is one. False by default. */
  readonly isHurried?: boolean | undefined;
}

export interface SolvedSummary {
  readonly iterations: number;
  readonly hasConverged: boolean;
  /** Labelled items, and those of the pool that took part. */
  readonly labelled: number;
  readonly pool: number;
  readonly milliseconds: number;
}

/** What cross-validation says of a head. */
export interface HeadRevision {
  /** Whether the classes' names are worth having. */
  readonly withNames: boolean;
  /** What an item of the pool is to count. */
  readonly pseudoWeight: number;
  /** What makes the head's probabilities right on labels that were held out; missing where there are too few. */
  readonly calibration?: CalibrationState | undefined;
  /** Of labels that were held out in turn, with what guessing the most frequent one would reach; missing where there are too few. */
  readonly heldOut?:
    | { readonly accuracy: number; readonly chance: number; readonly items: number; readonly isNearChance: boolean }
    | undefined;
}

export interface HeadPredictRequest {
  readonly head: string;
  readonly items: readonly string[];
  /** 1: the head as it is; more: draws from the Laplace posterior of its weights. */
  readonly iterations: number;
  readonly seed: number;
}

/** The weights of a head, `[C, D + 1]`, the bias as the last column. */
export interface HeadWeights {
  readonly labels: readonly string[];
  readonly weights_C_P: Float32Array;
}

/** The calls of the process that has heads over the vectors of frozen encoders. */
export interface HeadCalls {
  /** The items that have no vector yet. */
  missing(request: VectorPlace & { readonly items: readonly string[] }): string[];
  /** Keeps vectors, a row per item, at length 1. */
  add(request: VectorPlace & { readonly items: readonly string[]; readonly vectors: Float32Array }): null;
  solve(request: SolveRequest): SolvedSummary;
  revise(request: HeadRequest): HeadRevision;
  predict(request: HeadPredictRequest): Predictions;
  weights(request: { readonly head: string }): HeadWeights;
  /** Forgets a head; its vectors stay. */
  drop(request: { readonly head: string }): null;
}
