import { type BaldOptions, namedBald } from "./bald.js";
import type { Heuristic } from "./heuristic.js";

/**
 * Query by committee with the Kullback-Leibler divergence to the mean (McCallum and Nigam 1998, ICML): the mean over the draws of
 * KL(draw || mean of the draws), in nats. With the mean as the consensus, and draws that count alike, this is the entropy of the mean
 * less the mean entropy: the very numbers of `bald`, under the name of the literature on committees. The draws of an ensemble
 * are a committee as they were then.
 */
export function klDisagreement(options: BaldOptions = {}): Heuristic {
  return namedBald("kldisagreement", options);
}
