import type { Random } from "../../../src/core/random.js";
import { type Backend, type BackendCall, type BackendOptions, backend } from "./backend.js";
import { isLabelled, nextTask } from "./next-task.js";
import { predictionFault } from "./prediction-faults.js";
import {
  annotationJson,
  isoTime,
  predictionJson,
  type SimulatedAnnotation,
  type SimulatedPrediction,
  type SimulatedTask,
} from "./records.js";
import type { SimulatedWebhooks } from "./webhooks.js";

export interface ProjectOptions {
  readonly title?: string;
  readonly labelConfig: string;
  readonly sampling?: string;
  /** Annotators per task; 1 by default. */
  readonly overlap?: number;
  readonly minAnnotationsToStartTraining?: number;
  /** Pages of tasks make Label Studio ask the backend for tasks without predictions. */
  readonly retrieveAutomatically?: boolean;
}

export interface AnnotateOptions {
  /** 1 by default. */
  readonly user?: number;
  readonly wasCancelled?: boolean;
  readonly groundTruth?: boolean;
}

/** A task as the label stream serves it, with the predictions that its annotator sees. */
export interface ServedTask {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly predictions: readonly SimulatedPrediction[];
}

/** What the projects of one Label Studio share. */
export interface StudioContext {
  readonly hostname: string;
  readonly now: () => number;
  readonly random: Random;
  readonly webhooks: SimulatedWebhooks;
  /** Called when rows were deleted. */
  readonly freeNumbers: () => void;
  readonly nextId: (kind: "task" | "annotation" | "prediction") => number;
}

/** A project of the simulated Label Studio, with what its users do in the browser. Webhooks are sent before a call returns. */
export class SimulatedProject {
  readonly id: number;
  readonly title: string;
  labelConfig: string;
  sampling: string;
  modelVersion = "";
  /**
   * How predictions are imported: so many are checked as a whole before they are stored; one that its check refuses is left out without a word,
   * as 1.23 does, or refuses the request.
   */
  importing = { batch: Number.POSITIVE_INFINITY, isSilent: false };
  readonly tasks: SimulatedTask[] = [];
  /** Why predictions of the backend were thrown away. */
  readonly rejections: string[] = [];
  readonly #options: ProjectOptions;
  readonly #studio: StudioContext;
  readonly #createdAt: number;
  #backend: Backend | undefined;
  /** Gets the events of a webhook that has stayed. */
  #removed: Backend | undefined;
  #losesEvents = false;

  constructor(id: number, options: ProjectOptions, studio: StudioContext) {
    this.id = id;
    this.title = options.title ?? `Project ${id}`;
    this.labelConfig = options.labelConfig;
    this.sampling = options.sampling ?? "Sequential sampling";
    this.#options = options;
    this.#studio = studio;
    this.#createdAt = studio.now();
  }

  /** `"<id>.<created>"`, as it is sent to backends. */
  get key(): string {
    return `${this.id}.${Math.floor(this.#createdAt / 1000)}`;
  }

  /** Calls that the backend got, the last one at the end. */
  get calls(): readonly BackendCall[] {
    return this.#backend?.calls ?? [];
  }

  /** Whether events are sent to the backend. */
  get webhookActive(): boolean {
    const own = this.#backend?.webhookUrl;
    return this.#studio.webhooks.all.some(({ project, url, is_active }) => project === this.id && url === own && is_active);
  }

