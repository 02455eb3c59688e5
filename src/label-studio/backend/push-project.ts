import {
  type LabelStudioClient,
  type LabelStudioProject,
  labelStudioProjectId,
  type ProjectSampling,
} from "../api/label-studio-client.js";
import { LabelStudioError } from "../api/label-studio-error.js";
import { pushScores } from "../api/push-scores.js";
import { fittingControls } from "../contract/choices-controls.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { PushCause } from "./score-pusher.js";

export interface PushProjectPlaces {
  readonly client: OwnProjectPlaces["client"] & Parameters<typeof pushScores>[0]["client"];
  readonly store: Pick<Store, "projects" | "projectById" | "events">;
  readonly models: ProjectModels;
  /** How the project is ordered from then on; as it is by default. */
  readonly sampling?: ProjectSampling | undefined;
}

export interface PushReason {
  readonly cause: PushCause;
  readonly signal: AbortSignal;
}

/** So many events of a project are looked through for what was pushed. */
const EVENTS = 1000;

/** What became of a push: words for the log, or nothing that is worth any. `"another's"`: the project is none of the client's Label Studio. */
export type PushEnd = { readonly told: string } | "nothing" | "another's";

/** Sends the scores that a project's tasks lack. Throws what `ownProject` and `pushScores` throw, and what loading the model throws. */
export async function pushProject(
  { client, store, models, sampling }: PushProjectPlaces,
  projectId: number,
  { cause, signal }: PushReason,
): Promise<PushEnd> {
  const project = store.projectById(projectId);
  if (project?.servingVersion === undefined) return "nothing";
  const own = await ownProject({ client, store }, project, { signal });
  if (own === undefined) return "another's";
  const model = models.of(projectId);
  // Of another version nothing is missing; and with a backend's title there, Label Studio asks for what it shows.
  if (cause === "tasks" && own.modelVersion !== model.modelVersion) return "nothing";
  // Whoever chose another version or order since is not overruled because tasks have come.
  const change = { switches: cause === "version", ...(sampling && { sampling }) };
  const { version, pushed } = await model.withTaskModel(async (taskModel, settings) => {
    const { controls } = fittingControls(project.labelConfig, taskModel.kind);
    const target = { client, labelStudioId: own.id, controls, model: taskModel };
    return { version: settings.modelVersion, pushed: await pushScores(target, { ...settings, signal, ...change }) };
  });
  const { created, present, failed } = pushed;
  if (cause === "tasks" && created === 0) return "nothing";
  return { told: `${pushedWords(version)}: ${created} new, ${present} there already, ${failed} left out.` };
}

/** Projects whose serving version's scores are not in Label Studio yet: a push that was under way when the server ended goes on. */
export function unpushed(store: PushProjectPlaces["store"]): readonly ProjectRecord[] {
  return store.projects().filter(({ id, servingVersion }) => {
    if (servingVersion === undefined) return false;
    return !store.events(EVENTS, id).some(({ message }) => message.startsWith(pushedWords(servingVersion)));
  });
}

/** How the events tell that a version's scores are in Label Studio. */
function pushedWords(version: string): string {
  return `Scores of ${version} were pushed`;
}

export interface OwnProjectPlaces {
  readonly client: Pick<LabelStudioClient, "project" | "server">;
  readonly store: Pick<Store, "projects">;
}

/**
 * The project as the client's Label Studio has it; `undefined` where that has none of this key. Several Label Studios may share a server,
 * and one of them has a token here: nothing of the others' projects may get into its own of the same number. Where two projects have one
 * key, the one whose Label Studio goes by the client's address is meant. Throws `LabelStudioError`, `E_ABORTED`.
 */
export async function ownProject(
  { client, store }: OwnProjectPlaces,
  { hostname, project }: ProjectRecord,
  { signal }: { readonly signal: AbortSignal },
): Promise<LabelStudioProject | undefined> {
  const id = labelStudioProjectId(project);
  const isShared = store.projects().filter((other) => other.project === project).length > 1;
  if (isShared && !(URL.canParse(hostname) && new URL(hostname).host === client.server.base.host)) return undefined;
  const found = await client.project(id, { signal }).catch((error: unknown) => {
    if (error instanceof LabelStudioError && error.status === 404) return undefined;
    throw error;
  });
  const [, created] = project.split(".");
  const isOther = found?.createdAt !== undefined && !!created && Math.floor(found.createdAt / 1000) !== Number(created);
  return isOther ? undefined : found;
}
