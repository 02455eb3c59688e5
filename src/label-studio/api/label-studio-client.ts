import type { Logger } from "pino";
import { BaalError } from "../../core/errors.js";
import { toMilliseconds } from "../../core/json-values.js";
import type { FetchImageOptions } from "../../data/images/fetch-image.js";
import { imageError } from "../../data/images/image-input.js";
import { lastReview } from "../contract/reviews.js";
import type { AnnotationRecord } from "../state/records.js";
import { type ApiCallOptions, apiRequests, type RequestApi } from "./api-requests.js";
import {
  type AnnotationAnswer,
  deletedAnswer,
  type ModelVersionsAnswer,
  modelVersionsAnswer,
  type ProjectAnswer,
  projectAnswer,
  type TaskAnswer,
  taskPageAnswer,
  userAnswer,
  type WebhookAnswer,
  webhookAnswer,
  webhooksAnswer,
} from "./api-schemas.js";
import { downloadImage } from "./download-file.js";
import { LabelStudioError } from "./http-exchange.js";
import { imagePlace } from "./image-place.js";
import {
  type CreatedPredictions,
  type CreatePredictionsOptions,
  importPredictions,
  type NewPrediction,
} from "./import-predictions.js";
import { type LabelStudioServer, type LabelStudioServerOptions, labelStudioServer } from "./label-studio-server.js";

/** Where Label Studio is, who asks, and how long an answer is waited for. */
export interface LabelStudioClientOptions extends LabelStudioServerOptions {
  /**
   * For one answer, in milliseconds. 120,000 by default: where Label Studio retrieves predictions by itself, it asks this backend for
   * them, for up to 100 seconds, before it answers with a page of tasks.
   */
  readonly timeoutMs?: number | undefined;
  /** Further tries after 429, 502, 503, 504 and failed connections; 5 by default. */
  readonly retries?: number | undefined;
  /** Before the first further try, in milliseconds; doubled before each other one. 500 by default. `Retry-After` is waited for, too. */
  readonly backoffMs?: number | undefined;
  readonly logger?: Logger | undefined;
}

/** How Label Studio orders a project's label stream. */
export type ProjectSampling = "Sequential sampling" | "Uniform sampling" | "Uncertainty sampling";

export interface LabelStudioProject {
  readonly id: number;
  readonly title: string;
  readonly labelConfig: string;
  readonly modelVersion: string;
  readonly sampling: string;
  /** Milliseconds since 1970, and the number of its tasks, where Label Studio tells. */
  readonly createdAt: number | undefined;
  readonly tasks: number | undefined;
  /** The number of its annotations, skipped ones and ground truth included, where Label Studio tells. */
  readonly annotations?: number | undefined;
}

export interface ProjectChanges {
  /**
   * Whose predictions the label stream shows and, with `"Uncertainty sampling"`, is ordered by. Label Studio answers 400 unless there is a
   * prediction with it, or a backend of this title. With a title in it, Label Studio asks that backend whenever a task is opened; with a
   * version it shows what is stored.
   */
  readonly modelVersion?: string | undefined;
  /**
   * `"Sequential sampling"`: by the Data Manager's order. `"Uniform sampling"`: at random. `"Uncertainty sampling"`: of the tasks that have
   * a prediction whose model version is the project's, the one with the lowest score first, and at random where there is none; with
   * several annotators at random among those tasks (Label Studio's `projects/functions/next_task.py`).
   */
  readonly sampling?: ProjectSampling | undefined;
}

/** A backend as Label Studio knows it. */
export interface ConnectedBackend {
  readonly id: number;
  readonly url: string;
  readonly title: string;
  /** The version that it told last. */
  readonly modelVersion: string;
}

/** What the predictions of a project are from. */
export interface ModelVersions {
  /** The number of stored predictions by version. */
  readonly stored: ReadonlyMap<string, number>;
  readonly backends: readonly ConnectedBackend[];
}

