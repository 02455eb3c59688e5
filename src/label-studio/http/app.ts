import express, { type Request, type RequestHandler, type Response, Router } from "express";
import type { Backend } from "../backend/backend.js";
import { type FixedBackendOptions, fixedBackend } from "../backend/fixed-backend.js";
import { HttpError } from "../contract/http-error.js";
import type { Predictor } from "../contract/predictor.js";
import type { AppOptions, LabelStudioApp } from "./app-options.js";
import { appShell, responseLog } from "./app-shell.js";
import { requireBasicAuth, requireWebhookSecret } from "./basic-auth.js";
import { limitFailures } from "./limit-failures.js";
import { parseBody, predictRequest, setupRequest } from "./requests.js";
import { serverMetrics } from "./server-metrics.js";
import { statusPageHashes } from "./status-page.js";
import { statusRoutes } from "./status-routes.js";

const CALLS = "GET /health, POST /setup, POST /predict, GET /versions, POST /webhook, POST /train, GET /metrics";
const STATUS_CALLS = "GET /status, GET /api/status";

/**
 * An ML backend as Label Studio calls it, from `fixedBackend` or `openBackend`, and the pages for those who run it. Health and setup never
 * wait for a model. The backend stays the caller's, who closes it when the server has ended.
 *
 * @example
 * ```ts no-run=server
 * import { createApp, openBackend } from "baaljs/label-studio";
 *
 * const backend = await openBackend({ dataDir: "state", model: "my-model" });
 * const app = createApp(backend, { basicAuth: { user: "label-studio", password: "choose-one" } });
 * app.listen(9090); // or below a path of your own Express app: express().use("/ml", app)
 * ```
 */
export function createApp(backend: Backend, options: AppOptions = {}): LabelStudioApp {
  const calls = backend.status === undefined ? CALLS : `${CALLS}, ${STATUS_CALLS}`;
  return appShell(appRoutes(backend, options), { ...options, calls, inline: statusPageHashes });
}

/** {@link AppOptions} with the backend. */
export interface BackendAppOptions extends AppOptions {
  readonly backend: Backend;
}

/** {@link createApp} with everything in one object. */
export function createBackendApp({ backend, ...options }: BackendAppOptions): LabelStudioApp {
  return createApp(backend, options);
}

/** {@link FixedBackendOptions} and {@link AppOptions} with the predictor. */
export interface LabelStudioAppOptions extends FixedBackendOptions, AppOptions {
  readonly predictor: Predictor;
}

/**
 * {@link createApp} of a {@link fixedBackend}: a model as it is, for the classification of texts or images with Choices. Basic auth is asked
 * for on `/health`, too, unless `openHealth` says otherwise. Throws `E_ARGUMENT` for options out of range.
 */
export function createLabelStudioApp({ predictor, openHealth = false, ...options }: LabelStudioAppOptions): LabelStudioApp {
  return createApp(fixedBackend(predictor, options), { ...options, openHealth });
}

function appRoutes(backend: Backend, options: AppOptions): Router {
  const { modelClass = backend.modelClass, bodyLimit = "100mb", openHealth = true, failuresPerMinute = 300 } = options;
  const { basicAuth, webhookSecret } = options;
  const { status } = backend;
  const router = Router();
  const metrics = serverMetrics(status && (() => status.snapshot()));
  // Whatever type the caller declares: a body that is no JSON is answered with a message that says so.
  const body = express.json({ limit: bodyLimit, type: () => true });
  const health: RequestHandler = (_, response) => {
    response.json({ status: "UP", model_class: modelClass });
  };
  router.use(metrics.observe);
  // Before the limit: whatever else goes wrong, predictions end where the health check fails.
  if (openHealth) router.get("/health", health);
  router.use(limitFailures(failuresPerMinute));

  const secret: RequestHandler[] = webhookSecret === undefined ? [] : [requireWebhookSecret(webhookSecret, basicAuth)];
  router.post("/webhook", ...secret, body, (request, response) => answerWebhook(backend, request, response));
  if (basicAuth !== undefined) router.use(requireBasicAuth(basicAuth));
  router.get("/health", health);
  router.get("/versions", (_, response) => {
    response.json({ versions: backend.versions() });
  });
  router.post("/setup", body, (request, response) => answerSetup(backend, request, response));
  router.post("/predict", body, (request, response) => answerPredict(backend, options, { request, response }));
  router.post("/train", body, (_, response) => {
    responseLog(response).warn(backend.trainMessage);
    response.json({ status: "ignored", message: backend.trainMessage });
  });
  // Calls that need no answer of their own.
  for (const path of ["/job_status", "/validate", "/delete", "/duplicate_model"]) {
    router.post(path, (_, response) => {
      response.json({ status: "ok" });
    });
  }
  router.get("/metrics", metrics.answer);
  if (status) router.use(statusRoutes(status));
  // Programs that ask for "/" want to know whether the server is up.
  router.get("/", health);
  return router;
}

function answerWebhook(backend: Backend, request: Request, response: Response): void {
  const { action, projectId, started, problems, message } = backend.webhook(request.body);
  const log = responseLog(response).child({ action, projectId });
  if (problems.length > 0) log.warn({ problems }, "parts of an event could not be used");
  log.debug({ started }, "event");
  const job = started === undefined ? undefined : `training ${projectId}`;
  response.json({ status: projectId === undefined ? "ignored" : "ok", job, message });
}

function answerSetup(backend: Backend, request: Request, response: Response): void {
  const { schema, project, hostname } = parseBody(setupRequest, request.body, "/setup");
  const log = responseLog(response).child({ project });
  const version = backend.setup({
    project: projectKey(project),
    hostname: hostname ?? undefined,
    labelConfig: schema ?? "",
    onNote: ({ level, message, fields }) => log[level](fields, message),
  });
  response.json({ model_version: version });
}

async function answerPredict(
  backend: Backend,
  { maxTasks = 10_000 }: AppOptions,
  { request, response }: { readonly request: Request; readonly response: Response },
): Promise<void> {
  const { tasks, label_config, project, params } = parseBody(predictRequest, request.body, "/predict");
  if (tasks.length > maxTasks) {
    throw new HttpError(413, "E_REQUEST", `At most ${maxTasks} tasks are predicted at once, ${tasks.length} came: select fewer.`);
  }
  const abort = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  const log = responseLog(response).child({ project, tasks: tasks.length });
  const { results, controls, mismatches, problems, skipped } = await backend.predict({
    ...{ tasks, labelConfig: label_config, signal: abort.signal },
    // Label Studio always names the project; other callers share one.
    project: projectKey(project) ?? "0.",
    hostname: params?.hostname ?? undefined,
  });
  for (const mismatch of mismatches) log.warn(mismatch);
  if (controls.length === 0) {
    log.warn({ skipped }, "no control of the labelling configuration can be predicted: all results are empty");
  } else if (skipped.length > 0) log.info({ skipped }, "controls that are not predicted");
  if (problems.length > 0) {
    log.warn({ problems: problems.slice(0, 20), count: problems.length }, "some tasks got an empty or incomplete prediction");
  }
  response.json({ results });
}

function projectKey(project: string | number | null | undefined): string | undefined {
  return project === null || project === undefined || project === "" ? undefined : String(project);
}
