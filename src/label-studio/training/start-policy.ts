import { BaalError } from "../../errors.js";

export interface StartPolicy {
  /** Trains after so many new or changed annotations; never for that reason by default. */
  readonly everyAnnotations?: number | undefined;
  /** Whether the project's own `min_annotations_to_start_training` starts the first training. `true` by default. */
  readonly useProjectMinimum?: boolean;
}

/** What is known when an event of a project has been stored. */
export interface TrainingNeed {
  /** Whether the event was START_TRAINING. */
  readonly isAskedFor: boolean;
  /** Annotations that are new or changed since the last training began, whatever became of it; all without one. */
  readonly newAnnotations: number;
  /** `min_annotations_to_start_training`; 0 where the project leaves it open. */
  readonly minAnnotations: number;
  /** Whether a training has ever given a version. */
  readonly hasVersion: boolean;
}

export type StartCause = "START_TRAINING" | "annotations" | "min_annotations_to_start_training";

/** A function that says whether a training is to start, and for which reason. Throws `E_ARGUMENT` for a policy out of range. */
export function startPolicy({
  everyAnnotations,
  useProjectMinimum = true,
}: StartPolicy = {}): (need: TrainingNeed) => StartCause | undefined {
  if (everyAnnotations !== undefined && !(Number.isInteger(everyAnnotations) && everyAnnotations >= 1))
    throw new BaalError("E_ARGUMENT", `everyAnnotations is a whole number of at least 1, ${everyAnnotations} came.`);
  return ({ isAskedFor, newAnnotations, minAnnotations, hasVersion }) => {
    if (isAskedFor) return "START_TRAINING";
    if (everyAnnotations !== undefined && newAnnotations >= everyAnnotations) return "annotations";
    // Without a version the last one was not enough, or failed: it is tried again when as many have come once more.
    const isFirst = useProjectMinimum && !hasVersion && minAnnotations > 0;
    return isFirst && newAnnotations >= minAnnotations ? "min_annotations_to_start_training" : undefined;
  };
}