/** An address to which Label Studio sends a project's events. */
export interface NewWebhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A webhook as Label Studio has it. */
export interface Webhook extends NewWebhook {
  readonly id: number;
  readonly isActive: boolean;
  /** Whether it sends every event, with what the event is about. */
  readonly isWhole: boolean;
}

const EVERYTHING = { send_payload: true, send_for_all_actions: true };

/** Annotations or tasks of one page. */
export interface ProjectPage<T> {
  readonly items: readonly T[];
  /** Tasks looked at so far, of `total`. */
  readonly seen: number;
  /** Without those that came twice: pages move when tasks are deleted. */
  readonly distinct: number;
  readonly total: number;
  /** When the page's tasks were changed last, in milliseconds since 1970 by Label Studio's clock; `undefined` where it does not tell. */
  readonly changedAt?: readonly (number | undefined)[] | undefined;
}

/** A task without a full set of annotations, as predictions are made of. */
export interface UnlabelledTask {
  readonly id: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Versions of the predictions that it has. */
  readonly modelVersions: ReadonlySet<string>;
}

/** Label Studio's API. All calls throw `LabelStudioError` (code `E_LABEL_STUDIO`) with address and status, never with a token, and `E_ABORTED`. */
export interface LabelStudioClient {
  readonly server: LabelStudioServer;
  /** The number of the token's user: a check of address and token whose error says what to do. */
  whoami(options?: ApiCallOptions): Promise<number>;
  project(id: number, options?: ApiCallOptions): Promise<LabelStudioProject>;
  /** All annotations of a project, skipped ones included, page by page. */
  exportAnnotations(projectId: number, options?: PageOptions): AsyncGenerator<ProjectPage<AnnotationRecord>>;
  /** The pool of a project, page by page: tasks that the label stream still serves. */
  unlabelledTasks(projectId: number, options?: PageOptions): AsyncGenerator<ProjectPage<UnlabelledTask>>;
  /** Stores predictions for tasks of a project, many in each request. */
  createPredictions(
    projectId: number,
    predictions: readonly NewPrediction[],
    options?: CreatePredictionsOptions,
  ): Promise<CreatedPredictions>;
  /** Versions of the predictions that a project's tasks have, and the backends that are connected to it. */
  modelVersions(projectId: number, options?: ApiCallOptions): Promise<ModelVersions>;
  /** Deletes all predictions of a version; how many there were. */
  deletePredictions(projectId: number, modelVersion: string, options?: ApiCallOptions): Promise<number>;
  /** Where a project's events are sent, but for webhooks of the whole organization. */
  webhooks(projectId: number, options?: ApiCallOptions): Promise<readonly Webhook[]>;
  /** Has all events of a project sent to an address, with what they are about. */
  createWebhook(projectId: number, webhook: NewWebhook, options?: ApiCallOptions): Promise<Webhook>;
  /** Has a webhook send all events with what they are about, and these headers beside those that it has. */
  mendWebhook(webhook: Webhook, headers: Readonly<Record<string, string>>, options?: ApiCallOptions): Promise<Webhook>;
  updateProject(id: number, changes: ProjectChanges, options?: ApiCallOptions): Promise<LabelStudioProject>;
  /** The bytes of a file that a task names: `/data/...`, or a cloud address with the task's id. Throws `E_IMAGE`, `E_ABORTED`. */
  download(address: string, options?: DownloadOptions): Promise<Uint8Array>;
}

export interface DownloadOptions extends Omit<FetchImageOptions, "headers" | "name"> {
  readonly taskId?: number | string | undefined;
}

/**
 * A client of Label Studio's API. Throws `E_ARGUMENT` for an address that is none and for settings out of range. No request is made yet: see
 * `whoami`.
 *
 * @example
 * ```ts no-run=server
 * import { labelStudioClient } from "baaljs/label-studio";
 *
 * const client = labelStudioClient({ url: "http://localhost:8080", apiKey: process.env["LABEL_STUDIO_API_KEY"] });
 * for await (const { items, seen, total } of client.exportAnnotations(1)) console.log(`${seen} of ${total}`, items.length);
 * ```
 */
