import { existsSync } from "node:fs";
import { join } from "node:path";
import { BaalError, errorMessage } from "../../core/errors.js";
import { type AnsweredTasks, answerTasks, type PredictTasksOptions, type TasksRequest } from "../contract/predict-tasks.js";
import { type Predictor, withCalls } from "../contract/predictor.js";
import { type TaskModel, textTaskModel } from "../contract/task-model.js";
import { type ImageTaskModelOptions, imageTaskModel } from "../images/image-task-model.js";
import { headRecordFile } from "../state/model-folders.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { BoundedQueue } from "./bounded-queue.js";
import { cachedPredictor, type PredictionCache } from "./cached-predictor.js";
import { type BaseModel, basePlaces, fittingBase } from "./cold-start.js";
import type { ModelPool } from "./model-pool.js";
import type { ModelPlace } from "./pooled-model.js";

/** The part of the server's state that serving reads. */
export interface ServingRecords {
  readonly folder: string;
  projectById(id: number): ProjectRecord | undefined;
  /** In the order in which they were added. */
  versions(projectId: number): readonly VersionRecord[];
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
  /** Whether there is one already. */
  isReady(projectId: number): boolean;
}

export interface ProjectModelStatus {
  readonly projectId: number;
  /** The version that answers. */
  readonly modelVersion: string;
  /** The version that should answer, by the records. */
  readonly servingVersion: string;
  readonly isSwitching: boolean;
  /** Whether that model is in memory. */
  readonly isLoaded: boolean;
  /** Requests under way. */
  readonly requests: number;
  /** Why an older version answers than should. */
  readonly problem: string | undefined;
}

/** Work with a model, under the name that its predictions carry. */
type TaskModelWork<T> = (model: TaskModel, settings: Omit<PredictTasksOptions, "signal">) => Promise<T>;

interface Candidate {
  readonly version: string;
  readonly place: ModelPlace;
  /** Answered by the project's live model, over the encoder of this version (the base model's without); then nothing is at the place. */
  readonly live?: { readonly record: VersionRecord | undefined } | undefined;
}

interface Serving extends Candidate {
  /** None for a live model. */
  readonly predictor: Predictor | undefined;
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
  readonly #context: ServingContext;
  #serving: Serving | undefined;
  #resolving: Promise<Serving> | undefined;
  #problem: string | undefined;
  #cold: { readonly labelConfig: string; readonly candidates: readonly Candidate[] } | undefined;

  constructor(projectId: number, context: ServingContext) {
    this.projectId = projectId;
    this.#context = context;
  }

  /** The version that the next prediction will carry, known without waiting for the model: for `/setup`. It changes only when another version takes over. */
  get modelVersion(): string {
    return this.#serving?.version ?? this.#wanted().version;
  }

  /**
   * Predictions for the tasks, one each, all of one version. Throws a 503 (`E_BUSY`), `E_LABEL_CONFIG` for an unusable configuration,
   * `E_ABORTED`, `E_MODEL_HOST` when no version can be loaded.
   */
  async predict(request: TasksRequest): Promise<AnsweredTasks> {
    const { tasks, signal } = request;
    const work = async () => {
      const serving = await this.#current();
      try {
        return await this.#useModel(serving, (model, settings) => answerTasks(request, model, settings));
      } catch (error) {
        if (!this.#context.pool.isGivenUp(serving.place)) throw error;
        // It was in memory, then not, and does not come back.
        if (this.#serving === serving) this.#serving = undefined;
        const other = await this.#current();
        if (other.place.key === serving.place.key) throw error;
        return this.#useModel(other, (model, settings) => answerTasks(request, model, settings));
      }
    };
    return this.#context.queueFor(tasks.length).run(tasks.length, work, { signal });
  }

  /** Works with the model that answers now, for what is no request: pushing scores. Throws `E_MODEL_HOST` when none can be loaded. */
  async withTaskModel<T>(work: TaskModelWork<T>): Promise<T> {
    return this.#useModel(await this.#current(), work);
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
    const wanted = this.#wanted();
    const { version, place, requests } = this.#serving ?? { ...wanted, requests: 0 };
    return {
      projectId: this.projectId,
      modelVersion: version,
      servingVersion: wanted.version,
      isSwitching: this.#resolving !== undefined,
      isLoaded: requests > 0 || this.#context.pool.isReady(place) || (this.#serving?.live !== undefined && this.#isLiveReady()),
      requests,
      problem: this.#problem,
    };
  }

  /** The model stays in memory while the work lasts. */
  async #useModel<T>(serving: Serving, work: TaskModelWork<T>): Promise<T> {
    const { settings } = this.#context;
    serving.requests++;
    try {
      return await work(await this.#taskModel(serving), { ...settings, modelVersion: serving.version });
    } finally {
      serving.requests--;
      this.#retireIfReplaced(serving);
    }
  }

  async #taskModel(serving: Serving): Promise<TaskModel> {
    const { images, live } = this.#context;
    const { predictor } = serving;
    // It changes from label to label: each request has the present one.
    if (serving.live !== undefined) return live!.taskModel(this.projectId, serving.live.record);
    serving.taskModel ??= predictor!.kind === "image" ? imageTaskModel(predictor!, images) : textTaskModel(predictor!);
    return serving.taskModel;
  }

  #isLiveReady(): boolean {
    return this.#context.live?.isReady(this.projectId) ?? false;
  }

