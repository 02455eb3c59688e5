import type { WeightPosterior } from "../bayesian/model-patch.js";
import { BaalError } from "../errors.js";
import type { Feed } from "../runtime/session.js";
import type { StateDict, StateTensor } from "./bayesian-model.js";

/** The parameters of each draw of one prediction. */
export interface WeightSamples {
  /** What differs from draw to draw. Valid until the next call. */
  at(draw: number): ReadonlyMap<string, Feed>;
  /** What all draws share, other than the model's own. */
  readonly common: ReadonlyMap<string, Feed>;
}

/** Samples that take more floats than this (64 MB) are made again for each group of batches instead of being kept. */
const MAX_KEPT_ELEMENTS = 16 * 1024 * 1024;

/** Throws `E_CHECKPOINT` when the posterior is of another model's parameters. */
export function weightSamples(
  posterior: WeightPosterior,
  weights: StateDict,
  {
    seed,
    draws,
    maxKeptElements = MAX_KEPT_ELEMENTS,
  }: { readonly seed: number; readonly draws: number; readonly maxKeptElements?: number },
): WeightSamples {
  const { varying, common = new Map<string, StateTensor>() } = posterior;
  const isForeign = (name: string) =>
    !weights.has(name) || (common.has(name) && String(common.get(name)!.dims) !== String(weights.get(name)!.dims));
  const foreign = [...varying, ...common.keys()].filter(isForeign);
  if (foreign.length > 0) {
    const some = foreign.slice(0, 5).join(", ");
    throw new BaalError(
      "E_CHECKPOINT",
      `Weights are to be sampled that this model does not have, or not in that shape: ${some}.`,
    );
  }
  const elements = varying.reduce((sum, name) => sum + weights.get(name)!.data.length, 0);
  const canKeep = elements * draws <= maxKeptElements;
  const kept = new Map<number, ReadonlyMap<string, Feed>>();
  const buffers = () => new Map(varying.map((name) => [name, new Float32Array(weights.get(name)!.data.length)]));
  let reused: { readonly target: ReadonlyMap<string, Float32Array>; readonly feeds: ReadonlyMap<string, Feed> } | undefined;
  const asFeeds = (target: ReadonlyMap<string, Float32Array>) =>
    new Map([...target].map(([name, data]) => [name, toFeed({ dims: weights.get(name)!.dims, data })]));

  return {
    common: new Map([...common].map(([name, tensor]) => [name, toFeed(tensor)])),
    at(draw) {
      const known = kept.get(draw);
      if (known) return known;
      if (!reused || canKeep) {
        const target = buffers();
        reused = { target, feeds: asFeeds(target) };
      }
      posterior.sample(reused.target, { seed, draw, weights });
      if (canKeep) kept.set(draw, reused.feeds);
      return reused.feeds;
    },
  };
}

function toFeed({ dims, data }: StateTensor): Feed {
  return { dtype: "float32", dims, data };
}
