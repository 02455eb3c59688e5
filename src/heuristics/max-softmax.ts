import { namedCertainty } from "./certainty.js";
import type { Heuristic } from "./heuristic.js";
import type { DenseOptions } from "./position-heuristic.js";

/**
 * Maximum softmax probability, as a score for items out of distribution (Hendrycks and Gimpel 2017, arXiv:1610.02136): 1 less the
 * highest probability of the mean prediction, high where the item is unlike what the model was trained on. The very numbers of
 * `certainty`, under the name that papers on out-of-distribution detection use.
 */
export function maxSoftmax(options: DenseOptions = {}): Heuristic {
  return namedCertainty("maxsoftmax", options);
}
