import type { StateDict, StateTensor } from "../core/bayesian-model.js";
import { BaalError } from "../core/errors.js";
import type { WeightPosterior } from "./model-patch.js";

/** The weights of each draw of one prediction. */
export interface WeightSamples {
  /** The weights that differ from draw to draw. Valid until another draw is asked for. */
  at(draw: number): Promise<StateDict>;
  /** The weights that all draws share, where they are not the model's own. */
  readonly common: StateDict;
}

export interface WeightSamplesOptions {
  readonly seed: number;
  readonly draws: number;
  /** The draw that counts as draw 0; 0 by default. */
  readonly firstDraw?: number | undefined;
  /** Samples that take more floats than this are made again for each group of batches instead of being kept; 64 MB by default. */
  readonly maxKeptElements?: number | undefined;
}

const MAX_KEPT_ELEMENTS = 16 * 1024 * 1024;

/** Throws `E_CHECKPOINT` when the posterior is of another model's parameters. */
export function weightSamples(
  posterior: WeightPosterior,
  weights: StateDict,
  { seed, draws, firstDraw = 0, maxKeptElements = MAX_KEPT_ELEMENTS }: WeightSamplesOptions,
): WeightSamples {
  const { varying, common = new Map<string, StateTensor>() } = posterior;
  checkOwn(weights, varying, common);
  const elements = varying.reduce((sum, name) => sum + weights.get(name)!.data.length, 0);
  const canKeep = elements * draws <= maxKeptElements;
  /** All draws so far, or only the last. */
  const kept = new Map<number, StateDict>();
  const fresh = (): StateDict =>
    new Map(
      varying.map((name) => {
        const { dims, data } = weights.get(name)!;
        return [name, { dims, data: new Float32Array(data.length) }];
      }),
    );
  let last: StateDict | undefined;

  return {
    common,
    async at(draw) {
      const known = kept.get(draw);
      if (known) return known;
      const sample = (canKeep ? undefined : last) ?? fresh();
      last = sample;
      if (!canKeep) kept.clear();
      await posterior.sample(new Map([...sample].map(([name, { data }]) => [name, data])), {
        ...{ seed, weights },
        draw: firstDraw + draw,
      });
      kept.set(draw, sample);
      return sample;
    },
  };
}

function checkOwn(weights: StateDict, varying: readonly string[], common: StateDict): void {
  const isForeign = (name: string) =>
    !weights.has(name) || (common.has(name) && String(common.get(name)!.dims) !== String(weights.get(name)!.dims));
  const foreign = [...varying, ...common.keys()].filter(isForeign);
  if (foreign.length === 0) return;
  const some = foreign.slice(0, 5).join(", ");
  throw new BaalError("E_CHECKPOINT", `Weights are to be sampled that this model does not have, or not in that shape: ${some}.`);
}
