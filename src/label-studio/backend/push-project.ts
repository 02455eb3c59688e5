import { LabelStudioError } from "../api/http-exchange.js";
import {
  type LabelStudioClient,
  type LabelStudioProject,
  labelStudioProjectId,
  type ProjectSampling,
} from "../api/label-studio-client.js";
import { type PushedScores, type PushTarget, pushScores } from "../api/push-scores.js";
import { fittingControls } from "../contract/choices-controls.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { namesOf } from "./join-projects.js";
import type { PushCause } from "./score-pusher.js";

export interface PushProjectOptions {
  readonly client: OwnProjectOptions["client"] & ReplacedOptions["client"] & PushTarget["client"];
  readonly store: Pick<Store, "projects" | "projectById" | "hostNames" | "hasPushedAny" | "versionNames">;
  readonly models: ProjectModels;
  /** The version of the base model's predictions. */
  readonly baseVersion: string;
  /**
   * How the project is ordered from then on. By default a project that has Label Studio's own default, the sequence of the tasks, is ordered by
   * uncertainty when its first scores are there, and left alone from then on; `"unchanged"` never touches it.
   */
  readonly sampling?: ProjectSampling | "unchanged" | undefined;
}

export interface PushReason {
  readonly cause: PushCause;
  readonly signal: AbortSignal;
}

/** The outcome of a push. */
export type PushEnd =
  /** Nothing was missing, or nothing is to be told. */
  | { readonly kind: "nothing" }
  /** The project is none of the client's Label Studio. */
  | { readonly kind: "foreign" }
  | {
      readonly kind: "pushed";
      readonly version: string;
      readonly scores: PushedScores;
      /** The order that was set, if one was. */
      readonly sampling: ProjectSampling | undefined;
      /** Predictions of versions before, which were deleted there. */
      readonly deleted: number;
      /** Why they could not be; the next push tries again. */
      readonly problem: string | undefined;
    };

const NOTHING: PushEnd = { kind: "nothing" };

/** Sends the scores that a project's tasks lack. Throws what `ownProject` and `pushScores` throw, and what loading the model throws. */
export async function pushProject(
  options: PushProjectOptions,
  projectId: number,
  { cause, signal }: PushReason,
): Promise<PushEnd> {
  const { client, store, models } = options;
  const project = store.projectById(projectId);
  if (project?.servingVersion === undefined) return NOTHING;
  const own = await ownProject({ client, store }, project, { signal });
  if (own === undefined) return { kind: "foreign" };
  const model = models.of(projectId);
  // Of another version nothing is missing; and with a backend's title there, Label Studio asks for what it shows.
  if (cause === "tasks" && own.modelVersion !== model.modelVersion) return NOTHING;
  // Whoever chose another version or order since is not overruled because tasks have come.
  const sampling = cause === "version" ? orderOf(own, options, store.hasPushedAny(projectId)) : undefined;
  const change = { switches: cause === "version", sampling };
  const { version, scores } = await model.withTaskModel(async (taskModel, settings) => {
    const { controls } = fittingControls(project.labelConfig, taskModel.kind);
    const target = { client, labelStudioId: own.id, controls, model: taskModel };
    return { version: settings.modelVersion, scores: await pushScores(target, { ...settings, signal, ...change }) };
  });
  if (cause === "tasks" && scores.created === 0) return NOTHING;
  const told = { kind: "pushed", version, scores, sampling } as const;
  if (!scores.switched) return { ...told, deleted: 0, problem: undefined };
  const names = new Set([...store.versionNames(projectId), options.baseVersion]);
  names.delete(version);
  return { ...told, ...(await deleteReplaced({ client, labelStudioId: own.id, names, signal })) };
}

/** Sequential is what a project has where nobody has chosen, and what leaves the scores without use. */
function orderOf(
  { sampling: present }: LabelStudioProject,
  { sampling }: Pick<PushProjectOptions, "sampling">,
  hasPushedBefore: boolean,
): ProjectSampling | undefined {
  if (sampling !== undefined) return sampling === "unchanged" ? undefined : sampling;
  return !hasPushedBefore && present === "Sequential sampling" ? "Uncertainty sampling" : undefined;
}

