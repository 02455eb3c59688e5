import { z } from "zod";
import { isDeeper, isRecord, toId, toMilliseconds } from "../../core/json-values.js";
import { lastReview, reviewOf } from "../contract/reviews.js";
import type { AnnotationRecord, Review } from "../state/records.js";

/** A change that an event asks of the store, or a training; they are done in their order. */
export type StoreOperation =
  | { readonly kind: "saveConfig"; readonly labelConfig: string; readonly title?: string | undefined }
  | { readonly kind: "saveAnnotations"; readonly annotations: readonly AnnotationRecord[] }
  | { readonly kind: "deleteAnnotations"; readonly ids: readonly number[] }
  | { readonly kind: "deleteTasks"; readonly taskIds: readonly number[] }
  | {
      /** Tasks that were made; some may have come with annotations, which the event does not carry. */
      readonly kind: "seeTasks";
      readonly tasks: readonly SeenTask[];
    }
  | { readonly kind: "saveReview"; readonly id: number; readonly review: Review | undefined }
  /** An event without its contents: something has happened, and only Label Studio can say what. */
  | { readonly kind: "look" }
  | { readonly kind: "startTraining" };

/** A task that was made. */
export interface SeenTask {
  readonly id: number;
  readonly createdAt: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  /** Annotations that it was imported with, skipped ones included. */
  readonly annotations: number;
}

/** The project that an event names. Events carry no host name, so a project is found by its key among those that are known. */
export interface EventProject {
  readonly id: number;
  /** `"<id>.<created>"` as /setup and /predict send it; `undefined` where the event does not say when the project was made. */
  readonly key: string | undefined;
  readonly title: string | undefined;
  /** `min_annotations_to_start_training`; 0, Label Studio's default, where nothing usable came. */
  readonly minAnnotations: number;
}

export interface WebhookEvent {
  readonly action: string | undefined;
  readonly project: EventProject | undefined;
  /** None for an event that is to be ignored. */
  readonly operations: readonly StoreOperation[];
  /** Its faults, for the log, without contents of tasks. */
  readonly problems: readonly string[];
}

export interface ParseWebhookOptions {
  /** Stands for times that did not come, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** Deeper values cannot be written as JSON again: the stack has an end. */
const LEVELS = 200;

/** So many problems are told one by one. */
const PROBLEMS = 20;

const bodySchema = z.looseObject({ action: z.string() });

interface Reading {
  readonly body: Readonly<Record<string, unknown>>;
  readonly receivedAt: number;
  readonly problem: (text: string) => void;
}

type Reader = (reading: Reading) => readonly StoreOperation[];

const LOOK: readonly StoreOperation[] = [{ kind: "look" }];

const READERS: Readonly<Record<string, Reader>> = {
  ANNOTATION_CREATED: savedAnnotations,
  ANNOTATION_UPDATED: savedAnnotations,
  ANNOTATIONS_CREATED: savedAnnotations,
  ANNOTATIONS_DELETED: (reading) => {
    const ids = idsOf(reading, "annotations", "annotation");
    return ids.length === 0 ? LOOK : [{ kind: "deleteAnnotations", ids }];
  },
  TASKS_CREATED: createdTasks,
  TASK_CREATED: createdTasks,
  TASKS_DELETED: (reading) => {
    const taskIds = idsOf(reading, "tasks", "task");
    return taskIds.length === 0 ? LOOK : [{ kind: "deleteTasks", taskIds }];
  },
  REVIEW_CREATED: savedReview,
  REVIEW_UPDATED: savedReview,
  REVIEWS_DELETED: deletedReviews,
  START_TRAINING: ({ body, problem }) => {
    if (body["project"] === undefined) problem("START_TRAINING names no project");
    return [{ kind: "startTraining" }];
  },
};

/**
 * Reads the body of a webhook. Never throws: what cannot be used is left out and told in `problems`, the rest of a bulk is kept. An
 * unknown action still brings the project's configuration.
 */
export function parseWebhook(body: unknown, { receivedAt }: ParseWebhookOptions): WebhookEvent {
  const problems: string[] = [];
  let more = 0;
  const problem = (text: string) => {
    if (problems.length < PROBLEMS) problems.push(text);
    else more++;
  };
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    return { action: undefined, project: undefined, operations: [], problems: ['a webhook is an object with a text "action"'] };
  }
  const { action } = parsed.data;
  const reading = { body: body as Readonly<Record<string, unknown>>, receivedAt, problem };
  const project = eventProject(reading);
  const read = Object.hasOwn(READERS, action) ? READERS[action] : undefined;
  const operations = [...configChange(reading), ...(read?.(reading) ?? [])];
  if (more > 0) problems.push(`${more} further problems`);
  return { action: action.slice(0, 100), project, operations, problems };
}