export function labelStudioClient(options: LabelStudioClientOptions): LabelStudioClient {
  const { timeoutMs = 120_000, retries = 5, backoffMs = 500, logger, ...place } = options;
  checkAtLeast("timeoutMs", timeoutMs, 1);
  checkAtLeast("retries", retries, 0);
  checkAtLeast("backoffMs", backoffMs, 0);
  const server = labelStudioServer(place);
  const request = apiRequests(server, { timeoutMs, retries, backoffMs, logger });
  return {
    server,
    async whoami(call) {
      return (await request({ path: "api/current-user/whoami", answer: userAnswer, ...call })).id;
    },
    async project(id, call) {
      return toProject(await request({ path: `api/projects/${id}`, answer: projectAnswer, ...call }));
    },
    async *exportAnnotations(projectId, pages) {
      for await (const { tasks, ...where } of taskPages(request, projectId, pages)) {
        yield {
          items: tasks.flatMap(annotationRecords),
          ...where,
          changedAt: tasks.map(({ updated_at }) => toMilliseconds(updated_at)),
        };
      }
    },
    async *unlabelledTasks(projectId, pages) {
      for await (const { tasks, ...where } of taskPages(request, projectId, pages)) {
        yield { items: tasks.filter(isUnlabelled).map(toUnlabelled), ...where };
      }
    },
    createPredictions: (projectId, predictions, settings) => importPredictions(request, projectId, predictions, settings),
    async modelVersions(projectId, call) {
      const path = `api/projects/${projectId}/model-versions/`;
      const query = { extended: true, include_live_models: true };
      return toModelVersions(await request({ path, query, answer: modelVersionsAnswer, ...call }));
    },
    async deletePredictions(projectId, modelVersion, call) {
      const path = `api/projects/${projectId}/model-versions/`;
      const body = { model_version: modelVersion };
      const answer = await request({ method: "DELETE", path, body, answer: deletedAnswer, ...call });
      return answer.deleted_predictions;
    },
    async webhooks(projectId, call) {
      const query = { project: projectId };
      return (await request({ path: "api/webhooks/", query, answer: webhooksAnswer, ...call })).map(toWebhook);
    },
    async createWebhook(projectId, { url, headers }, call) {
      const body = { project: projectId, url, headers, ...EVERYTHING };
      return toWebhook(
        await request({ method: "POST", path: "api/webhooks/", body, answer: webhookAnswer, isDoneOnce: true, ...call }),
      );
    },
    async mendWebhook({ id, url, headers: present }, headers, call) {
      const body = { url, headers: { ...present, ...headers }, ...EVERYTHING };
      return toWebhook(await request({ method: "PATCH", path: `api/webhooks/${id}/`, body, answer: webhookAnswer, ...call }));
    },
    async updateProject(id, { modelVersion, sampling }, call) {
      const body = { model_version: modelVersion, sampling };
      return toProject(await request({ method: "PATCH", path: `api/projects/${id}`, body, answer: projectAnswer, ...call }));
    },
    async download(value, { taskId, ...limits } = {}) {
      const found = imagePlace({ value, taskId }, server);
      if ("url" in found && found.isLabelStudio) return downloadImage(found, server, limits);
      throw imageError("of this task", "its address is none of Label Studio's files");
    },
  };
}

function toModelVersions({ static: stored, live }: ModelVersionsAnswer): ModelVersions {
  return {
    stored: new Map(stored.flatMap(({ model_version, count }) => (model_version ? [[model_version, count] as const] : []))),
    backends: (live ?? []).map(({ id, url, title, model_version }) => ({
      ...{ id, url },
      title: title ?? "",
      modelVersion: model_version ?? "",
    })),
  };
}

function toWebhook({ id, url, is_active, send_payload, send_for_all_actions, headers }: WebhookAnswer): Webhook {
  return { id, url, isActive: is_active, isWhole: send_payload && send_for_all_actions, headers: headers ?? {} };
}

