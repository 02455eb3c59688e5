import type { ProgressView } from "../api/work-contract.js";
import { agreement } from "./agreement.js";
import type { Desk } from "./desk.js";

/** How good the labels make a model, and how they come in. */
export function progress(desk: Desk, target: number | undefined): ProgressView {
  const { store } = desk;
  const curve = desk.brain()?.progress({ target }) ?? {
    ...{ metric: "accuracy" as const, curve: [], forecast: undefined },
    note: "There is no model whose accuracy could be followed: choose an encoder in Settings.",
  };
  return {
    ...curve,
    ...{ perHour: store.labelsPerHour(), agreement: agreement(desk), accepted: store.suggestedAnswers() },
  };
}
