import { fetchHistory } from "../api/history.js";
import type { LabelStudioClient } from "../api/label-studio-client.js";
import { labelStudioProjectId } from "../api/project-id.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";

export interface CatchUpOptions {
  readonly client: Pick<LabelStudioClient, "exportAnnotations">;
  readonly store: Pick<Store, "saveAnnotations" | "logEvent">;
  readonly onStored: (project: ProjectRecord) => void;
  readonly onFailure: (projectId: number, error: unknown) => void;
  /** Until the first call that tries again after a failure, in milliseconds; a minute by default. */
  readonly retryMs?: number;
}

/** Brings in the annotations that no event told of. */
export interface CatchUp {
  /** Once per project and start of the server, in the background; again after a failure. `true` when it began. */
  begin(project: ProjectRecord): boolean;
  close(): Promise<void>;
}

/**
 * Annotations from before the server was connected, and from while it was down, for Label Studio sends no event twice. What is known
 * already stays as it is.
 */
export function catchUp({ client, store, onStored, onFailure, retryMs = 60_000 }: CatchUpOptions): CatchUp {
  const notBefore = new Map<number, number>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const { signal } = stop;

  async function fetchMissed(project: ProjectRecord): Promise<void> {
    try {
      const labelStudioId = labelStudioProjectId(project.project);
      const { stored } = await fetchHistory({ client, store, labelStudioId, projectId: project.id }, { signal });
      if (stored === 0) return;
      const message = `${stored} annotations were fetched from Label Studio.`;
      store.logEvent({ projectId: project.id, level: "info", message });
      onStored(project);
    } catch (error) {
      if (signal.aborted) return;
      notBefore.set(project.id, Date.now() + retryMs);
      onFailure(project.id, error);
    }
  }

  return {
    begin(project) {
      if (signal.aborted || Date.now() < (notBefore.get(project.id) ?? 0)) return false;
      notBefore.set(project.id, Number.POSITIVE_INFINITY);
      const fetching = fetchMissed(project).finally(() => running.delete(fetching));
      running.add(fetching);
      return true;
    },
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
