import type { LabelStudioClient, LabelStudioProject } from "../api/label-studio-client.js";
import { LabelStudioError } from "../api/label-studio-error.js";
import { labelStudioProjectId } from "../api/project-id.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";

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
