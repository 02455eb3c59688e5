import { BaalError } from "../../errors.js";
import { meanProbabilities } from "../../heuristics/mean-probabilities.js";
import { computeClassificationMetrics } from "../../metrics/classification-metrics.js";
import type { Predictions } from "../../predictions.js";
import type { ChoicesControl } from "../choices-controls.js";

export type ChoiceKind = ChoicesControl["choice"];

/** The labels that a model gives each of N items: its mean probabilities over the draws, and what it chooses. */
export interface Chosen {
  /** Row-major; with `"multiple"` each label's own probability, of yes against no. */
  readonly probs_N_C: Float64Array;
  readonly labels: readonly string[];
  readonly chosen: readonly (readonly string[])[];
}

/** Reads predictions `[N, C, K]`, logits of a softmax (`"single"`) or of sigmoids (`"multiple"`). Throws `E_NOT_FINITE`, `E_SHAPE`. */
export function chosenLabels(predictions: Predictions, labels: readonly string[], choice: ChoiceKind): Chosen {
  const probs_N_C = choice === "single" ? meanProbabilities(predictions) : meanSigmoids(predictions);
  const rows = Array.from({ length: predictions.shape[0] ?? 0 }, (_, item) =>
    probs_N_C.subarray(item * labels.length, (item + 1) * labels.length),
  );
  const chosen = rows.map((probs_C) => {
    const best = probs_C.indexOf(Math.max(...probs_C));
    return labels.filter((_, c) => c === best || (choice === "multiple" && probs_C[c]! >= 0.5));
  });
  return { probs_N_C, labels, chosen };
}

/** Share of the items whose labels are exactly the right ones. */
export function exactShare(chosen: readonly (readonly string[])[], targets: readonly (readonly string[])[]): number {
  const right = chosen.filter((labels, item) => {
    const target = new Set(targets[item]);
    return labels.length === target.size && labels.every((label) => target.has(label));
  });
  return right.length / chosen.length;
}

/**
 * Metrics by name, all finite. With one label per item those of {@link computeClassificationMetrics}; with several `accuracy` (all of an
 * item's labels right, and no other), `microF1` and `brierScore` (mean over items of the squared errors, summed over the labels).
 * Throws `E_ARGUMENT` without items.
 */
export function heldOutMetrics(
  { probs_N_C, labels, chosen }: Chosen,
  targets: readonly (readonly string[])[],
  choice: ChoiceKind,
): Readonly<Record<string, number>> {
  if (targets.length === 0) throw new BaalError("E_ARGUMENT", "Metrics need at least one item that was held out; none came.");
  if (choice === "single") {
    return computeClassificationMetrics(
      probs_N_C,
      targets.map(([label = ""]) => labels.indexOf(label)),
    );
  }
  let squares = 0;
  let hits = 0;
  let either = 0;
  for (const [item, target] of targets.entries()) {
    for (const [c, label] of labels.entries()) {
      const isTarget = target.includes(label);
      const isChosen = chosen[item]!.includes(label);
      squares += (probs_N_C[item * labels.length + c]! - Number(isTarget)) ** 2;
      hits += Number(isTarget && isChosen);
      either += Number(isTarget) + Number(isChosen);
    }
  }
  return { accuracy: exactShare(chosen, targets), microF1: (2 * hits) / either, brierScore: squares / targets.length };
}

function meanSigmoids({ kind, shape, data }: Predictions): Float64Array {
  const [items = 0, classes = 0, draws = 0] = shape;
  if (kind !== "logits" || shape.length !== 3)
    throw new BaalError("E_SHAPE", `Labels of their own are read from logits [N, C, K]; ${kind} [${shape}] came.`);
  return Float64Array.from({ length: items * classes }, (_, cell) => {
    let sum = 0;
    for (let k = 0; k < draws; k++) sum += 1 / (1 + Math.exp(-data[cell * draws + k]!));
    return sum / draws;
  });
}