function eventProject({ body, problem }: Reading): EventProject | undefined {
  const { project } = body;
  if (project === undefined || project === null) return undefined;
  const id = isRecord(project) ? toId(project["id"]) : undefined;
  if (!isRecord(project) || id === undefined) {
    problem("project: an object with an id is needed");
    return undefined;
  }
  const created = toMilliseconds(project["created_at"]);
  const minimum = Number(project["min_annotations_to_start_training"] ?? 0);
  return {
    id,
    key: created === undefined ? undefined : `${id}.${Math.floor(created / 1000)}`,
    title: typeof project["title"] === "string" ? project["title"] : undefined,
    minAnnotations: Number.isFinite(minimum) ? Math.max(0, Math.floor(minimum)) : 0,
  };
}

function configChange({ body }: Reading): readonly StoreOperation[] {
  const { project } = body;
  if (!isRecord(project) || typeof project["label_config"] !== "string") return [];
  const title = project["title"];
  return [{ kind: "saveConfig", labelConfig: project["label_config"], title: typeof title === "string" ? title : undefined }];
}

function createdTasks({ body }: Reading): readonly StoreOperation[] {
  const came = listOf(body, "tasks", "task");
  const tasks = came.flatMap((task): readonly SeenTask[] => {
    const id = isRecord(task) ? toId(task["id"]) : undefined;
    if (!isRecord(task) || id === undefined) return [];
    const number = (name: string) => (Number.isSafeInteger(task[name]) ? Math.max(0, Number(task[name])) : 0);
    return [
      {
        id,
        createdAt: toMilliseconds(task["created_at"]),
        data: isRecord(task["data"]) ? task["data"] : {},
        annotations: Math.max(number("total_annotations"), listOf(task, "annotations", "annotation").length),
      },
    ];
  });
  return tasks.length === 0 ? LOOK : [{ kind: "seeTasks", tasks }];
}

/** A reviewer's verdict on an annotation, which a project of the Enterprise edition tells. */
function savedReview({ body, problem }: Reading): readonly StoreOperation[] {
  const { review, annotation } = body;
  const verdict = isRecord(review) ? review : {};
  const about = verdict["annotation"] ?? annotation;
  const id = toId(isRecord(about) ? about["id"] : about);
  if (id === undefined) {
    problem("review: it names no annotation");
    return LOOK;
  }
  return [{ kind: "saveReview", id, review: reviewOf(verdict) }];
}

/** Reviews that were taken back. Those that name no annotation can only be found out in Label Studio. */
function deletedReviews({ body }: Reading): readonly StoreOperation[] {
  const reviews = listOf(body, "reviews", "review");
  const ids = reviews.map((review) => (isRecord(review) ? toId(review["annotation"]) : undefined));
  const operations = ids.flatMap((id) => (id === undefined ? [] : [{ kind: "saveReview" as const, id, review: undefined }]));
  return ids.length > 0 && ids.length === operations.length ? operations : [...operations, ...LOOK];
}

