import type { WeightPosterior } from "../../bayesian/model-patch.js";
import type { StateDict, StateTensor } from "../../core/bayesian-model.js";
import { BaalError } from "../../core/errors.js";
import type { Feed } from "../../engine/runtime/session.js";

/** The parameters of each draw of one prediction. */
export interface WeightSamples {
  /** What differs from draw to draw. Valid until the next call. */
  at(draw: number): Promise<ReadonlyMap<string, Feed>>;
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
  const fresh = () => {
    const target = new Map(varying.map((name) => [name, new Float32Array(weights.get(name)!.data.length)]));
    return { target, feeds: new Map([...target].map(([name, data]) => [name, toFeed({ dims: weights.get(name)!.dims, data })])) };
  };
  let reused: ReturnType<typeof fresh> | undefined;

  return {
    common: new Map([...common].map(([name, tensor]) => [name, toFeed(tensor)])),
    async at(draw) {
      const known = kept.get(draw);
      if (known) return known;
      const sampled = (canKeep ? undefined : reused) ?? fresh();
      reused = sampled;
      await posterior.sample(sampled.target, { seed, draw, weights });
      if (canKeep) kept.set(draw, sampled.feeds);
      return sampled.feeds;
    },
  };
}

function toFeed({ dims, data }: StateTensor): Feed {
  return { dtype: "float32", dims, data };
}
