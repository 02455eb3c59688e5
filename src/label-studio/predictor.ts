import type { Predictions } from "../predictions.js";

/** What the server needs of a model. A model host, which runs it in another process, keeps the server answering meanwhile. */
export interface Predictor {
  /** The names of the C classes, by class index. */
  readonly labels: readonly string[];
  /** Draws `[N, C, iterations]` for N texts, in their order. */
  predict(
    texts: readonly string[],
    options: { readonly iterations: number; readonly seed?: number; readonly signal?: AbortSignal },
  ): Promise<Predictions>;
}
