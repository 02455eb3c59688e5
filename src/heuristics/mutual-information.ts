import { type BaldOptions, namedBald } from "./bald.js";
import type { Heuristic } from "./heuristic.js";

/**
 * The mutual information between label and parameters, as a score for items out of distribution (Smith and Gal 2018,
 * arXiv:1803.08533): the part of the uncertainty that more training data would remove, high where the draws disagree, and low for
 * items that are merely ambiguous. The very numbers of `bald`, under the name that papers on out-of-distribution detection use.
 */
export function mutualInformation(options: BaldOptions = {}): Heuristic {
  return namedBald("mutualinformation", options);
}
