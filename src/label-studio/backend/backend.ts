import type { Logger } from "pino";
import { errorMessage } from "../../errors.js";
import { fetchHistory } from "../api/history.js";
import type { LabelStudioClient, ProjectSampling } from "../api/label-studio-client.js";
import { pushScores } from "../api/push-scores.js";
import { fittingControls } from "../fitting-controls.js";
import type { ProjectPredictions } from "../serving/project-model.js";
import type { ProjectModels } from "../serving/project-models.js";
import type { ProjectRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { StatusSource } from "../status/status-routes.js";
import { type StartPolicy, startPolicy } from "../training/start-policy.js";
import type { TrainingQueue } from "../training/training-queue.js";
import { type AppliedWebhook, applyWebhook } from "./apply-webhook.js";
import { backendStatus } from "./backend-status.js";
import { projectOfCall } from "./find-project.js";

export interface BackendParts {
  readonly store: Store;
  readonly models: ProjectModels;
  readonly trainings: TrainingQueue;
  readonly logger: Logger;
  /** Name of the base model, for the status page. */
  readonly baseModel: string;
  readonly policy?: StartPolicy;
  /** With it, annotations from before the server are fetched, and scores are pushed after each training. */
  readonly labelStudio?: { readonly client: LabelStudioClient; readonly sampling?: ProjectSampling };
}

/** What the calls of Label Studio's contract do, for any number of projects. */
export interface Backend {
  /** Remembers the configuration. What the next prediction will carry; it never waits for a model. */
  setup(call: { readonly project: string; readonly hostname?: string | undefined; readonly labelConfig: string }): string;
  predict(call: PredictCall): Promise<ProjectPredictions>;
  /** What it returned is on the disk. */
  webhook(body: unknown): AppliedWebhook;
  /** Versions of a project, or of all. */
  versions(): readonly string[];
  readonly status: StatusSource;
  /** Cancels trainings and ends the models' processes. The store is the caller's to close. */
  close(): Promise<void>;
}

export interface PredictCall {
  readonly project: string;
  readonly hostname?: string | undefined;
  readonly labelConfig: string;
  readonly tasks: readonly unknown[];
  readonly signal?: AbortSignal;
}

export function createBackend(parts: BackendParts): Backend {
  const { store, models, trainings, logger } = parts;
  const policy = startPolicy(parts.policy);
  const pushes = new Map<number, AbortController>();
  const fetched = new Set<number>();
  const status = backendStatus(parts);

  const failed = (projectId: number, what: string) => (error: unknown) => {
    const message = `${what}: ${errorMessage(error)}`;
    logger.warn({ projectId }, message);
    store.logEvent({ projectId, level: "warn", message });
  };

  /** Annotations that were made before this server was connected. */
  function fetchEarlier(project: ProjectRecord): void {
    const { client } = parts.labelStudio ?? {};
    if (!client || fetched.has(project.id) || store.countAnnotations(project.id) > 0) return;
    fetched.add(project.id);
    fetchHistory({ client, store, labelStudioId: labelStudioId(project), projectId: project.id })
      .then(
        ({ stored }) =>
          stored > 0 &&
          store.logEvent({
            projectId: project.id,
            level: "info",
            message: `${stored} annotations were fetched from Label Studio.`,
          }),
      )
      .catch(failed(project.id, "Annotations from before could not be fetched from Label Studio"));
  }

  /** Lets the new version answer, and gives the pool its scores. */
  async function afterTraining(projectId: number): Promise<void> {
    await models.of(projectId).refresh();
    status.changed();
    const project = store.projectById(projectId);
    if (!parts.labelStudio || !project || project.servingVersion === undefined) return;
    const { client, sampling } = parts.labelStudio;
    pushes.get(projectId)?.abort();
    const controller = new AbortController();
    pushes.set(projectId, controller);
    const { signal } = controller;
    const pushed = await models.of(projectId).withTaskModel((model, settings) => {
      const { controls } = fittingControls(project.labelConfig, model.kind);
      const target = { client, labelStudioId: labelStudioId(project), controls, model };
      return pushScores(target, { ...settings, signal, ...(sampling && { sampling }) });
    });
    const { created, present, failed: left } = pushed;
    const message = `Scores of ${project.servingVersion} were pushed: ${created} new, ${present} there already, ${left} left out.`;
    store.logEvent({ projectId, level: "info", message });
    status.changed();
  }

  const unsubscribe = trainings.subscribe((event) => {
    status.changed();
    if (event.type !== "ended") return;
    const { projectId, end } = event;
    const told = `Training ${end.status}${end.version === undefined ? "" : ` (${end.version})`}${end.message === undefined ? "." : `: ${end.message}`}`;
    logger[end.status === "failed" ? "error" : "info"]({ projectId, ...end }, "training ended");
    store.logEvent({ projectId, level: end.status === "failed" ? "error" : "info", message: told });
    if (end.status === "completed")
      afterTraining(projectId).catch(failed(projectId, "The scores of the new version could not be pushed"));
  });

  return {
    status,
    setup({ project: key, hostname, labelConfig }) {
      const project = projectOfCall(store, { project: key, hostname });
      // Label Studio sets up with an empty view before there are labels.
      const isNew = labelConfig !== "" && store.saveConfig(project.id, { labelConfig });
      if (isNew) status.changed();
      fetchEarlier(project);
      return models.of(project.id).modelVersion;
    },
    predict({ project, hostname, ...request }) {
      return models.of(projectOfCall(store, { project, hostname }).id).predict(request);
    },
    webhook(body) {
      const request = (projectId: number, cause: string) => trainings.request(projectId, cause);
      const applied = applyWebhook(body, { store, policy, request });
      status.changed();
      return applied;
    },
    versions: () => [...new Set(store.projects().map(({ id }) => models.of(id).modelVersion))],
    async close() {
      unsubscribe();
      for (const controller of pushes.values()) controller.abort();
      await trainings.shutdown();
      await models.close();
    },
  };
}

/** Label Studio's number, in front of the dot. */
function labelStudioId({ project }: ProjectRecord): number {
  return Number.parseInt(project, 10);
}
