export interface SimulatedAnnotation {
  readonly id: number;
  result: readonly unknown[];
  readonly user: number;
  readonly wasCancelled: boolean;
  readonly groundTruth: boolean;
  readonly createdAt: number;
  updatedAt: number;
  /** Seconds that people have spent on it. */
  leadTime?: number;
}

export interface SimulatedPrediction {
  readonly id: number;
  readonly task: number;
  readonly result: readonly unknown[];
  readonly score: number | null;
  readonly modelVersion: string;
}

export interface SimulatedTask {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  updatedAt: number;
  readonly annotations: SimulatedAnnotation[];
  readonly predictions: SimulatedPrediction[];
}

/** Times as Django writes them: with microseconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

export function annotationJson(task: SimulatedTask, annotation: SimulatedAnnotation, project: number) {
  const { id, result, user, wasCancelled, groundTruth, createdAt, updatedAt } = annotation;
  return {
    id,
    result,
    completed_by: user,
    was_cancelled: wasCancelled,
    ground_truth: groundTruth,
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
    lead_time: annotation.leadTime ?? 2.5,
    task: task.id,
    project,
  };
}

export function predictionJson({ id, task, result, score, modelVersion }: SimulatedPrediction, project: number) {
  return { id, task, project, result, score, model_version: modelVersion };
}

/** What an annotator's choice looks like in an annotation. */
export function choicesRegion(fromName: string, toName: string, choices: readonly string[]) {
  return { id: "region", from_name: fromName, to_name: toName, type: "choices", origin: "manual", value: { choices } };
}
