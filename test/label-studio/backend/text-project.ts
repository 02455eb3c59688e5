import type { ProjectStatus } from "../../../src/label-studio/backend/status.js";
import { choicesRegion } from "../simulated/records.js";
import { eventually, type StartedServer } from "./started-server.js";

export const sentimentConfig = configOf(["Positive", "Negative"]);

export function configOf(labels: readonly string[]): string {
  const choices = labels.map((label) => `<Choice value="${label}"/>`).join("");
  return `<View><Text name="text" value="$text"/><Choices name="sentiment" toName="text">${choices}</Choices></View>`;
}

export interface ProjectSettings {
  readonly labelConfig?: string;
  readonly hostname?: string;
  /** Seconds since 1970. */
  readonly createdAt?: number;
  /** Further keys of the project in events. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface AnnotationFields {
  readonly id: number;
  readonly task?: number;
  /** None for an empty result. */
  readonly choice?: string;
  readonly text?: string;
  /** Milliseconds since 1970. */
  readonly updatedAt?: number;
  readonly user?: number;
  readonly skipped?: boolean;
  readonly groundTruth?: boolean;
}

const TEXTS = { Positive: "what a good and lovely day", Negative: "this is bad and awful" } as const;

/** A text of one of two easy classes, its own for each number. */
export function textOf(choice: keyof typeof TEXTS | (string & {}), number: number): string {
  return `${TEXTS[choice as keyof typeof TEXTS] ?? choice} ${number}`;
}

/** What Label Studio sends about one project of texts. */
export class TextProject {
  readonly key: string;
  readonly hostname: string;
  labelConfig: string;
  readonly #id: number;
  readonly #createdAt: number;
  readonly #fields: Readonly<Record<string, unknown>>;
  server: StartedServer;

  constructor(server: StartedServer, id: number, settings: ProjectSettings = {}) {
    const { labelConfig = sentimentConfig, hostname = "http://studio-a.example.org", createdAt = 1_700_000_000 } = settings;
    this.server = server;
    this.#id = id;
    this.#createdAt = createdAt;
    this.#fields = settings.fields ?? {};
    this.key = `${id}.${createdAt}`;
    this.hostname = hostname;
    this.labelConfig = labelConfig;
  }

  json() {
    const created_at = new Date(this.#createdAt * 1000 + 123).toISOString().replace("Z", "456Z");
    const { labelConfig: label_config } = this;
    return { id: this.#id, title: `Project ${this.#id}`, label_config, created_at, model_version: "", ...this.#fields };
  }

  setupBody() {
    const { key, labelConfig, hostname } = this;
    return { project: key, schema: labelConfig, hostname, access_token: "token-of-a-user", extra_params: null };
  }

  setup() {
    return this.server.call("POST", "/setup", { body: this.setupBody() });
  }

  /** The version that setup tells. */
  async version(): Promise<string> {
    return (await this.setup()).json.model_version as string;
  }

  predictBody(tasks: readonly unknown[]) {
    const { key: project, labelConfig: label_config, hostname } = this;
    return { tasks, project, label_config, params: { login: null, password: null, hostname, context: null } };
  }

  predict(tasks: readonly unknown[]) {
    return this.server.call("POST", "/predict", { body: this.predictBody(tasks) });
  }

  event(action: string, payload: object = {}) {
    return this.server.call("POST", "/webhook", { body: { action, ...payload, project: this.json() } });
  }

  annotation({ id, task = id, choice, text, updatedAt = 1_700_000_000_000 + id, user = 1, ...flags }: AnnotationFields) {
    const result = choice === undefined ? [] : [choicesRegion("sentiment", "text", [choice])];
    const annotation = {
      ...{ id, task, result, completed_by: user, was_cancelled: flags.skipped === true },
      ...{ ground_truth: flags.groundTruth === true, updated_at: new Date(updatedAt).toISOString(), lead_time: 1.5 },
    };
    return { annotation, task: { id: task, data: { text: text ?? textOf(choice ?? "neither", task) }, project: this.#id } };
  }

  created(fields: AnnotationFields) {
    return this.event("ANNOTATION_CREATED", this.annotation(fields));
  }

  updated(fields: AnnotationFields) {
    return this.event("ANNOTATION_UPDATED", this.annotation(fields));
  }

  /** One event for all. */
  bulk(fields: readonly AnnotationFields[]) {
    const all = fields.map((one) => this.annotation(one));
    return this.event("ANNOTATIONS_CREATED", {
      annotation: all.map(({ annotation }) => annotation),
      task: all.map(({ task }) => task),
    });
  }

  /** Annotations of both labels, by turns. */
  async label(count: number, { from = 1 } = {}) {
    return this.bulk(Array.from({ length: count }, (_, i) => ({ id: from + i, choice: i % 2 === 0 ? "Positive" : "Negative" })));
  }

  startTraining() {
    return this.event("START_TRAINING");
  }

  async status(): Promise<ProjectStatus> {
    const { projects } = await this.server.status();
    const found = projects.find(({ project, hostname }) => project === this.key && [this.hostname, ""].includes(hostname));
    if (found === undefined) throw new Error(`the server has no project ${this.key}`);
    return found;
  }

  /** When nothing is trained or waits any more, and a run after that one has ended and the answering version is the last one served. */
  async trained({ after = 0 } = {}): Promise<ProjectStatus> {
    return eventually(async () => {
      const status = await this.status();
      const { lastRun, training, modelVersion } = status;
      if (lastRun === undefined || lastRun.id <= after || lastRun.status === "running" || training.state !== "idle")
        return undefined;
      return lastRun.version === undefined || lastRun.version === modelVersion ? status : undefined;
    });
  }
}
