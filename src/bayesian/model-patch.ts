import type { StateDict } from "../core/bayesian-model.js";

/** Makes a model's predictions random draws: masks on activations, or samples of weights. */
export type ModelPatch = DropoutPatch | WeightPosterior;

/** Which dropout sites stay random at prediction time, and how strongly. */
export interface DropoutPatch {
  readonly kind: "dropout";
  /** Rate by site name; sites that are not listed are off. */
  readonly rates: ReadonlyMap<string, number>;
  /** All items of a draw share its masks. */
  readonly isConsistent: boolean;
  /** Over the draws of an item each element is dropped as often as its rate says, see `balanced-masks.ts`; each draw by itself by default. */
  readonly isBalanced?: boolean | undefined;
}

/** Which sample of the weights is asked for. */
export interface WeightSampleOptions {
  readonly seed: number;
  readonly draw: number;
  /** The model's current weights: read, never changed. */
  readonly weights: StateDict;
}

/**
 * A distribution over (some of) a model's weights. Draw k is one sample of it, shared by all items, so predictions are consistent.
 * DropConnect, ensembles and Laplace approximations are such ones; so can be one of your own.
 */
export interface WeightPosterior {
  readonly kind: "weights";
  /** Names of the parameters that differ from draw to draw. What does not depend on them is computed once per item. */
  readonly varying: readonly string[];
  /** Parameters that are the same in each draw, but other than the model's (what an ensemble's members have in common). */
  readonly common?: StateDict | undefined;
  /** How many different draws there are; missing: any number. */
  readonly maxIterations?: number | undefined;
  /** Writes a draw's {@link varying} parameters. The same seed, draw and weights give the same numbers. */
  sample(target: ReadonlyMap<string, Float32Array>, options: WeightSampleOptions): void | Promise<void>;
}

/** A linear (or convolution) layer's weight. */
export interface LinearWeight {
  /** The parameter's name. */
  readonly name: string;
  /** `"head"`: the last layer. */
  readonly place: "body" | "head";
}
