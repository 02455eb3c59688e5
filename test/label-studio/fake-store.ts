import { BaalError } from "../../src/core/errors.js";
import type {
  AnnotationRecord,
  EventRecord,
  ProjectRecord,
  TrainingRun,
  VersionRecord,
} from "../../src/label-studio/state/records.js";
import type { Store } from "../../src/label-studio/state/store.js";

type FakedStore = Pick<
  Store,
  | "folder"
  | "projectById"
  | "annotations"
  | "labelMapping"
  | "versions"
  | "addVersion"
  | "serve"
  | "addTrainingRequest"
  | "removeTrainingRequest"
  | "trainingRequests"
  | "beginRun"
  | "endRun"
  | "runs"
  | "logEvent"
  | "events"
>;

export interface FakeStore extends FakedStore {
  readonly project: ProjectRecord;
  save(annotations: readonly AnnotationRecord[]): void;
  configure(labelConfig: string): void;
}

/** One project, number 1, in memory; runs may be of any project. */
export function fakeStore({ folder = "/nowhere", labelConfig = "" } = {}): FakeStore {
  let project: ProjectRecord = {
    ...{ id: 1, hostname: "http://label-studio:8080", project: "1.1700000000", title: "Fake" },
    ...{ labelConfig, servingVersion: undefined, createdAt: 0 },
  };
  let annotations: AnnotationRecord[] = [];
  const versions: VersionRecord[] = [];
  const runs: TrainingRun[] = [];
  const requests = new Map<number, string>();
  const events: EventRecord[] = [];
  return {
    folder,
    get project() {
      return project;
    },
    save(added) {
      annotations = [...annotations, ...added];
    },
    configure(config) {
      project = { ...project, labelConfig: config };
    },
    projectById: (id) => (id === project.id ? project : undefined),
    annotations: () => [...annotations],
    labelMapping: () => [],
    versions: () => [...versions],
    addVersion: (version) => void versions.push(version),
    serve(_, version) {
      if (version !== undefined && !versions.some((known) => known.version === version))
        throw new BaalError("E_ARGUMENT", `no version ${version}`);
      project = { ...project, servingVersion: version };
    },
    addTrainingRequest: ({ projectId, cause }) => void requests.set(projectId, requests.get(projectId) ?? cause),
    removeTrainingRequest: (projectId) => void requests.delete(projectId),
    trainingRequests: () => [...requests].map(([projectId, cause]) => ({ projectId, cause })),
    beginRun(projectId, cause) {
      const begun = {
        status: "running",
        startedAt: runs.length,
        endedAt: undefined,
        version: undefined,
        message: undefined,
      } as const;
      const run: TrainingRun = { ...begun, id: runs.length + 1, projectId, cause };
      runs.push(run);
      return run;
    },
    endRun(id, end) {
      const run = runs[id - 1];
      if (run?.status !== "running") throw new BaalError("E_ARGUMENT", `run ${id} is not running`);
      runs[id - 1] = { ...run, endedAt: 0, ...end };
    },
    runs: (projectId, limit) =>
      runs
        .filter((run) => run.projectId === projectId)
        .reverse()
        .slice(0, limit),
    logEvent: (event) => void events.push({ ...event, id: events.length + 1, at: 0 }),
    events: (limit) => [...events].reverse().slice(0, limit),
  };
}