  /** The model for a request that begins now. Where one answers already, a switch happens beside it. */
  async #current(): Promise<Serving> {
    const wanted = this.#wanted();
    if (this.#serving === undefined) return this.#resolve();
    if (this.#serving.place.key !== wanted.place.key && !this.#context.pool.isGivenUp(wanted.place)) {
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
    const { pool, cache } = this.#context;
    let problem: string | undefined;
    let cause: unknown;
    for (const { version, place, live } of this.#candidates()) {
      try {
        if (live !== undefined) {
          await this.#context.live!.taskModel(this.projectId, live.record);
          this.#problem = problem;
          return this.#takeOver({ version, place, live, predictor: undefined, taskModel: undefined, requests: 0 });
        }
        const bare = await pool.predictorFor(place);
        const predictor = withCalls(bare, cachedPredictor(bare, { cache, modelKey: place.key }));
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
    if (isOver && serving.place.projectId === this.projectId) void this.#context.pool.retire(serving.place);
  }

  #wanted(): Candidate {
    const [first] = this.#candidates();
    if (first) return first;
    throw new BaalError("E_ARGUMENT", `Project ${this.projectId} has no version yet, and the server was given no base model.`);
  }

  /** The models that may answer, best first: the serving version, the one that answers now, versions before the serving one, the base model. */
  #candidates(): readonly Candidate[] {
    const { records } = this.#context;
    const { projectId } = this;
    const project = records.projectById(projectId);
    const own = project?.servingVersion === undefined ? [] : this.#versions(project.servingVersion);
    const base = this.#baseCandidates(project?.labelConfig ?? "");
    if (this.#context.live?.isSolved(projectId)) return [...this.#liveCandidates(own, base), ...base];
    return [
      ...own
        .filter(({ folder }) => !isHead(join(records.folder, folder)))
        .map(({ version, folder }) => ({
          version,
          place: { key: `project ${projectId} ${version}`, projectId, folder: join(records.folder, folder) },
        })),
      ...base,
    ];
  }

  /** The live model under the name of each version, over its encoder; where none can be had, the base model answers as it is. */
  #liveCandidates(own: readonly VersionRecord[], [base]: readonly Candidate[]): readonly Candidate[] {
    const { projectId } = this;
    const candidate = (version: string, record: VersionRecord | undefined): Candidate => ({
      ...{ version, live: { record } },
      place: { key: `project ${projectId} ${version} live`, projectId, folder: record?.folder ?? "" },
    });
    return [...own.map((record) => candidate(record.version, record)), ...(base ? [candidate(base.version, undefined)] : [])];
  }

  /** Asked for with each request, and the configuration seldom changes. */
  #baseCandidates(labelConfig: string): readonly Candidate[] {
    if (this.#cold?.labelConfig !== labelConfig) {
      const base = fittingBase(this.#context.bases, labelConfig);
      const candidates = base ? basePlaces(base, labelConfig).map((place) => ({ version: base.version, place })) : [];
      this.#cold = { labelConfig, candidates };
    }
    return this.#cold.candidates;
  }

  #versions(servingVersion: string): readonly VersionRecord[] {
    // In the order in which they were added: clocks jump.
    const latestFirst = [...this.#context.records.versions(this.projectId)].reverse();
    const serving = latestFirst.find(({ version }) => version === servingVersion);
    const answering = latestFirst.find(({ version }) => version === this.#serving?.version);
    const earlier = latestFirst.slice(serving ? latestFirst.indexOf(serving) + 1 : 0);
    return [...new Set([...(serving ? [serving] : []), ...(answering ? [answering] : []), ...earlier])];
  }
}

/** Whether a version is a published head, which is no model of its own. */
function isHead(folder: string): boolean {
  return existsSync(join(folder, headRecordFile));
}
