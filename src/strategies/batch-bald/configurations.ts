import type { Random } from "../../core/random.js";

/**
 * The ways in which the picked items may turn out to be labelled, S of them, each with its probability, and what each would say
 * about the draws: `posteriors_S_K` is p(draw k | labels s), rows sum to 1.
 */
export interface Configurations {
  readonly weights_S: Float64Array;
  readonly posteriors_S_K: Float32Array;
}

export interface BranchOptions {
  /** Most configurations to keep. */
  readonly maxConfigurations: number;
  readonly random: Random;
}

/** Before anything is picked: one configuration, and each draw as likely as the others. */
export function emptyConfiguration(draws: number): Configurations {
  return { weights_S: Float64Array.of(1), posteriors_S_K: new Float32Array(draws).fill(1 / draws) };
}

/**
 * The configurations after one more pick, whose draws are `probs_C_K`: each one before branches into one per class, by Bayes' rule.
 * Where there are more than `maxConfigurations` (those of probability 0 do not count), a sample of that size stands for them: see
 * {@link sampleWeights}. Parents are in the order of their first labels, so the sample is spread over the tree of labels.
 */
export function branch(
  { weights_S, posteriors_S_K }: Configurations,
  probs_C_K: Float64Array,
  { maxConfigurations, random }: BranchOptions,
): Configurations {
  const draws = posteriors_S_K.length / weights_S.length;
  const classes = probs_C_K.length / draws;
  const likelihood_SC = new Float64Array(weights_S.length * classes);
  for (let s = 0, child = 0; s < weights_S.length; s++) {
    for (let c = 0; c < classes; c++, child++) {
      let sum = 0;
      for (let k = 0, a = s * draws, p = c * draws; k < draws; k++) sum += posteriors_S_K[a + k]! * probs_C_K[p + k]!;
      likelihood_SC[child] = sum;
    }
  }
  const weights_SC = likelihood_SC.map((likelihood, child) => likelihood * weights_S[Math.floor(child / classes)]!);
  sampleWeights(weights_SC, maxConfigurations, random);

  const kept: number[] = [];
  weights_SC.forEach((weight, child) => {
    if (weight > 0) kept.push(child);
  });
  const posteriors = new Float32Array(kept.length * draws);
  kept.forEach((child, row) => {
    const scale = 1 / likelihood_SC[child]!;
    const a = Math.floor(child / classes) * draws;
    const p = (child % classes) * draws;
    for (let k = 0; k < draws; k++) posteriors[row * draws + k] = posteriors_S_K[a + k]! * probs_C_K[p + k]! * scale;
  });
  return { weights_S: Float64Array.from(kept, (child) => weights_SC[child]!), posteriors_S_K: posteriors };
}

/**
 * Sets all but `most` of the weights to 0 such that each weight's expectation stays what it was, and so does the total: weights
 * above a threshold stay as they are, each other one becomes the threshold with probability weight / threshold, else 0
 * (Fearnhead and Clifford 2003, "On-line inference for hidden Markov models via particle filters"). The choice among these is
 * systematic: one random number, then equal steps through the sum of the weights. No more than `most` positive ones: no change.
 */
export function sampleWeights(weights: Float64Array, most: number, random: Random): void {
  const positive = weights.reduce((count, weight) => (weight > 0 ? count + 1 : count), 0);
  if (positive <= most) return;
  const threshold = samplingThreshold(weights, most);
  let next = threshold * random.uniform();
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight > threshold) continue;
    next -= weight;
    weights[i] = next < 0 ? threshold : 0;
    if (next < 0) next += threshold;
  }
}

/** The t for which the sum of min(weight / t, 1) is `most`. */
function samplingThreshold(weights: Float64Array, most: number): number {
  let threshold = Infinity;
  for (;;) {
    let light = 0;
    let heavy = 0;
    for (const weight of weights) {
      if (weight > threshold) heavy++;
      else light += weight;
    }
    const next = light / (most - heavy);
    if (!(next < threshold)) return threshold;
    threshold = next;
  }
}
