import { errorMessage } from "../../core/errors.js";
import { type Clock, systemClock } from "../serving/bounded-queue.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { type CheckWebhookOptions, checkWebhook, type EventWay, type OwnAddress } from "./check-webhook.js";
import { type OwnProjectOptions, ownProject } from "./push-project.js";

/** A project as the Label Studio shows it whose token the server has. */
export interface ProjectLink {
  /**
   * `"there"`: it is. `"gone"`: it was there and is not any more: `baal forget` removes what is kept of it. `"elsewhere"`: that Label Studio never had it.
   * `"unknown"`: it could not be asked.
   */
  readonly project: "there" | "gone" | "elsewhere" | "unknown";
  /** Whether its labels can arrive; `undefined` for a project that is not there. */
  readonly events: EventWay | undefined;
  /** Why it could not be asked. */
  readonly problem: string | undefined;
  /** Milliseconds since 1970. */
  readonly checkedAt: number;
}

export interface ProjectLinksOptions {
  readonly client: OwnProjectOptions["client"] & CheckWebhookOptions["client"];
  readonly store: Pick<Store, "projects" | "projectById" | "hostNames" | "contact" | "saveContact" | "saveConfig">;
  readonly self: (projectId: number) => Omit<OwnAddress, "hosts">;
  readonly tell: (projectId: number, level: "info" | "warn", message: string) => void;
  readonly onChange: () => void;
  readonly clock?: Clock | undefined;
}

export interface ProjectLinks {
  /** `/setup` was called, by this host and port: looked at when Label Studio has stored what it set up. */
  setUp(projectId: number, host: string | undefined): void;
  of(projectId: number): ProjectLink | undefined;
  close(): Promise<void>;
}

/** Label Studio stores a model only after its `/setup` was answered, for which it waits 3 seconds at most. */
const SETTLE_MS = 5_000;
/** A set-up comes with each prediction: what was looked at is not looked at again so soon, nor where something is in the way. */
const FRESH_MS = { open: 5 * 60_000, other: 30_000 };
const AGAIN_MS = 30 * 60_000;

/**
 * Looks at each project in the Label Studio whose token the server has: after a set-up, and every half hour. Whether it is there still, what it is
 * called, and whether its labels can arrive; a webhook that is missing is made. One project at a time, behind everything else.
 */
export function projectLinks({ client, store, self, tell, onChange, clock = systemClock }: ProjectLinksOptions): ProjectLinks {
  const links = new Map<number, ProjectLink>();
  const hosts = new Map<number, Set<string>>();
  const lookedAt = new Map<number, number>();
  const timers = new Map<number, { readonly at: number; readonly cancel: () => void }>();
  const waiting = new Set<number>();
  const stop = new AbortController();
  let working: Promise<void> | undefined;

  function after(projectId: number, ms: number): void {
    timers.get(projectId)?.cancel();
    const cancel = clock.after(ms, () => {
      timers.delete(projectId);
      waiting.add(projectId);
      working ??= work().finally(() => {
        working = undefined;
      });
    });
    timers.set(projectId, { at: clock.now() + ms, cancel });
  }

  async function work(): Promise<void> {
    for (const projectId of waiting) {
      waiting.delete(projectId);
      const project = store.projectById(projectId);
      if (stop.signal.aborted || project === undefined) continue;
      const before = links.get(projectId);
      lookedAt.set(projectId, clock.now());
      const link = await look(project);
      if (stop.signal.aborted) return;
      links.set(projectId, link);
      say(project, before, link);
      onChange();
      after(projectId, AGAIN_MS);
    }
  }

  /** Never throws. */
  async function look(project: ProjectRecord): Promise<ProjectLink> {
    const { signal } = stop;
    const checkedAt = Date.now();
    try {
      const own = await ownProject({ client, store }, project, { signal });
      if (own === undefined)
        return { project: wasThere(project) ? "gone" : "elsewhere", events: undefined, problem: undefined, checkedAt };
      store.saveContact(project.id, { foundAt: checkedAt });
      // Only events bring a title; some projects have none for long.
      if (own.title !== "" && own.title !== project.title)
        store.saveConfig(project.id, { labelConfig: project.labelConfig, title: own.title });
      const address = { ...self(project.id), hosts: hosts.get(project.id) ?? new Set<string>() };
      const events = await checkWebhook({ client, labelStudioId: own.id, self: address, signal });
      return { project: "there", events, problem: undefined, checkedAt };
    } catch (error) {
      return { project: "unknown", events: undefined, problem: errorMessage(error), checkedAt };
    }
  }

  /** It was found, or another project of its Label Studio was. */
  function wasThere({ hostname }: ProjectRecord): boolean {
    return store.projects().some((other) => other.hostname === hostname && store.contact(other.id).foundAt !== undefined);
  }

  function say({ id, project }: ProjectRecord, before: ProjectLink | undefined, now: ProjectLink): void {
    if (now.project === "gone" && before?.project !== "gone") {
      const message = `Project ${project} is not in Label Studio any more, or its user may not see it. Its labels and models are kept here; "baal forget ${project}" removes them.`;
      tell(id, "warn", message);
    }
    const { message, state } = now.events ?? {};
    if (message !== undefined && message !== before?.events?.message)
      tell(id, state === "open" ? "info" : "warn", `Events of project ${project}: ${message}.`);
  }

  for (const { id } of store.projects()) after(id, SETTLE_MS);

  return {
    setUp(projectId, host) {
      if (stop.signal.aborted) return;
      const known = hosts.get(projectId) ?? new Set<string>();
      const isNew = host !== undefined && !known.has(host);
      if (host !== undefined) hosts.set(projectId, known.add(host));
      const last = lookedAt.get(projectId);
      const fresh = FRESH_MS[links.get(projectId)?.events?.state === "open" ? "open" : "other"];
      const isDue = last === undefined || isNew || clock.now() - last > fresh;
      // Not put off by set-ups that come one after the other.
      const isSoon = (timers.get(projectId)?.at ?? Number.POSITIVE_INFINITY) <= clock.now() + SETTLE_MS;
      if (isDue && !isSoon) after(projectId, SETTLE_MS);
    },
    of: (projectId) => links.get(projectId),
    async close() {
      stop.abort();
      for (const { cancel } of timers.values()) cancel();
      await working;
    },
  };
}
