/** The class of items out of scope, and how they are recognised. */
export interface OutOfScope {
  readonly label: string;
  /** `"class"`: one class more; `"threshold"`: not trained on, recognised by a score. */
  readonly protocol: "class" | "threshold";
  readonly score: keyof typeof OUT_OF_SCOPE_SCORES;
}

/** How a distribution over the classes in scope tells that an item is in none of them; higher: rather out of scope. */
export const OUT_OF_SCOPE_SCORES = {
  /** Hendrycks and Gimpel 2017, arXiv:1610.02136. */
  maxSoftmax: (probs_C: Float64Array) => 1 - Math.max(...probs_C),
  /** In nats. */
  entropy: (probs_C: Float64Array) => probs_C.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0),
  /** 1 less the two highest probabilities' difference. */
  margin(probs_C: Float64Array) {
    const [first = 1, second = 0] = [...probs_C].sort((a, b) => b - a);
    return 1 - (first - second);
  },
} as const;
