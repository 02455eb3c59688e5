import type { ChoicesControls } from "../contract/choices-controls.js";
import { validateConfig } from "../contract/validate-config.js";
import type { ImageTaskModelOptions } from "../images/image-task-model.js";
import { BoundedQueue, type BoundedQueueOptions, type QueueStats } from "./bounded-queue.js";
import { PredictionCache, type PredictionCacheOptions, type PredictionCacheStats } from "./cached-predictor.js";
import { type BaseModel, fittingBase } from "./cold-start.js";
import { type MicroBatcherOptions, microBatcher } from "./micro-batcher.js";
import { ModelPool, type ModelPoolOptions, type PooledModelStatus } from "./model-pool.js";
import { ProjectModel } from "./project-model.js";
import { type ScoredTask, ScoredTasks } from "./scored-tasks.js";
import type { LiveModels, ServingContext, ServingRecords, ServingSettings } from "./serving-context.js";

export interface ProjectModelsOptions {
  readonly records: ServingRecords;
  /** At most one of texts and one of images. */
  readonly bases: readonly BaseModel[];
  readonly settings: ServingSettings;
  readonly pool: Omit<ModelPoolOptions, "batches">;
  readonly cache?: PredictionCacheOptions | undefined;
  readonly batches?: Omit<MicroBatcherOptions, "clock"> | undefined;
  /** For requests of a few tasks, which do not wait behind long ones; 64 at a time and 2,000 waiting tasks by default. */
  readonly interactive?: Omit<BoundedQueueOptions, "clock"> | undefined;
  /** For longer ones; 4 at a time and 20,000 waiting tasks by default. */
  readonly bulk?: Omit<BoundedQueueOptions, "clock"> | undefined;
  readonly images?: ImageTaskModelOptions | undefined;
  /** Makes the heads that are solved again with each label, over models of the pool. */
  readonly live?: ((pool: ModelPool) => LiveModels & { close(): Promise<void> }) | undefined;
}

export interface ServingStatus {
  readonly models: readonly PooledModelStatus[];
  readonly queues: { readonly interactive: QueueStats; readonly bulk: QueueStats };
  readonly cache: PredictionCacheStats;
}

/** Requests of at most so many tasks are somebody's who waits in front of the screen. */
const INTERACTIVE_TASKS = 16;

/** Everything that answers predictions, for all projects of a server. */
export class ProjectModels {
  readonly #context: ServingContext;
  readonly #live: (LiveModels & { close(): Promise<void> }) | undefined;
  readonly #queues: { readonly interactive: BoundedQueue; readonly bulk: BoundedQueue };
  readonly #projects = new Map<number, ProjectModel>();
  #nobody: { readonly labelConfig: string; readonly model: ProjectModel } | undefined;
  readonly #scored: ScoredTasks;

  /** Throws `E_ARGUMENT` for options out of range. */
  constructor(options: ProjectModelsOptions) {
    const { records, bases, settings, pool, images = {} } = options;
    const { clock } = pool;
    const { interactive = { maxRunning: 64, maxWaitingTasks: 2_000 }, bulk = { maxRunning: 4, maxWaitingTasks: 20_000 } } =
      options;
    this.#queues = {
      interactive: new BoundedQueue({ ...interactive, clock }),
      bulk: new BoundedQueue({ ...bulk, clock }),
    };
    const modelPool = new ModelPool({
      ...pool,
      batches: (model) => microBatcher(model, { interactiveItems: INTERACTIVE_TASKS, ...options.batches, clock }),
      onEvent: (event) => {
        if (event.type === "unloaded") for (const project of this.#projects.values()) project.forget(event.key);
        pool.onEvent?.(event);
      },
    });
    this.#live = options.live?.(modelPool);
    this.#scored = new ScoredTasks({
      isHighFirst: (projectId) => this.of(projectId).settings().scoreOrder === "uncertainty",
    });
    this.#context = {
      ...{ records, bases, settings, images, live: this.#live },
      pool: modelPool,
      cache: new PredictionCache(options.cache),
      queueFor: (tasks) => this.#queues[tasks <= INTERACTIVE_TASKS ? "interactive" : "bulk"],
    };
  }

  /** The model of a project of the records. */
  of(projectId: number): ProjectModel {
    const known = this.#projects.get(projectId);
    if (known) return known;
    const onPredicted: ServingSettings["onPredicted"] = (...predicted) => this.#scored.see(projectId, ...predicted);
    const made = new ProjectModel(projectId, { ...this.#context, settings: { ...this.#context.settings, onPredicted } });
    this.#projects.set(projectId, made);
    return made;
  }

  /** The base model, for a project that there are no records of: nothing of it is kept. */
  ofNobody(labelConfig: string): ProjectModel {
    if (this.#nobody?.labelConfig !== labelConfig) {
      const project = { id: 0, hostname: "", project: "", title: "", labelConfig, servingVersion: undefined, createdAt: 0 };
      const records = {
        folder: this.#context.records.folder,
        projectById: () => project,
        versions: () => [],
        parametersOf: () => undefined,
      };
      this.#nobody = { labelConfig, model: new ProjectModel(0, { ...this.#context, records, live: undefined }) };
    }
    return this.#nobody.model;
  }

  /** Tasks that were predicted, in the order in which they should be labelled; labelled ones may be among them. */
  nextTasks(projectId: number): readonly ScoredTask[] {
    return this.#scored.next(projectId, this.of(projectId).modelVersion);
  }

  /** What of a configuration a base model can answer. Throws `E_LABEL_CONFIG` where that is nothing of what it asks. */
  validate(labelConfig: string): ChoicesControls {
    const { bases } = this.#context;
    const { kind } = fittingBase(bases, labelConfig) ?? { kind: "text" };
    return validateConfig(labelConfig, { kind });
  }

  /** Numbers for `/metrics` and the status page. */
  status(): ServingStatus {
    const { pool, cache } = this.#context;
    const { interactive, bulk } = this.#queues;
    return { models: pool.status(), queues: { interactive: interactive.stats(), bulk: bulk.stats() }, cache: cache.stats() };
  }

  /** Loads no more models: those who wait for one are told that the server ends. */
  stopLoading(): void {
    this.#context.pool.stopLoading();
  }

  /** Ends the models' processes. */
  async close(): Promise<void> {
    await this.#live?.close();
    await this.#context.pool.close();
  }
}
