import { fetchHistory } from "../api/history.js";
import type { LabelStudioClient } from "../api/label-studio-client.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { ownProject } from "./push-project.js";

export interface CatchUpOptions {
  readonly client: Pick<LabelStudioClient, "exportAnnotations" | "project" | "server">;
  readonly store: Pick<Store, "saveAnnotations" | "logEvent" | "moment" | "forgetMissing" | "projects" | "hostNames">;
  readonly onStored: (project: ProjectRecord) => void;
  readonly onFailure: (projectId: number, error: unknown) => void;
  /** Until the first call that tries again after a failure, in milliseconds; a minute by default. */
  readonly retryMs?: number | undefined;
  /** A clock in milliseconds that never jumps; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** Brings in what no event told of. */
export interface CatchUp {
  /** Once per project and start of the server, in the background; again after a failure. `true` when it began. */
  begin(project: ProjectRecord): boolean;
  /** Events were lost: the next {@link begin} is to begin. */
  again(): void;
  close(): Promise<void>;
}

/**
 * Annotations from before the server was connected, and from while it was down, for Label Studio sends no event twice. What is known
 * already stays as it is. Annotations that are gone are forgotten, if all tasks were seen.
 */
export function catchUp({
  client,
  store,
  onStored,
  onFailure,
  retryMs = 60_000,
  now = () => performance.now(),
}: CatchUpOptions): CatchUp {
  const notBefore = new Map<number, number>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const { signal } = stop;

  async function fetchMissed(project: ProjectRecord): Promise<void> {
    const { id: projectId } = project;
    try {
      const own = await ownProject({ client, store }, project, { signal });
      if (own === undefined) return;
      const moment = store.moment();
      const listing = { present: new Set<number>(), isWhole: false };
      const places = { client, store, labelStudioId: own.id, projectId };
      const { stored } = await fetchHistory(places, {
        signal,
        onPage({ items, distinct, total }) {
          for (const { id } of items) listing.present.add(id);
          // Somebody who may not see all tasks is told another number of them.
          listing.isWhole = total > 0 && distinct === total && total === (own.tasks ?? total);
        },
      });
      const gone = listing.isWhole ? store.forgetMissing(projectId, listing.present, moment) : 0;
      if (stored + gone === 0) return;
      const deleted = gone === 0 ? "" : ` ${gone} that are not there any more were removed.`;
      store.logEvent({ projectId, level: "info", message: `${stored} annotations were fetched from Label Studio.${deleted}` });
      onStored(project);
    } catch (error) {
      if (signal.aborted) return;
      notBefore.set(projectId, now() + retryMs);
      onFailure(projectId, error);
    }
  }

  return {
    begin(project) {
      if (signal.aborted || now() < (notBefore.get(project.id) ?? Number.NEGATIVE_INFINITY)) return false;
      notBefore.set(project.id, Number.POSITIVE_INFINITY);
      const fetching = fetchMissed(project).finally(() => running.delete(fetching));
      running.add(fetching);
      return true;
    },
    again: () => notBefore.clear(),
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
