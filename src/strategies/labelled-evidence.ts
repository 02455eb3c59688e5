import { BaalError } from "../errors.js";
import type { Features } from "../features.js";
import type { LabelledItems } from "../heuristics/heuristic.js";
import type { Predictions } from "../predictions.js";

const REMEDIES = {
  features: 'give "labelled" its "features" (trainer.featuresOnDataset)',
  predictions: 'give "labelled" its "predictions"',
};

/** The labelled items' features. Throws `E_ARGUMENT` when they are missing or those of other items. */
export function labelledFeatures(labelled: LabelledItems, name: string): Features {
  return checked(labelled, labelled.features, { name, what: "features" });
}

/** The labelled items' predictions. Throws `E_ARGUMENT` as {@link labelledFeatures}. */
export function labelledPredictions(labelled: LabelledItems, name: string): Predictions {
  return checked(labelled, labelled.predictions, { name, what: "predictions" });
}

function checked<Evidence extends Features | Predictions>(
  { indices }: LabelledItems,
  evidence: Evidence | undefined,
  { name, what }: { readonly name: string; readonly what: keyof typeof REMEDIES },
): Evidence {
  if (!evidence)
    throw new BaalError("E_ARGUMENT", `Strategy "${name}" needs the ${what} of the labelled items too: ${REMEDIES[what]}.`);
  if (evidence.indices.length !== indices.length || !evidence.indices.every((index, i) => index === indices[i]))
    throw new BaalError(
      "E_ARGUMENT",
      `Strategy "${name}" was given ${what} of other items than the labelled ones, or in another order: "indices" of both must hold the same dataset indices.`,
    );
  return evidence;
}
