import type { Need } from "./heuristic.js";

export interface SingleDrawOptions {
  /** Scores a single draw per item as 0, no disagreement, where by default that is an error. */
  readonly allowSingleDraw?: boolean;
}

/** The needs of a heuristic that compares draws with each other. */
export function needsOfDisagreement({ allowSingleDraw = false }: SingleDrawOptions): readonly Need[] {
  return allowSingleDraw ? ["probabilities"] : ["probabilities", "draws"];
}
