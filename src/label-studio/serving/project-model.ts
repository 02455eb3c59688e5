import { join } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { type ChoicesControls, fittingControls } from "../contract/choices-controls.js";
import { type ImageTaskModelOptions, imageTaskModel } from "../contract/image-task-model.js";
import { type PredictedTasks, type PredictTasksOptions, predictTasks } from "../contract/predict-tasks.js";
import type { Predictor } from "../contract/predictor.js";
import { type TaskModel, textTaskModel } from "../contract/task-model.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { BoundedQueue } from "./bounded-queue.js";
import { cachedPredictor, type PredictionCache } from "./cached-predictor.js";
import { type BaseModel, basePlaces, fittingBase } from "./cold-start.js";
import type { ModelPool } from "./model-pool.js";
import type { ModelPlace } from "./pooled-model.js";

/** What serving reads of the server's state. */
export interface ServingRecords {
  readonly folder: string;
  projectById(id: number): ProjectRecord | undefined;
  /** In the order in which they were added. */
  versions(projectId: number): readonly VersionRecord[];
}

/** How results are made of draws, the same for all projects. */
export type ServingSettings = Omit<PredictTasksOptions, "modelVersion" | "signal">;

/** What the projects of a server share. */
export interface ServingParts {
  readonly records: ServingRecords;
  readonly bases: readonly BaseModel[];
  readonly pool: ModelPool;
  readonly cache: PredictionCache;
  /** The queue for a request of so many tasks. */
  readonly queueFor: (tasks: number) => BoundedQueue;
  readonly settings: ServingSettings;
  readonly images: ImageTaskModelOptions;
}

export interface ProjectPredictRequest {
  readonly tasks: readonly unknown[];
  /** As the request has it. */
  readonly labelConfig: string;
  readonly signal?: AbortSignal;
}

export interface ProjectPredictions extends PredictedTasks, Pick<ChoicesControls, "skipped"> {
  /** All results are of this version. */
  readonly modelVersion: string;
}

export interface ProjectModelStatus {
  readonly projectId: number;
  /** What answers. */
  readonly modelVersion: string;
  /** What should answer, by the records. */
  readonly servingVersion: string;
  readonly isSwitching: boolean;
  /** Requests under way. */
  readonly requests: number;
  /** Why an older version answers than should. */
  readonly problem: string | undefined;
}

/** What is done with a model, under the name that its predictions carry. */
type TaskModelWork<T> = (model: TaskModel, settings: Omit<PredictTasksOptions, "signal">) => Promise<T>;

interface Candidate {
  readonly version: string;
  readonly place: ModelPlace;
}

interface Serving extends Candidate {
  readonly predictor: Predictor;
  /** Made when needed; it holds images, so it goes when the model goes. */
  taskModel: TaskModel | undefined;
  requests: number;
}

/**
 * The model of one project: its serving version, or the base model while there is none. A new version takes over when it is loaded;
 * requests that began before end on the old one. A version that cannot be loaded is reported, and the one before answers.
 */
export class ProjectModel {
  readonly projectId: number;
  readonly #parts: ServingParts;
  #serving: Serving | undefined;
  #resolving: Promise<Serving> | undefined;
  #problem: string | undefined;
  #cold: { readonly labelConfig: string; readonly candidates: readonly Candidate[] } | undefined;

  constructor(projectId: number, parts: ServingParts) {
    this.projectId = projectId;
    this.#parts = parts;
  }

  /** What the next prediction will carry, known without waiting for the model: for `/setup`. It changes only when another version takes over. */
  get modelVersion(): string {
    return this.#serving?.version ?? this.#wanted().version;
  }

  /**
   * Predictions for the tasks, one each, all of one version. Throws a 503 (`E_BUSY`), `E_LABEL_CONFIG` for an unusable configuration,
   * `E_ABORTED`, `E_MODEL_HOST` when no version can be loaded.
   */
  async predict(request: ProjectPredictRequest): Promise<ProjectPredictions> {
    const { tasks, signal } = request;
    const work = async () => {
      const serving = await this.#current();
      try {
        return await this.#answer(serving, request);
      } catch (error) {
        if (!this.#parts.pool.isGivenUp(serving.place)) throw error;
        // It was in memory, then not, and does not come back.
        if (this.#serving === serving) this.#serving = undefined;
        const other = await this.#current();
        if (other.place.key === serving.place.key) throw error;
        return this.#answer(other, request);
      }
    };
    return this.#parts.queueFor(tasks.length).run(tasks.length, work, signal ? { signal } : {});
  }

  /** Lends out the model that answers now, for work that is no request: pushing scores. Throws `E_MODEL_HOST` when none can be loaded. */
  async withTaskModel<T>(work: TaskModelWork<T>): Promise<T> {
    return this.#lend(await this.#current(), work);
  }

  /** Loads the serving version if another one answers still: after a training. Resolves when it has taken over, or could not. */
  async refresh(): Promise<void> {
    // What is being loaded may have been chosen before the records changed.
    await this.#resolving?.catch(() => undefined);
    if (this.#serving?.place.key !== this.#wanted().place.key) await this.#resolve();
  }

  /** A model has left memory: what was kept for it can go, too. */
  forget(key: string): void {
    if (this.#serving?.place.key === key && this.#serving.requests === 0) this.#serving.taskModel = undefined;
  }

  status(): ProjectModelStatus {
    return {
      projectId: this.projectId,
      modelVersion: this.modelVersion,
      servingVersion: this.#wanted().version,
      isSwitching: this.#resolving !== undefined,
      requests: this.#serving?.requests ?? 0,
      problem: this.#problem,
    };
  }

  async #answer(serving: Serving, { tasks, labelConfig, signal }: ProjectPredictRequest): Promise<ProjectPredictions> {
    return this.#lend(serving, async (taskModel, settings) => {
      const { controls, skipped } = fittingControls(labelConfig, taskModel.kind);
      const predicted = await predictTasks(tasks, controls, taskModel, { ...settings, ...(signal && { signal }) });
      return { ...predicted, skipped, modelVersion: settings.modelVersion };
    });
  }

  /** The model stays in memory while the work lasts. */
  async #lend<T>(serving: Serving, work: TaskModelWork<T>): Promise<T> {
    const { settings, images } = this.#parts;
    const { predictor, version } = serving;
    serving.taskModel ??= predictor.kind === "image" ? imageTaskModel(predictor, images) : textTaskModel(predictor);
    serving.requests++;
    try {
      return await work(serving.taskModel, { ...settings, modelVersion: version });
    } finally {
      serving.requests--;
      this.#retireIfReplaced(serving);
    }
  }

