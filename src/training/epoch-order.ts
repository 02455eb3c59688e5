import { createRandom } from "../random.js";
import { deriveSeed, SEED_PURPOSE } from "./derive-seed.js";

/** The positions of a data set in the random order of an epoch. A pure function, so that resuming needs no saved generator. */
export function epochOrder(length: number, options: { readonly seed: number; readonly epoch: number }): readonly number[] {
  const random = createRandom(deriveSeed(options.seed, SEED_PURPOSE.order, options.epoch));
  return random.shuffled(Array.from({ length }, (_, position) => position));
}