function toProject({
  id,
  title,
  label_config,
  model_version,
  sampling,
  created_at,
  task_number,
  total_annotations_number,
}: ProjectAnswer): LabelStudioProject {
  return {
    id,
    title: title ?? "",
    labelConfig: label_config ?? "",
    modelVersion: model_version ?? "",
    sampling: sampling ?? "",
    createdAt: toMilliseconds(created_at),
    tasks: task_number ?? undefined,
    annotations: total_annotations_number ?? undefined,
  };
}

/** With an overlap of several annotators, a task is labelled when all of them were there. */
function isUnlabelled({ is_labeled, annotations }: TaskAnswer): boolean {
  return !(is_labeled ?? annotations?.some((annotation) => annotation.was_cancelled !== true) ?? false);
}

function toUnlabelled({ id, data, predictions }: TaskAnswer): UnlabelledTask {
  return { id, data, modelVersions: new Set(predictions?.flatMap(({ model_version }) => model_version ?? []) ?? []) };
}

function checkAtLeast(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new BaalError("E_ARGUMENT", `${name} is a whole number of at least ${least}, ${value} came.`);
}

/** The annotations that came with a task. */
function annotationRecords({ id: taskId, data, annotations, created_at: taskCreatedAt }: TaskAnswer): AnnotationRecord[] {
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
    createdAt: toMilliseconds(annotation.created_at),
    taskCreatedAt: toMilliseconds(taskCreatedAt),
    leadTime: annotation.lead_time ?? undefined,
    review: annotation.reviews ? (lastReview(annotation.reviews) ?? null) : undefined,
  }));
}

function userId(completedBy: AnnotationAnswer["completed_by"]): string | undefined {
  if (completedBy === null || completedBy === undefined) return undefined;
  return String(typeof completedBy === "object" ? completedBy.id : completedBy);
}

/** Label Studio's number of a project, from the `"<id>.<created>"` that it sends. Throws `E_ARGUMENT`. */
export function labelStudioProjectId(project: string): number {
  const [, digits] = /^(\d{1,15})(?:\.|$)/.exec(project) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new BaalError("E_ARGUMENT", `"${project.slice(0, 40)}" is no project of Label Studio's: "<id>.<created>" was expected.`);
}

export interface PageOptions {
  /** Tasks per page, 100 by default. */
  readonly pageSize?: number | undefined;
  /** The tasks that were changed last come first; in the Data Manager's order by default. */
  readonly isNewestFirst?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TaskPage {
  /** None that a page before had. */
  readonly tasks: readonly TaskAnswer[];
  /** Tasks on this page and those before, of `total`. */
  readonly seen: number;
  /** Those of them that differ. */
  readonly distinct: number;
  readonly total: number;
}

/**
 * All tasks of a project, page by page, with annotations and predictions. While somebody deletes tasks, pages move and some tasks may be
 * left out. Throws `LabelStudioError`, with status 404 for a project that is not there, `E_ABORTED`.
 */
async function* taskPages(
  request: RequestApi,
  projectId: number,
  { pageSize = 100, isNewestFirst = false, signal }: PageOptions = {},
): AsyncGenerator<TaskPage> {
  const known = new Set<number>();
  const order = isNewestFirst ? { query: JSON.stringify({ ordering: ["-tasks:updated_at"] }) } : {};
  let seen = 0;
  for (let page = 1; ; page++) {
    const answer = await request({
      path: "api/tasks",
      // Addresses in tasks stay as the annotation events have them: resolved ones hold signatures that expire.
      query: { project: projectId, fields: "all", resolve_uri: false, page, page_size: pageSize, ...order },
      answer: taskPageAnswer,
      signal,
    }).catch((error: unknown) => {
      // Tasks were deleted since the last page.
      if (page > 1 && error instanceof LabelStudioError && error.status === 404) return undefined;
      throw error;
    });
    if (answer === undefined || answer.tasks.length === 0) return;
    const tasks = answer.tasks.filter(({ id }) => !known.has(id));
    for (const { id } of tasks) known.add(id);
    seen += answer.tasks.length;
    yield { tasks, seen, distinct: known.size, total: answer.total };
    if (seen >= answer.total) return;
  }
}
