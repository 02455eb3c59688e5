import { ALL_ITEMS, fillMaskRow, hashName, maskRate, maskStream } from "./mask-generator.js";
import type { WeightPosterior } from "./model-patch.js";

/**
 * DropConnect at prediction time (Wan et al. 2013; as an approximate posterior Mobiny et al. 2019, arXiv:1906.04569): in each draw
 * every weight of the parameters in `rates` is 0 with that probability and otherwise multiplied by `1 / (1 - rate)`, so that the
 * mean over draws is the model's current weight.
 */
export function dropConnect(rates: ReadonlyMap<string, number>): WeightPosterior {
  return {
    kind: "weights",
    varying: [...rates.keys()],
    sample(target, { seed, draw, weights }) {
      for (const [name, rate] of rates) {
        const sampled = target.get(name)!;
        const current = weights.get(name)!.data;
        const bits = new Int32Array(sampled.buffer, sampled.byteOffset, sampled.length);
        const stream = maskStream({ seed, draw, item: ALL_ITEMS, site: hashName(name) });
        fillMaskRow(bits, 0, sampled.length, stream, { position: 0, channel: 0 }, maskRate(rate));
        for (let i = 0; i < sampled.length; i++) sampled[i]! *= current[i]!;
      }
    },
  };
}
