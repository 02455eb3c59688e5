import type { ItemPlace } from "./metric.js";

/** The class with the highest probability; the lowest index where several are equal. */
export function predictedClass(probs_N_C: ArrayLike<number>, { start, classes }: Pick<ItemPlace, "start" | "classes">): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (probs_N_C[start + c]! > probs_N_C[start + best]!) best = c;
  return best;
}
