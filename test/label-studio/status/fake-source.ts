import type { ProjectDetail } from "../../../src/label-studio/backend/project-detail.js";
import type { ServerTotals } from "../../../src/label-studio/backend/server-totals.js";
import type { ProjectStatus, StatusSnapshot, StatusSource } from "../../../src/label-studio/backend/status.js";
import type { EventRecord, TrainingRun, VersionRecord } from "../../../src/label-studio/state/records.js";

export const NOW = 1_790_000_000_000;
const MINUTE = 60_000;

function version(number: number, accuracy: number): VersionRecord {
  const metrics = {
    accuracy,
    macroF1: accuracy - 0.04,
    expectedCalibrationError: 0.09 - 0.01 * number,
    brierScore: 1 - accuracy,
  };
  return {
    ...{ projectId: 7, version: `v${number}`, folder: `models/7/v${number}`, labels: ["transfer", "balance"], metrics },
    ...{ trained: 50 * number, heldOut: 12 * number, createdAt: NOW - (6 - number) * 47 * MINUTE },
  };
}

const lastRun: TrainingRun = {
  ...{ id: 6, projectId: 7, status: "completed", cause: "START_TRAINING", version: "v5", message: undefined },
  ...{ startedAt: NOW - 50 * MINUTE, endedAt: NOW - 47 * MINUTE },
};

/** A project in the middle of its work; its title is markup, which must stay text. */
export const project: ProjectStatus = {
  otherNames: [],
  ...{ id: 7, title: "Bank intents <b>pilot</b>", hostname: "https://labels.example.org", project: "3.1790000000" },
  ...{
    annotations: 312,
    skipped: 0,
    comparison: undefined,
    newAnnotations: 20,
    modelVersion: "v5",
    isLoaded: true,
    training: { state: "idle" },
    lastRun,
  },
  versions: [version(5, 0.87), version(4, 0.85), version(3, 0.79), version(2, 0.71), version(1, 0.58)],
};

const events: readonly EventRecord[] = [
  {
    id: 5,
    at: NOW - 2 * MINUTE,
    projectId: 7,
    level: "info",
    message: "Scores of v5 were pushed: 688 new, 12 there already, 0 left out.",
  },
  { id: 4, at: NOW - 47 * MINUTE, projectId: 7, level: "info", message: "Training completed (v5)." },
  {
    ...{ id: 3, at: NOW - 95 * MINUTE, projectId: 7, level: "error" },
    message: "Training failed: the model's process ended (signal SIGKILL). There may be too little memory: lower batchSize.",
  },
  { id: 2, at: NOW - 3 * 60 * MINUTE, projectId: undefined, level: "warn", message: "5 labels are <unknown>" },
  { id: 1, at: NOW - 4 * 60 * MINUTE, projectId: 7, level: "info", message: "Training completed (v4)." },
];

const counts = {
  transfer: 81,
  balance: 74,
  "pay bill": 49,
  "freeze account": 41,
  "order checks": 38,
  "exchange rate": 29,
  "report fraud": 0,
};
const excerpts = [
  "could you move 200 over to the account my daughter and I share before friday please",
  "is there any money left in it",
  "what would I get for 40 pounds in dollars if I changed them today at the airport branch",
  "someone used my card in a shop where I have never been",
  "cheques",
];

/** More of {@link project}. */
export const detail: ProjectDetail = {
  ...{ id: 7, url: "https://labels.example.org/projects/3", runs: [lastRun], events },
  labels: {
    controls: [{ control: "intent", counts: Object.entries(counts).map(([label, annotations]) => ({ label, annotations })) }],
    ...{ skipped: 3, countedAt: NOW },
  },
  next: excerpts.map((excerpt, i) => ({
    ...{ task: 400 + i, score: 0.02 + 0.03 * i, predicted: [["transfer", "balance"][i % 2]!], excerpt },
    url: `https://labels.example.org/projects/3/data?task=${400 + i}`,
  })),
};

/** What the page shows, changed as a test likes. */
export class FakeSource implements StatusSource {
  readonly asked: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #enders = new Set<() => void>();
  #projects: readonly ProjectStatus[];
  #moment = 1;

  constructor(projects: readonly ProjectStatus[] = [project]) {
    this.#projects = projects;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  project(projectId: number): ProjectStatus | undefined {
    return this.#projects.find(({ id }) => id === projectId);
  }

  totals(): ServerTotals {
    const { queue, projectCount } = this.snapshot();
    return { queue, projects: projectCount, annotations: 0, modelsLoaded: 0, trainingsRunning: 0 };
  }

  snapshot(): StatusSnapshot {
    return {
      server: { startedAt: NOW - 5 * 60 * MINUTE, baseModel: "base-1f0c2ab4", memoryBytes: 300 * 1024 * 1024 },
      queue: { waiting: 3, running: 1, rejected: 0 },
      projects: this.#projects,
      projectCount: this.#projects.length,
      events: this.#projects.length === 0 ? [] : events,
      moment: this.#moment,
      settings: [
        { name: "score", value: "margin" },
        { name: "train-every", value: "50" },
        { name: "label-studio-url", value: "https://labels.example.org" },
      ],
    };
  }

  detail(id: number): Promise<ProjectDetail> | undefined {
    return this.#projects.some((known) => known.id === id) ? Promise.resolve({ ...detail, id }) : undefined;
  }

  train(id: number): void {
    this.asked.push(`train ${id}`);
    const steps = { phase: "training", step: 30, totalSteps: 100, loss: 0.5, remainingMs: 140_000 };
    this.change({ training: { state: "running", cause: "status page", startedAt: NOW - MINUTE, ...steps } });
  }

  cancel(id: number): void {
    this.asked.push(`cancel ${id}`);
    this.change({ training: { state: "idle" } });
  }

  async serve(id: number, version: string): Promise<void> {
    this.asked.push(`serve ${id} ${version}`);
    this.change({ modelVersion: version });
  }

  change(part: Partial<ProjectStatus>): void {
    this.#projects = this.#projects.map((known, i) => (i === 0 ? { ...known, ...part } : known));
    this.#moment++;
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onEnd(listener: () => void): () => void {
    this.#enders.add(listener);
    return () => this.#enders.delete(listener);
  }

  end(): void {
    for (const listener of this.#enders) listener();
  }
}
