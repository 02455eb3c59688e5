import type { ChoicesControls } from "../contract/choices-controls.js";
import type { ModelParameters } from "../contract/model-parameters.js";
import type { AnsweredTasks } from "../contract/predict-tasks.js";
import type { JobStatus } from "./job-status.js";
import type { ControlLabels } from "./label-mapping.js";
import type { StatusSource } from "./status.js";

/**
 * The answers to the calls of Label Studio's contract: `fixedBackend` has one model as it is, `openBackend` a model for each project, trained as
 * labels come. `createApp` makes either an HTTP server.
 */
export interface Backend {
  /** The `model_class` of `/health`. */
  readonly modelClass: string;
  /** The answer to `/train`, which Label Studio no longer calls. */
  readonly trainMessage: string;
  /** Throws why calls cannot be answered yet: `/health` then says so. Without it they can. */
  readonly checkReady?: (() => void) | undefined;
  /**
   * The version that the next prediction will carry; it never waits for a model. Throws `E_LABEL_CONFIG` for an unusable configuration, and a 400
   * (`E_REQUEST`) where a project is needed and none came, and for parameters that make no sense.
   */
  setup(call: SetupCall): string;
  /** Predictions for the tasks, one each. Throws `E_LABEL_CONFIG`, `E_ABORTED`, `E_MODEL_HOST`, and a 503 (`E_BUSY`). */
  predict(call: PredictCall): Promise<AnsweredTasks>;
  /** Takes an event: when this resolves, it is on the disk, and nothing else was done yet. Throws `E_STORE`, and a 503 (`E_BUSY`, `E_CHECKPOINT`). */
  webhook(body: unknown): Promise<WebhookAnswer>;
  /** The versions of a project that can be asked for, the newest first; without a project those that answer. */
  versions(project?: { readonly project: string; readonly hostname?: string | undefined }): readonly string[];
  /** The controls that would be predicted, and those that would not. Throws `E_LABEL_CONFIG` where there are controls and none would be. */
  validate(labelConfig: string): ValidatedConfig;
  /** Calls about projects that are learned; none where nothing is. */
  readonly projects?: ProjectCalls | undefined;
  /** The contents of the status page, and its buttons; without it there is no page. */
  readonly status?: StatusSource | undefined;
  /** Begins the end: of the streams of status pages and of the loading of models, which would keep a server open that takes no more requests. */
  endStreams(): void;
  /** Ends what the backend has started. */
  close(): Promise<void>;
}

/** A labelling configuration that can be used. */
export interface ValidatedConfig extends Pick<ChoicesControls, "controls" | "skipped"> {
  /** What else a team should know of it; nothing by default. */
  readonly notes?: readonly string[] | undefined;
}

/** Calls about the projects of a backend that learns. Projects go by the names that Label Studio gives them. */
export interface ProjectCalls {
  /** How a training is, by the name that the event which started it was answered; `undefined` for none. */
  jobStatus(job: string): JobStatus | undefined;
  /** A project is no more: its training ends. Whether it was known. */
  deleted(project: string): boolean;
  /** Gives a project the model of another one, as a version of its own that serves; its name, or `undefined` where there is none to give. */
  duplicate(source: string, target: string): Promise<string | undefined>;
  /** The labels of a project, by the backend's own number, and what became of those of before. Throws a 404 (`E_NOT_FOUND`), `E_LABEL_CONFIG`. */
  labels(projectId: number): Promise<readonly ControlLabels[]>;
  /** Says what labels of before have become; null: their answers stay out. Throws a 404 (`E_NOT_FOUND`), and a 400 (`E_REQUEST`) for what cannot be. */
  mapLabels(
    projectId: number,
    mapping: { readonly control: string; readonly labels: Readonly<Record<string, string | null>> },
  ): void;
}

/** A backend that learns: it has a status page. */
export interface LearningBackend extends Backend {
  readonly projects: ProjectCalls;
  readonly status: StatusSource;
  /** How labels are learned, and why so, in one line. */
  readonly learns: string;
}

/** A call of `/setup`. */
export interface SetupCall {
  /** `"<id>.<created>"`, as Label Studio sends it. */
  readonly project: string | undefined;
  readonly hostname?: string | undefined;
  /** The host, with its port, that this server was called by. */
  readonly calledBy?: string | undefined;
  readonly labelConfig: string;
  /**
   * Parameters of the project's model, an object or JSON text of one, which stay until the next call that has some; null for none any more. `undefined` where the caller
   * says nothing of them.
   */
  readonly extraParams?: unknown;
  /** Called with what will not be predicted, while it can still be mended. */
  readonly onNote?: ((note: SetupNote) => void) | undefined;
}

/** A remark on a configuration: for the log. */
export interface SetupNote {
  readonly level: "info" | "warn";
  readonly message: string;
  /** The facts, for a log that keeps fields. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A call of `/predict`. */
export interface PredictCall {
  readonly project: string;
  readonly hostname?: string | undefined;
  readonly labelConfig: string;
  readonly tasks: readonly unknown[];
  /** Over those of the project. */
  readonly parameters?: ModelParameters | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The use that was made of an event. */
export interface WebhookAnswer {
  readonly action: string | undefined;
  /** The backend's own number of the project; `undefined` for an event that was ignored. */
  readonly projectId: number | undefined;
  /** Why a training was asked for, if one was. */
  readonly started: string | undefined;
  /** Faults of the event: for the log. */
  readonly problems: readonly string[];
  /** A message to the caller. */
  readonly message?: string | undefined;
}