interface ReplacedOptions {
  readonly client: Pick<LabelStudioClient, "modelVersions" | "deletePredictions">;
  readonly labelStudioId: number;
  /** Versions of this server's that no longer serve. */
  readonly names: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Each version that stays would be one more tab beside the task. Others' predictions are left alone. Throws `E_ABORTED`. */
async function deleteReplaced({ client, labelStudioId, names, signal }: ReplacedOptions) {
  let deleted = 0;
  try {
    const { stored } = await client.modelVersions(labelStudioId, { signal });
    for (const version of stored.keys()) {
      if (names.has(version)) deleted += await client.deletePredictions(labelStudioId, version, { signal });
    }
    return { deleted, problem: undefined };
  } catch (error) {
    if (!(error instanceof LabelStudioError)) throw error;
    return { deleted, problem: error.message };
  }
}

/** Projects whose serving version's scores are not in Label Studio yet: a push that was under way when the server ended goes on. */
export function unpushed(store: Pick<Store, "projects" | "hasPushedScores">): readonly ProjectRecord[] {
  return store
    .projects()
    .filter(({ id, servingVersion }) => servingVersion !== undefined && !store.hasPushedScores(id, servingVersion));
}

export interface OwnProjectOptions {
  readonly client: Pick<LabelStudioClient, "project" | "server">;
  readonly store: Pick<Store, "projects" | "hostNames">;
}

/**
 * The project as the client's Label Studio has it; `undefined` where that has none of this key. Several Label Studios may share a server,
 * and one of them has a token here: nothing of the others' projects may get into its own of the same number. Where several projects have one
 * key, the one is meant whose Label Studio goes by the client's address, or else whose configuration is that one's. Throws `LabelStudioError`,
 * `E_ABORTED`.
 */
export async function ownProject(
  { client, store }: OwnProjectOptions,
  { id: projectId, project }: Pick<ProjectRecord, "id" | "project">,
  options: { readonly signal: AbortSignal },
): Promise<LabelStudioProject | undefined> {
  const found = await projectThere(client, project, options);
  const alike = store.projects().filter((other) => other.project === project);
  if (found === undefined || alike.length < 2) return found;
  const { host } = client.server.base;
  const byName = alike.filter(({ hostname }) =>
    namesOf(store, hostname).some((name) => URL.canParse(name) && new URL(name).host === host),
  );
  const byConfig = alike.filter(({ labelConfig }) => labelConfig === found.labelConfig);
  const [meant] = [byName, byConfig].find((some) => some.length === 1) ?? [];
  return meant?.id === projectId ? found : undefined;
}

/** The project of this key in the client's Label Studio, if it has one. Throws `LabelStudioError`, `E_ABORTED`. */
async function projectThere(
  client: Pick<LabelStudioClient, "project">,
  project: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<LabelStudioProject | undefined> {
  const found = await client.project(labelStudioProjectId(project), options).catch((error: unknown) => {
    if (error instanceof LabelStudioError && error.status === 404) return undefined;
    throw error;
  });
  const [, created] = project.split(".");
  const isOther = found?.createdAt !== undefined && !!created && Math.floor(found.createdAt / 1000) !== Number(created);
  return isOther ? undefined : found;
}

/**
 * Whether a Label Studio of another name, which has set the project up with this configuration, can be the one that the known project is of: not
 * where the client's Label Studio has the known project as it is known, and another configuration came. Throws `LabelStudioError`, `E_ABORTED`.
 */
export async function canBeThere(
  client: Pick<LabelStudioClient, "project">,
  known: Pick<ProjectRecord, "project" | "labelConfig">,
  labelConfig: string,
): Promise<boolean> {
  const found = await projectThere(client, known.project, {});
  return found === undefined || found.labelConfig === labelConfig || found.labelConfig !== known.labelConfig;
}