/** One annotation with its task, or lists of both: Label Studio uses the same keys for either. */
function savedAnnotations(reading: Reading): readonly StoreOperation[] {
  const { body, problem } = reading;
  const annotations = listOf(body, "annotation", "annotations");
  const tasks = listOf(body, "task", "tasks");
  if (annotations.length === 0) problem("no annotation came: switch on the payload in the webhook's settings");
  const taskById = new Map<number, Readonly<Record<string, unknown>>>();
  for (const task of tasks) {
    const id = isRecord(task) ? toId(task["id"]) : undefined;
    if (isRecord(task) && id !== undefined) taskById.set(id, task);
  }
  const only = annotations.length === 1 && tasks.length === 1 ? tasks[0] : undefined;
  const records = annotations.flatMap((annotation, position) => {
    const record = annotationRecord(annotation, { reading, taskById, only });
    if (typeof record !== "string") return [record];
    problem(`annotation ${position}: ${record}`);
    return [];
  });
  return records.length === 0 ? LOOK : [{ kind: "saveAnnotations", annotations: records }];
}

interface Surroundings {
  readonly reading: Reading;
  readonly taskById: ReadonlyMap<number, Readonly<Record<string, unknown>>>;
  /** The task of an event about one annotation. */
  readonly only: unknown;
}

/** The record, or what is missing. */
function annotationRecord(annotation: unknown, { reading, taskById, only }: Surroundings): AnnotationRecord | string {
  if (!isRecord(annotation)) return "an object is needed";
  const id = toId(annotation["id"]);
  if (id === undefined) return "its id is no positive integer";
  const own = annotation["task"];
  const inline = isRecord(own) ? own : undefined;
  const single = isRecord(only) ? only : undefined;
  const taskId = toId(inline ? inline["id"] : (own ?? single?.["id"]));
  if (taskId === undefined) return `annotation ${id} names no task`;
  const task = inline ?? taskById.get(taskId);
  const data = (inline?.["data"] ?? taskById.get(taskId)?.["data"]) as unknown;
  if (!isRecord(data)) return `the data of task ${taskId} did not come`;
  const result = annotation["result"] ?? [];
  if (!Array.isArray(result)) return `the result of annotation ${id} is no list`;
  if (isDeeper(data, LEVELS) || isDeeper(result, LEVELS))
    return `annotation ${id} or its task is nested deeper than ${LEVELS} levels`;
  const createdAt = toMilliseconds(annotation["created_at"]);
  const updatedAt = toMilliseconds(annotation["updated_at"]) ?? createdAt;
  const leadTime = annotation["lead_time"];
  return {
    id,
    taskId,
    data,
    result,
    completedBy: userOf(annotation["completed_by"]),
    wasCancelled: annotation["was_cancelled"] === true,
    groundTruth: annotation["ground_truth"] === true,
    updatedAt: updatedAt ?? reading.receivedAt,
    createdAt,
    taskCreatedAt: toMilliseconds(task?.["created_at"] ?? taskById.get(taskId)?.["created_at"]),
    leadTime: typeof leadTime === "number" && Number.isFinite(leadTime) ? leadTime : undefined,
    review: lastReview(listOf(annotation, "reviews", "review")),
  };
}

/** A user's number, or the object that describes the user. */
function userOf(value: unknown): string | undefined {
  const user = isRecord(value) ? (value["id"] ?? value["email"]) : value;
  if (typeof user === "number" && Number.isFinite(user)) return String(user);
  return typeof user === "string" && user !== "" ? user.slice(0, 200) : undefined;
}

/** Ids of `[{"id": 3}]`; plain ids are taken, too. */
function idsOf({ body, problem }: Reading, key: string, otherKey: string): number[] {
  const entries = listOf(body, key, otherKey);
  if (entries.length === 0) problem(`no ${key} came: switch on the payload in the webhook's settings`);
  return entries.flatMap((entry, position) => {
    const id = toId(isRecord(entry) ? entry["id"] : entry);
    if (id === undefined) problem(`${key} ${position}: its id is no positive integer`);
    return id ?? [];
  });
}

function listOf(body: Readonly<Record<string, unknown>>, key: string, otherKey: string): readonly unknown[] {
  const value = body[key] ?? body[otherKey];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
