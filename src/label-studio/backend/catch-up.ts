import { errorMessage } from "../../core/errors.js";
import { fetchHistory } from "../api/history.js";
import type { LabelStudioClient, LabelStudioProject } from "../api/label-studio-client.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { ownProject } from "./push-project.js";

export interface CatchUpOptions {
  readonly client: Pick<LabelStudioClient, "exportAnnotations" | "project" | "server">;
  readonly store: Pick<
    Store,
    | "saveAnnotations"
    | "logEvent"
    | "moment"
    | "forgetMissing"
    | "projects"
    | "hostNames"
    | "projectById"
    | "countAnnotations"
    | "countSkipped"
    | "saveComparison"
  >;
  readonly onStored: (project: ProjectRecord) => void;
  readonly onFailure: (projectId: number, error: unknown) => void;
  /** Until the first call that tries again after a failure, in milliseconds; a minute by default. */
  readonly retryMs?: number | undefined;
  /** Between two comparisons of a project that is in use, in milliseconds; ten minutes by default. */
  readonly everyMs?: number | undefined;
  /** How long hints that something was missed are gathered, in milliseconds; 1,000 by default. */
  readonly gatherMs?: number | undefined;
  /** A clock in milliseconds that never jumps; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** Brings in what no event told of. */
export interface CatchUp {
  /** Once per project and start of the server, in the background; again after a failure. `true` when it began. */
  begin(project: ProjectRecord): boolean;
  /** Events were lost: the next {@link begin} is to begin. */
  again(): void;
  /** Compares the project with Label Studio now, after a comparison that is under way. Never throws. */
  compare(projectId: number): Promise<void>;
  /** Something has happened in the project, or in any, that an event did not carry: it is compared soon. */
  look(projectId?: number): void;
  close(): Promise<void>;
}

/** What a comparison came to, by Label Studio's numbers and clock. */
interface Seen {
  /** The latest change of a task. */
  readonly newest: number;
  readonly tasks: number | undefined;
  /**
   * By how many annotations Label Studio counted more than there are here, after everything was listed: those that nobody may see, say. Its versions
   * differ in whether skipped ones are among them, so without and with these.
   */
  readonly surplus: readonly number[];
}

interface Work {
  running: Promise<void> | undefined;
  /** Another one is to follow. */
  next: Promise<void> | undefined;
  seen: Seen | undefined;
}

/**
 * Annotations from before the server was connected, from while it was down, and those whose events were lost: Label Studio sends none twice. The first
 * comparison of a project lists all of it; those that follow read the tasks that were changed last, up to the first that were known, and list
 * all again only where the numbers differ. What is known already stays as it is. Annotations that are gone are forgotten, if all tasks were seen.
 */
export function catchUp(options: CatchUpOptions): CatchUp {
  const { client, store, onStored, onFailure, retryMs = 60_000, everyMs = 600_000, gatherMs = 1_000 } = options;
  const { now = () => performance.now() } = options;
  const notBefore = new Map<number, number>();
  const works = new Map<number, Work>();
  const hinted = new Set<number>();
  const stop = new AbortController();
  const { signal } = stop;
  let gathering: NodeJS.Timeout | undefined;
  const regular = setInterval(() => void compareAll([...works.keys()]), everyMs).unref();

  const workOf = (projectId: number): Work => {
    const known = works.get(projectId);
    if (known) return known;
    const made: Work = { running: undefined, next: undefined, seen: undefined };
    works.set(projectId, made);
    return made;
  };

  function compare(projectId: number): Promise<void> {
    const work = workOf(projectId);
    if (signal.aborted) return Promise.resolve();
    if (work.running === undefined) {
      work.running = compareOnce(projectId, work).finally(() => {
        work.running = undefined;
      });
      return work.running;
    }
    work.next ??= work.running.then(() => {
      work.next = undefined;
      return compare(projectId);
    });
    return work.next;
  }

  /** One after the other: Label Studio has other work. */
  async function compareAll(projectIds: readonly number[]): Promise<void> {
    for (const projectId of projectIds) await compare(projectId);
  }

  /** Never throws. */
  async function compareOnce(projectId: number, work: Work): Promise<void> {
    const project = store.projectById(projectId);
    if (project === undefined) return;
    try {
      const own = await ownProject({ client, store }, project, { signal });
      if (own === undefined) return;
      const changed = work.seen && (await fetchChanged(project, own, work.seen));
      const whole = changed === undefined || hasGaps(projectId, own, changed.seen) ? await fetchAll(project, own) : undefined;
      const fetched = (changed?.fetched ?? 0) + (whole?.fetched ?? 0);
      const removed = whole?.removed ?? 0;
      work.seen = whole?.seen ?? changed?.seen;
      store.saveComparison(projectId, { at: Date.now(), isWhole: whole !== undefined, fetched, removed, problem: undefined });
      if (fetched + removed === 0) return;
      const deleted = removed === 0 ? "" : ` ${removed} that are not there any more were removed.`;
      store.logEvent({ projectId, level: "info", message: `${fetched} annotations were fetched from Label Studio.${deleted}` });
      onStored(project);
    } catch (error) {
      if (signal.aborted) return;
      notBefore.set(projectId, now() + retryMs);
      failed(projectId, error);
    }
  }

  function failed(projectId: number, error: unknown): void {
    try {
      const nothing = { isWhole: false, fetched: 0, removed: 0 };
      store.saveComparison(projectId, { ...nothing, at: Date.now(), problem: errorMessage(error) });
    } catch {
      // On a full disk the log still has it.
    }
    onFailure(projectId, error);
  }

  async function fetchAll(project: ProjectRecord, own: LabelStudioProject) {
    const moment = store.moment();
    const listing = { present: new Set<number>(), isWhole: false, newest: 0 };
    const places = { client, store, labelStudioId: own.id, projectId: project.id };
    const { stored } = await fetchHistory(places, {
      signal,
      listedSince: moment,
      onPage({ items, distinct, total, changedAt = [] }) {
        for (const { id } of items) listing.present.add(id);
        listing.newest = newestOf(changedAt, listing.newest);
        // Somebody who may not see all tasks is told another number of them.
        listing.isWhole = total > 0 && distinct === total && total === (own.tasks ?? total);
        return true;
      },
    });
    const removed = listing.isWhole ? await store.forgetMissing(project.id, listing.present, moment) : 0;
    const surplus = surplusOf(project.id, own);
    // Counted while somebody was labelling, it would say later that nothing has gone: the next comparison lists all again.
    const isCertain = surplus.includes(0) || (await client.project(own.id, { signal }))?.annotations === own.annotations;
    return { fetched: stored, removed, seen: { newest: listing.newest, tasks: own.tasks, surplus: isCertain ? surplus : [] } };
  }

  /** `undefined` where Label Studio does not tell what was changed last. */
  async function fetchChanged(project: ProjectRecord, own: LabelStudioProject, before: Seen) {
    let { newest } = before;
    let isOrdered = before.newest > 0;
    if (!isOrdered || own.annotations === undefined) return undefined;
    const { stored } = await fetchHistory(
      { client, store, labelStudioId: own.id, projectId: project.id },
      {
        signal,
        isNewestFirst: true,
        listedSince: store.moment(),
        onPage({ changedAt = [] }) {
          const times = changedAt.map((at) => at ?? Number.NaN);
          isOrdered &&= times.every((at, n) => !Number.isNaN(at) && (n === 0 || at <= times[n - 1]!));
          newest = newestOf(changedAt, newest);
          // A change of the same moment may have been made after the comparison before.
          return isOrdered && (times.at(-1) ?? 0) >= before.newest;
        },
      },
    );
    return isOrdered ? { fetched: stored, seen: { ...before, newest, tasks: own.tasks ?? before.tasks } } : undefined;
  }

  function surplusOf(projectId: number, { annotations }: LabelStudioProject): readonly number[] {
    if (annotations === undefined) return [];
    const labelled = store.countAnnotations(projectId);
    return [annotations - labelled, annotations - labelled - store.countSkipped(projectId)];
  }

  /** Whether something has gone, or come, that the list of what was changed last did not show. */
  function hasGaps(projectId: number, own: LabelStudioProject, { surplus }: Seen): boolean {
    return !surplusOf(projectId, own).some((value, n) => value === surplus[n]);
  }

  return {
    begin(project) {
      if (signal.aborted || now() < (notBefore.get(project.id) ?? Number.NEGATIVE_INFINITY)) return false;
      notBefore.set(project.id, Number.POSITIVE_INFINITY);
      void compare(project.id);
      return true;
    },
    again: () => notBefore.clear(),
    compare,
    look(projectId) {
      for (const id of projectId === undefined ? works.keys() : [projectId]) hinted.add(id);
      if (signal.aborted || hinted.size === 0) return;
      gathering ??= setTimeout(() => {
        gathering = undefined;
        const projectIds = [...hinted];
        hinted.clear();
        void compareAll(projectIds);
      }, gatherMs).unref();
    },
    async close() {
      stop.abort();
      clearInterval(regular);
      clearTimeout(gathering);
      await Promise.all([...works.values()].map(({ running }) => running));
    },
  };
}

function newestOf(times: readonly (number | undefined)[], least: number): number {
  return times.reduce<number>((newest, at) => Math.max(newest, at ?? newest), least);
}
