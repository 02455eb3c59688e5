import { fillMask } from "../bayesian/fill-masks.js";
import type { KeptChannels } from "../bayesian/keep-channels.js";
import { ALL_ITEMS, maskRate } from "../bayesian/mask-generator.js";
import type { Feed } from "../runtime/session.js";

/** The feeds of one draw: which channels are kept, and what they are multiplied by. */
export function keptChannelFeeds(
  kept: readonly KeptChannels[],
  rates: ReadonlyMap<string, number>,
  { seed, draw }: { readonly seed: number; readonly draw: number },
): Map<string, Feed> {
  const feeds = new Map<string, Feed>();
  for (const { mask, indices } of kept) {
    const factors = new Float32Array(mask.axes.reduce((size, axis) => (axis.kind === "fixed" ? size * axis.size : size), 1));
    const rate = maskRate(rates.get(mask.site.name) ?? mask.site.rate);
    fillMask(factors, mask, rate, [{ item: ALL_ITEMS, draw, length: 1 }], { seed, paddedLength: 1 });
    // A convolution of no channels is an error: one stays, multiplied by zero.
    const isKept = factors.some((factor) => factor !== 0) ? (factor: number) => factor !== 0 : (_: number, i: number) => i === 0;
    const channels = Array.from(factors.keys()).filter((i) => isKept(factors[i]!, i));
    const dims = [1, channels.length, ...mask.axes.slice(2).map(() => 1)];
    feeds.set(indices, { dtype: "int64", dims: [channels.length], data: BigInt64Array.from(channels, BigInt) });
    feeds.set(mask.input, { dtype: "float32", dims, data: Float32Array.from(channels, (i) => factors[i]!) });
  }
  return feeds;
}