  /** Removes the backend in the model's settings; its webhook stays. */
  disconnect(): void {
    if (this.#backend?.title === this.modelVersion) this.modelVersion = "";
    this.#removed = this.#backend;
    this.#backend = undefined;
  }

  /** Connect Model: health and setup; the project's model version becomes the backend's title. Returns what setup answered. */
  async connect(options: BackendOptions): Promise<BackendCall> {
    this.#backend = backend(options);
    this.modelVersion = this.#backend.title;
    const health = await this.#backend.health();
    if (health.error !== undefined) return health;
    const setup = await this.#setup(this.#backend);
    if (this.#backend.webhookUrl !== undefined) this.#studio.webhooks.connect(this.id, this.#backend.webhookUrl);
    return setup;
  }

  async addTasks(rows: readonly Readonly<Record<string, unknown>>[]): Promise<readonly number[]> {
    return this.importTasks(rows.map((data) => ({ data })));
  }

  /** Tasks that come with annotations of somebody's, which the event does not carry. */
  async importTasks(
    rows: readonly { readonly data: Readonly<Record<string, unknown>>; readonly results?: readonly (readonly unknown[])[] }[],
  ): Promise<readonly number[]> {
    const at = this.#studio.now();
    const added: SimulatedTask[] = [];
    for (const { data, results = [] } of rows) {
      const task = { id: this.#studio.nextId("task"), data, annotations: [], predictions: [], createdAt: at, updatedAt: at };
      added.push(task);
      this.tasks.push(task);
      for (const result of results) this.#annotate(task, result, { user: 1, wasCancelled: false, groundTruth: false });
    }
    const json = added.map((task) => ({ ...this.taskJson(task), annotations: undefined, predictions: undefined }));
    await this.#event("TASKS_CREATED", { tasks: json });
    return added.map(({ id }) => id);
  }

  /** The label stream's next task. While the project's model version is the backend's title, the backend is asked about it. */
  async nextTask(user = 1): Promise<ServedTask | undefined> {
    const { sampling, modelVersion, tasks } = this;
    const found = nextTask({ tasks, sampling, modelVersion, overlap: this.#overlap, user, random: this.#studio.random });
    if (found === undefined) return undefined;
    const live = this.#backend?.title === modelVersion ? await this.#retrieve([found]) : undefined;
    const shown = live?.version ?? modelVersion;
    return { id: found.id, data: found.data, predictions: found.predictions.filter((made) => made.modelVersion === shown) };
  }

  /** Submit, or Skip with `wasCancelled`. `result` is a list of regions, see `choicesRegion`. */
  async annotate(taskId: number, result: readonly unknown[], options: AnnotateOptions = {}): Promise<number> {
    const { user = 1, wasCancelled = false, groundTruth = false } = options;
    const task = this.#task(taskId);
    const annotation = this.#annotate(task, result, { user, wasCancelled, groundTruth });
    await this.#annotationEvent("ANNOTATION_CREATED", task, annotation);
    return annotation.id;
  }

  #annotate(task: SimulatedTask, result: readonly unknown[], by: Required<AnnotateOptions>): SimulatedAnnotation {
    const at = this.#studio.now();
    const annotation = { id: this.#studio.nextId("annotation"), result, ...by, createdAt: at, updatedAt: at };
    task.annotations.push(annotation);
    task.updatedAt = at;
    return annotation;
  }

  /** Update of an annotation that was submitted before. */
  async update(annotationId: number, result: readonly unknown[]): Promise<void> {
    const task = this.tasks.find(({ annotations }) => annotations.some(({ id }) => id === annotationId));
    const annotation = task?.annotations.find(({ id }) => id === annotationId);
    if (task === undefined || annotation === undefined) throw new Error(`no annotation ${annotationId}`);
    annotation.result = result;
    annotation.updatedAt = this.#studio.now();
    annotation.leadTime = (annotation.leadTime ?? 2.5) + 1;
    task.updatedAt = annotation.updatedAt;
    await this.#annotationEvent("ANNOTATION_UPDATED", task, annotation);
  }

  async deleteAnnotations(ids: readonly number[]): Promise<void> {
    for (const task of this.tasks) remove(task.annotations, ids);
    this.#studio.freeNumbers();
    await this.#event("ANNOTATIONS_DELETED", { annotations: ids.map((id) => ({ id })) });
  }

  async deleteTasks(ids: readonly number[]): Promise<void> {
    remove(this.tasks, ids);
    this.#studio.freeNumbers();
    await this.#event("TASKS_DELETED", { tasks: ids.map((id) => ({ id })) });
  }

  async configure(labelConfig: string): Promise<void> {
    this.labelConfig = labelConfig;
    await this.#event("PROJECT_UPDATED", {});
  }

  /** Start training, in the model's settings. */
  async startTraining(): Promise<BackendCall> {
    const connected = this.#connected();
    await connected.health();
    return connected.post("train", "/webhook", { action: "START_TRAINING", project: this.json() });
  }

  /** Retrieve predictions, in the Data Manager: all tasks in one request. Returns how many predictions were stored. */
  async retrievePredictions(taskIds?: readonly number[]): Promise<number> {
    const selected = taskIds === undefined ? this.tasks : taskIds.map((id) => this.#task(id));
    return (await this.#retrieve(selected)).stored;
  }

  /** `POST /api/projects/{id}/import/predictions`: how many were stored, or why none was. */
  importPredictions(bodies: readonly unknown[]): number | readonly string[] {
    const known = new Map(this.tasks.map((task) => [task.id, task]));
    const { batch, isSilent } = this.importing;
    let created = 0;
    for (let start = 0; start < bodies.length; start += batch) {
      const part = bodies.slice(start, start + batch) as readonly (StoredFields & { readonly task: number })[];
      const unknown = part
        .filter(({ task }) => !known.has(task))
        .map(({ task }) => `Invalid task ID ${task} - task not found in project`);
      const faults = part.map((body, position) => {
        const fault = predictionFault(body, this.labelConfig);
        return fault === undefined ? undefined : `Prediction ${position}: ${fault}`;
      });
      const said = isSilent ? unknown : [...unknown, ...faults.filter((fault) => fault !== undefined)];
      if (said.length > 0) return said;
      for (const [position, body] of part.entries()) {
        if (faults[position] !== undefined) continue;
        this.#store(known.get(body.task)!, body);
        created++;
      }
    }
    return created;
  }

  /** Stored predictions by version. */
  modelVersions(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { predictions } of this.tasks)
      for (const { modelVersion } of predictions) counts.set(modelVersion, (counts.get(modelVersion) ?? 0) + 1);
    return counts;
  }

  deletePredictions(version: string): number {
    const gone = this.modelVersions().get(version) ?? 0;
    for (const { predictions } of this.tasks) {
      predictions.splice(0, predictions.length, ...predictions.filter(({ modelVersion }) => modelVersion !== version));
    }
    if (this.modelVersion === version) this.modelVersion = "";
    return gone;
  }

  /** Backends as `GET /api/ml` shows them. */
  backendsJson() {
    if (this.#backend === undefined) return [];
    const { title, url, version } = this.#backend;
    return [{ id: this.id, project: this.id, url, title, model_version: version(), auth_method: "NONE", auto_update: true }];
  }

  json() {
    return {
      id: this.id,
      title: this.title,
      label_config: this.labelConfig,
      model_version: this.modelVersion,
      sampling: this.sampling,
      min_annotations_to_start_training: this.#options.minAnnotationsToStartTraining ?? 0,
      maximum_annotations: this.#overlap,
      created_at: isoTime(this.#createdAt),
      task_number: this.tasks.length,
      total_annotations_number: this.tasks.reduce((sum, { annotations }) => sum + annotations.length, 0),
    };
  }

  taskJson(task: SimulatedTask) {
    return {
      id: task.id,
      data: task.data,
      meta: {},
      project: this.id,
      created_at: isoTime(task.createdAt),
      updated_at: isoTime(task.updatedAt),
      total_annotations: task.annotations.filter(({ wasCancelled }) => !wasCancelled).length,
      is_labeled: isLabelled(task, this.#overlap),
      overlap: this.#overlap,
      annotations: task.annotations.map((annotation) => annotationJson(task, annotation, this.id)),
      predictions: task.predictions.map((made) => predictionJson(made, this.id)),
    };
  }

  /** A page of tasks, as the Data Manager loads it. */
  async page(tasks: readonly SimulatedTask[]) {
    const without = tasks.filter(({ predictions }) => predictions.length === 0);
    if (this.#options.retrieveAutomatically && without.length > 0 && this.#backend !== undefined) await this.#retrieve(without);
    return tasks.map((task) => this.taskJson(task));
  }

  /** Why the project cannot be changed so, as Label Studio says it. */
  change({ model_version, sampling }: { model_version?: string; sampling?: string }): string | undefined {
    const versions = this.tasks.flatMap(({ predictions }) => predictions.map(({ modelVersion }) => modelVersion));
    if (model_version !== undefined && ![...versions, this.#backend?.title, this.modelVersion, ""].includes(model_version)) {
      return "Model version doesn't exist either as live model or as static predictions.";
    }
    if (sampling !== undefined && !["Sequential", "Uniform", "Uncertainty"].some((name) => `${name} sampling` === sampling)) {
      return `"${sampling}" is not a valid choice.`;
    }
    this.modelVersion = model_version ?? this.modelVersion;
    this.sampling = sampling ?? this.sampling;
    return undefined;
  }

  get #overlap(): number {
    return this.#options.overlap ?? 1;
  }

  #connected(): Backend {
    if (this.#backend === undefined) throw new Error("no backend is connected");
    return this.#backend;
  }

  #task(taskId: number): SimulatedTask {
    const task = this.tasks.find(({ id }) => id === taskId);
    if (task === undefined) throw new Error(`no task ${taskId}`);
    return task;
  }

  #setup(connected: Backend): Promise<BackendCall> {
    const { hostname } = this.#studio;
    const body = { project: this.key, schema: this.labelConfig, hostname, access_token: "", extra_params: null };
    return connected.post("setup", "/setup", body);
  }

  /** Health, setup, and predict for the tasks that have no prediction of the version that setup tells. */
  async #retrieve(tasks: readonly SimulatedTask[]): Promise<{ readonly stored: number; readonly version?: string }> {
    const connected = this.#connected();
    if ((await connected.health()).error !== undefined) return { stored: 0 };
    const setup = await this.#setup(connected);
    const { model_version: version } = (setup.json ?? {}) as { model_version?: unknown };
    if (setup.error !== undefined || typeof version !== "string") return { stored: 0 };
    const missing = tasks.filter(({ predictions }) => predictions.every(({ modelVersion }) => modelVersion !== version));
    if (missing.length === 0) return { stored: 0, version };
    return { stored: await this.#predict(connected, missing, version), version };
  }

  async #predict(connected: Backend, tasks: readonly SimulatedTask[], version: string): Promise<number> {
    const answer = await connected.post("predict", "/predict", {
      tasks: tasks.map((task) => this.taskJson(task)),
      model_version: version,
      project: this.key,
      label_config: this.labelConfig,
      params: { login: null, password: null, hostname: this.#studio.hostname, context: null },
    });
    const { results } = (answer.json ?? {}) as { results?: unknown };
    if (!Array.isArray(results)) return this.#reject(`no results: ${answer.error}`);
    if (results.length === 1 && tasks.length > 1) {
      let stored = 0;
      for (const task of tasks) stored += await this.#predict(connected, [task], version);
      return stored;
    }
    if (results.length !== tasks.length) return this.#reject(`${results.length} results for ${tasks.length} tasks`);
    const predictions = results.map((result) => ({ model_version: version, ...(result as object) }));
    const fault = predictions.map((made) => predictionFault(made, this.labelConfig)).find((text) => text !== undefined);
    if (fault !== undefined) return this.#reject(fault);
    for (const [position, task] of tasks.entries()) this.#store(task, predictions[position] as unknown as StoredFields);
    return tasks.length;
  }

  #reject(reason: string): number {
    this.rejections.push(reason);
    return 0;
  }

  #store(task: SimulatedTask, { result, score, model_version }: StoredFields): SimulatedPrediction {
    const id = this.#studio.nextId("prediction");
    const made = { id, task: task.id, result, score: score ?? null, modelVersion: model_version };
    task.predictions.push(made);
    return made;
  }

  async #annotationEvent(action: string, task: SimulatedTask, annotation: SimulatedAnnotation): Promise<void> {
    const { annotations: _, predictions: __, ...json } = this.taskJson(task);
    await this.#event(action, { annotation: annotationJson(task, annotation, this.id), task: json });
  }

  /** From now on no event arrives: they are lost on the way. */
  disconnectWebhook(): void {
    this.#losesEvents = true;
  }

  async #event(action: string, payload: object): Promise<void> {
    if (this.#losesEvents) return;
    const sender = this.#backend ?? this.#removed;
    for (const webhook of this.#studio.webhooks.all) {
      if (webhook.project !== this.id || !webhook.is_active) continue;
      await sender?.event(
        webhook,
        webhook.send_payload ? ({ action, ...payload, project: this.json() } as { readonly action: string }) : { action },
      );
    }
  }
}

interface StoredFields {
  readonly result: readonly unknown[];
  readonly score?: number | null;
  readonly model_version: string;
}

function remove<T extends { readonly id: number }>(items: T[], ids: readonly number[]): void {
  for (let i = items.length - 1; i >= 0; i--) if (ids.includes(items[i]!.id)) items.splice(i, 1);
}
