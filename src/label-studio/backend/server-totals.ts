import type { ProjectModels } from "../serving/project-models.js";
import type { Store } from "../state/store.js";
import type { TrainingQueue } from "../training/training-queue.js";

/** What a server has in all, which is told without looking at each project. */
export interface ServerTotals {
  readonly queue: { readonly waiting: number; readonly running: number; readonly rejected: number };
  readonly projects: number;
  /** Annotations that are stored, skipped ones aside. */
  readonly annotations: number;
  readonly modelsLoaded: number;
  readonly trainingsRunning: number;
}

export interface ServerTotalsOptions {
  readonly store: Pick<Store, "projects" | "countAnnotations">;
  readonly models: ProjectModels;
  readonly trainings: Pick<TrainingQueue, "running">;
}

/** The numbers for `/metrics` now: thousands of projects do not make them slow. */
export function serverTotals({ store, models, trainings }: ServerTotalsOptions): ServerTotals {
  const { queues, models: loaded } = models.status();
  const { interactive, bulk } = queues;
  const projects = store.projects();
  return {
    queue: {
      waiting: interactive.waitingTasks + bulk.waitingTasks,
      running: interactive.runningTasks + bulk.runningTasks,
      rejected: interactive.rejected + bulk.rejected,
    },
    projects: projects.length,
    annotations: projects.reduce((sum, { id }) => sum + store.countAnnotations(id), 0),
    modelsLoaded: loaded.length,
    trainingsRunning: trainings.running,
  };
}