  /** What answers a request that begins now. Where something does already, a switch happens beside it. */
  async #current(): Promise<Serving> {
    const wanted = this.#wanted();
    if (this.#serving === undefined) return this.#resolve();
    if (this.#serving.place.key !== wanted.place.key && !this.#parts.pool.isGivenUp(wanted.place)) {
      this.#resolve().catch(() => undefined); // told by `problem`, and by the next request that needs it
    }
    return this.#serving;
  }

  /** Loads the best version that can be had, and lets it answer from then on. */
  #resolve(): Promise<Serving> {
    this.#resolving ??= this.#loadBest().finally(() => {
      this.#resolving = undefined;
    });
    return this.#resolving;
  }

  async #loadBest(): Promise<Serving> {
    const { pool, cache } = this.#parts;
    let problem: string | undefined;
    let cause: unknown;
    for (const { version, place } of this.#candidates()) {
      try {
        const bare = await pool.predictorFor(place);
        const predictor = cachedPredictor(bare, { cache, modelKey: place.key });
        this.#problem = problem;
        return this.#takeOver({ version, place, predictor, taskModel: undefined, requests: 0 });
      } catch (error) {
        problem ??= errorMessage(error);
        cause ??= error;
      }
    }
    this.#problem = problem;
    throw cause;
  }

  #takeOver(next: Serving): Serving {
    const before = this.#serving;
    if (before?.place.key === next.place.key) return before;
    this.#serving = next;
    if (before) this.#retireIfReplaced(before);
    return next;
  }

  /** Base models are other projects', too: they leave memory when nobody uses them. */
  #retireIfReplaced(serving: Serving): void {
    const isOver = serving !== this.#serving && serving.requests === 0;
    if (isOver && serving.place.key.startsWith(this.#ownPrefix)) void this.#parts.pool.retire(serving.place);
  }

  get #ownPrefix(): string {
    return `project ${this.projectId} `;
  }

  #wanted(): Candidate {
    const [first] = this.#candidates();
    if (first) return first;
    throw new BaalError("E_ARGUMENT", `Project ${this.projectId} has no version yet, and the server was given no base model.`);
  }

  /** What may answer, best first: the serving version, what answers now, versions before the serving one, the base model. */
  #candidates(): readonly Candidate[] {
    const { records } = this.#parts;
    const project = records.projectById(this.projectId);
    const own = project?.servingVersion === undefined ? [] : this.#versions(project.servingVersion);
    return [
      ...own.map(({ version, folder }) => ({
        version,
        place: { key: `${this.#ownPrefix}${version}`, folder: join(records.folder, folder) },
      })),
      ...this.#baseCandidates(project?.labelConfig ?? ""),
    ];
  }

  /** Asked for with each request, and the configuration seldom changes. */
  #baseCandidates(labelConfig: string): readonly Candidate[] {
    if (this.#cold?.labelConfig !== labelConfig) {
      const base = fittingBase(this.#parts.bases, labelConfig);
      const candidates = base ? basePlaces(base, labelConfig).map((place) => ({ version: base.version, place })) : [];
      this.#cold = { labelConfig, candidates };
    }
    return this.#cold.candidates;
  }

  #versions(servingVersion: string): readonly VersionRecord[] {
    // In the order in which they were added: clocks jump.
    const latestFirst = [...this.#parts.records.versions(this.projectId)].reverse();
    const serving = latestFirst.find(({ version }) => version === servingVersion);
    const answering = latestFirst.find(({ version }) => version === this.#serving?.version);
    const earlier = latestFirst.slice(serving ? latestFirst.indexOf(serving) + 1 : 0);
    return [...new Set([...(serving ? [serving] : []), ...(answering ? [answering] : []), ...earlier])];
  }
}
