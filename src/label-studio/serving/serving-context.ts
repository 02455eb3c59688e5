import type { PredictTasksOptions } from "../contract/predict-tasks.js";
import type { TaskModel } from "../contract/task-model.js";
import type { ImageTaskModelOptions } from "../images/image-task-model.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { BoundedQueue } from "./bounded-queue.js";
import type { PredictionCache } from "./cached-predictor.js";
import type { BaseModel } from "./cold-start.js";
import type { ModelPool } from "./model-pool.js";

/** The part of the server's state that serving reads. */
export interface ServingRecords {
  readonly folder: string;
  projectById(id: number): ProjectRecord | undefined;
  /** In the order in which they were added. */
  versions(projectId: number): readonly VersionRecord[];
  /** What the project asks of its model, as Label Studio's set-up said it last. */
  parametersOf(projectId: number): Readonly<Record<string, unknown>> | undefined;
}

/** How results are made of draws, the same for all projects. */
export type ServingSettings = Omit<PredictTasksOptions, "modelVersion" | "signal">;

/** The parts of a server that its projects share. */
export interface ServingContext {
  readonly records: ServingRecords;
  readonly bases: readonly BaseModel[];
  readonly pool: ModelPool;
  readonly cache: PredictionCache;
  /** The queue for a request of so many tasks. */
  readonly queueFor: (tasks: number) => BoundedQueue;
  readonly settings: ServingSettings;
  readonly images: ImageTaskModelOptions;
  /** Heads that are solved again with each label, for projects that have one. */
  readonly live?: LiveModels | undefined;
}

/** Models of projects that no process has for itself, since they change with each label. */
export interface LiveModels {
  isSolved(projectId: number): boolean;
  /** The model of tasks over the encoder of a version, or of the base model, as it is now. */
  taskModel(projectId: number, version: VersionRecord | undefined): Promise<TaskModel>;
  /** A published head of an earlier time, as it was then. */
  keptHead(projectId: number, version: VersionRecord): Promise<TaskModel>;
  /** A version that was chosen to answer as it was kept, in place of the live model. */
  held(projectId: number): string | undefined;
  /** Whether there is one already. */
  isReady(projectId: number): boolean;
}
