import { labelStudioProjectId } from "../api/label-studio-client.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { ScoredTask } from "../serving/scored-tasks.js";
import type { EventRecord, ProjectRecord, TrainingRun } from "../state/records.js";
import type { Store } from "../state/store.js";
import { labelCounts, type ProjectLabels } from "./label-counts.js";

/** A task to label soon. */
export interface NextTask extends ScoredTask {
  /** Where Label Studio shows it; none where its address is not known. */
  readonly url: string | undefined;
}

/** What the status page shows of the project that is open. Times are milliseconds since 1970. */
export interface ProjectDetail {
  readonly id: number;
  /** Its address in Label Studio. */
  readonly url: string | undefined;
  readonly labels: ProjectLabels;
  /** Tasks without a label that the version which answers is least sure of, the least sure one first, of those that it has predicted. */
  readonly next: readonly NextTask[];
  /** The last trainings, the newest first. */
  readonly runs: readonly TrainingRun[];
  /** The newest first: the project's own, and those of the server as a whole. */
  readonly events: readonly EventRecord[];
}

const NEXT = 10;
/** Looked at, since many of them may be labelled meanwhile. */
const LOOKED_AT = 200;
const RUNS = 20;
const EVENTS = 50;

/** Reads the details of projects. What it gives throws `E_STORE`. */
export function projectDetails({ store, models }: { readonly store: Store; readonly models: ProjectModels }) {
  const labels = labelCounts(store);
  return async (project: ProjectRecord): Promise<ProjectDetail> => {
    const { id } = project;
    const url = projectUrl(project);
    const candidates = models.nextTasks(id).slice(0, LOOKED_AT);
    const annotated = store.annotatedTasks(
      id,
      candidates.map(({ task }) => task),
    );
    return {
      ...{ id, url },
      labels: await labels.of(id),
      next: candidates
        .filter(({ task }) => !annotated.has(task))
        .slice(0, NEXT)
        .map((task) => ({ ...task, url: url && `${url}/data?task=${task.task}` })),
      runs: store.runs(id, RUNS),
      events: store
        .events(4 * EVENTS)
        .filter(({ projectId }) => projectId === undefined || projectId === id)
        .slice(0, EVENTS),
    };
  };
}

/** Only addresses of web pages become links. */
function projectUrl({ hostname, project }: ProjectRecord): string | undefined {
  if (!/^https?:\/\//i.test(hostname) || !URL.canParse(hostname) || !/^\d{1,15}\./.test(project)) return undefined;
  return `${hostname.replace(/\/+$/, "")}/projects/${labelStudioProjectId(project)}`;
}
