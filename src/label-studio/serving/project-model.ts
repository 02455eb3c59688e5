import { BaalError, errorMessage } from "../../core/errors.js";
import { type ModelParameters, readModelParameters, withParameters } from "../contract/model-parameters.js";
import { type AnsweredTasks, answerTasks, type PredictTasksOptions, type TasksRequest } from "../contract/predict-tasks.js";
import type { Predictor } from "../contract/predictor.js";
import { type TaskModel, textTaskModel } from "../contract/task-model.js";
import { imageTaskModel } from "../images/image-task-model.js";
import type { VersionRecord } from "../state/records.js";
import { basePlaces, fittingBase } from "./cold-start.js";
import { cachedModel, isHead, type KeptVersion, KeptVersions, versionPlace } from "./kept-versions.js";
import type { ModelPlace } from "./pooled-model.js";
import type { ServingContext, ServingSettings } from "./serving-context.js";

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
  /** Versions that answer where they are asked for by name. */
  readonly #kept: KeptVersions;
  #cold: { readonly labelConfig: string; readonly candidates: readonly Candidate[] } | undefined;

  constructor(projectId: number, context: ServingContext) {
    this.projectId = projectId;
    this.#context = context;
    this.#kept = new KeptVersions(projectId, {
      ...context,
      basePlaces: () => this.#baseCandidates(context.records.projectById(projectId)?.labelConfig ?? ""),
    });
  }

  /** The version that the next prediction will carry, known without waiting for the model: for `/setup`. It changes only when another version takes over. */
  get modelVersion(): string {
    return this.#pinned(this.#parameters())?.version ?? this.#answering;
  }

  get #answering(): string {
    return this.#serving?.version ?? this.#wanted().version;
  }

  /** The versions that can be asked for: those that are kept, the newest first, and the base model. */
  versions(): readonly string[] {
    return this.#kept.names();
  }

  /** The server's with the project's parameters. */
  settings(): ServingSettings {
    return withParameters(this.#context.settings, this.#parameters());
  }

  /** Whether parameters fit the server and name a version that is there. Throws a 400 (`E_REQUEST`) where they do not. */
  check(parameters: ModelParameters): void {
    withParameters(this.#context.settings, parameters);
    if (parameters.modelVersion !== undefined) this.#kept.named(parameters.modelVersion, this.#answering);
  }

  /** Why a version cannot answer as it was kept, as one that is chosen does where the model changes with each label; `undefined` where it can. */
  reasonAgainst(version: string): string | undefined {
    const kept = this.#isLive ? this.#kept.ofName(version) : undefined;
    return kept && this.#kept.reasonAgainst(kept, this.settings());
  }

  /**
   * Predictions for the tasks, one each, all of one version. Throws a 400 (`E_REQUEST`) for parameters that do not fit the server, or name a version that is not
   * there; a 503 (`E_BUSY`), `E_LABEL_CONFIG` for an unusable configuration, `E_ABORTED`, `E_MODEL_HOST` when no version can be loaded.
   */
  async predict(request: TasksRequest): Promise<AnsweredTasks> {
    const { tasks, signal, parameters = {} } = request;
    const stored = this.#parameters();
    const settings = withParameters(this.#context.settings, stored, parameters);
    const named =
      parameters.modelVersion === undefined ? this.#pinned(stored) : this.#kept.named(parameters.modelVersion, this.#answering);
    // Scores of another kind, or of another version, say nothing of what is to be labelled next.
    const onPredicted = Object.keys(parameters).length === 0 ? settings.onPredicted : undefined;
    const answer: TaskModelWork<AnsweredTasks> = (model, { modelVersion }) =>
      answerTasks(request, model, { ...settings, modelVersion, onPredicted });
    const work = async () => {
      if (named !== undefined)
        return answer(await this.#kept.model(named, settings), { ...settings, modelVersion: named.version });
      const serving = await this.#current();
      try {
        return await this.#useModel(serving, answer);
      } catch (error) {
        if (!this.#context.pool.isGivenUp(serving.place)) throw error;
        // It was in memory, then not, and does not come back.
        if (this.#serving === serving) this.#serving = undefined;
        const other = await this.#current();
        if (other.place.key === serving.place.key) throw error;
        return this.#useModel(other, answer);
      }
    };
    return this.#context.queueFor(tasks.length).run(tasks.length, work, { signal });
  }

  /** Works with the model that answers now, for what is no request: pushing scores. Throws `E_MODEL_HOST` when none can be loaded. */
  async withTaskModel<T>(work: TaskModelWork<T>): Promise<T> {
    const stored = this.#parameters();
    const pinned = this.#pinned(stored);
    if (pinned === undefined) return this.#useModel(await this.#current(), work);
    const settings = withParameters(this.#context.settings, stored);
    return work(await this.#kept.model(pinned, settings), { ...settings, modelVersion: pinned.version });
  }

  /** Loads the serving version if another one answers still: after a training. Resolves when it has taken over, or could not. */
  async refresh(): Promise<void> {
    // What is being loaded may have been chosen before the records changed.
    await this.#resolving?.catch(() => undefined);
    if (this.#serving?.place.key !== this.#wanted().place.key) await this.#resolve();
  }

  /** A model has left memory: what was kept for it can go, too. */
  forget(key: string): void {
    this.#kept.forget(key);
    if (this.#serving?.place.key === key && this.#serving.requests === 0) this.#serving.taskModel = undefined;
  }

  status(): ProjectModelStatus {
    const wanted = this.#wanted();
    const { place, requests } = this.#serving ?? { ...wanted, requests: 0 };
    return {
      projectId: this.projectId,
      modelVersion: this.modelVersion,
      servingVersion: wanted.version,
      isSwitching: this.#resolving !== undefined,
      isLoaded: requests > 0 || this.#context.pool.isReady(place) || (this.#serving?.live !== undefined && this.#isLiveReady()),
      requests,
      problem: this.#problem,
    };
  }

  /** The model stays in memory while the work lasts. */
  async #useModel<T>(serving: Serving, work: TaskModelWork<T>): Promise<T> {
    const settings = this.settings();
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

  #parameters(): ModelParameters {
    const stored = this.#context.records.parametersOf(this.projectId);
    return readModelParameters(stored, { source: "the project's stored parameters", allowsOthers: true });
  }

  /**
   * The version that the project asks for, where that is not what answers anyway, or one that was chosen to answer as it was kept. One that is gone is asked for
   * in vain: the version that serves answers.
   */
  #pinned({ modelVersion }: ModelParameters): KeptVersion | undefined {
    const answering = this.#answering;
    if (modelVersion !== undefined && modelVersion !== answering) return this.#kept.find(modelVersion, answering);
    const held = this.#context.live?.held(this.projectId);
    const kept = held === undefined || !this.#isLive ? undefined : this.#kept.ofName(held);
    return kept === undefined || this.#kept.reasonAgainst(kept, this.settings()) !== undefined ? undefined : kept;
  }

  get #isLive(): boolean {
    return this.#context.live?.isSolved(this.projectId) ?? false;
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
        const predictor = cachedModel(place, await pool.predictorFor(place), cache);
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
    if (this.#isLive) return [...this.#liveCandidates(own, base), ...base];
    return [
      ...own
        .filter(({ folder }) => !isHead(records.folder, folder))
        .map((record) => ({ version: record.version, place: versionPlace(records.folder, record) })),
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
