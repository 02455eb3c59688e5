import type { AnnotationRecord } from "../state/records.js";
import { toMilliseconds } from "../training/json-values.js";
import type { AnnotationAnswer, TaskAnswer } from "./api-schemas.js";

/** The annotations that came with a task. */
export function annotationRecords({ id: taskId, data, annotations }: TaskAnswer): AnnotationRecord[] {
  return (annotations ?? []).map((annotation) => ({
    id: annotation.id,
    taskId,
    data,
    result: annotation.result ?? [],
    completedBy: userId(annotation.completed_by),
    wasCancelled: annotation.was_cancelled ?? false,
    groundTruth: annotation.ground_truth ?? false,
    // A time that cannot be read is the earliest: any other state of the annotation is newer.
    updatedAt: toMilliseconds(annotation.updated_at) ?? toMilliseconds(annotation.created_at) ?? 0,
  }));
}

function userId(completedBy: AnnotationAnswer["completed_by"]): string | undefined {
  if (completedBy === null || completedBy === undefined) return undefined;
  return String(typeof completedBy === "object" ? completedBy.id : completedBy);
}
