import type { Random } from "../../../src/core/random.js";
import type { SimulatedTask } from "./records.js";

export interface StreamState {
  readonly tasks: readonly SimulatedTask[];
  readonly sampling: string;
  readonly modelVersion: string;
  /** Annotations that make a task labelled. */
  readonly overlap: number;
  readonly user: number;
  readonly random: Random;
}

export function isLabelled({ annotations }: SimulatedTask, overlap: number): boolean {
  return annotations.filter(({ wasCancelled }) => !wasCancelled).length >= overlap;
}

/** The task that Label Studio's label stream serves next, as its `projects/functions/next_task.py` chooses it. */
export function nextTask({ tasks, sampling, modelVersion, overlap, user, random }: StreamState): SimulatedTask | undefined {
  const open = tasks.filter(
    (task) => !isLabelled(task, overlap) && task.annotations.every((annotation) => annotation.user !== user),
  );
  const anyOf = (some: readonly SimulatedTask[]) => (some.length === 0 ? undefined : some[random.integer(0, some.length - 1)]);
  if (overlap > 1) {
    const most = Math.max(0, ...open.map(({ annotations }) => annotations.length));
    if (most > 0) return anyOf(open.filter(({ annotations }) => annotations.length === most));
  }
  if (sampling === "Sequential sampling") return open[0];
  if (sampling === "Uniform sampling") return anyOf(open);
  const ranked = open
    .flatMap((task) =>
      task.predictions.filter((made) => made.modelVersion === modelVersion).map(({ score }) => ({ task, score })),
    )
    .sort((a, b) => (a.score ?? 2) - (b.score ?? 2) || a.task.id - b.task.id);
  const annotators = new Set(tasks.flatMap(({ annotations }) => annotations.map((annotation) => annotation.user)));
  if (ranked.length === 0) return anyOf(open);
  return annotators.size > 1 ? anyOf(ranked.map(({ task }) => task)) : ranked[0]?.task;
}
