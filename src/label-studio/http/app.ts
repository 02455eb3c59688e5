import { type Request, type RequestHandler, type Response, Router } from "express";
import type { Backend } from "../backend/backend.js";
import { type FixedBackendOptions, fixedBackend } from "../backend/fixed-backend.js";
import { jobName } from "../backend/job-status.js";
import type { Predictor } from "../contract/predictor.js";
import { answerPredict } from "./answer-predict.js";
import type { AppOptions, LabelStudioApp } from "./app-options.js";
import { appShell, responseLog } from "./app-shell.js";
import { checkCredentials, requireBasicAuth, requireWebhookSecret } from "./basic-auth.js";
import { checkSites } from "./call-sites.js";
import { shortened } from "./error-texts.js";
import { byteSize, jsonBody, requireJson } from "./json-body.js";
import { labelRoutes } from "./label-routes.js";
import { parseBody, projectKey, setupRequest } from "./requests.js";
import { sdkRoutes } from "./sdk-routes.js";
import { serverMetrics } from "./server-metrics.js";
import { pageSources } from "./status-page.js";
import { statusRoutes } from "./status-routes.js";

const CALLS =
  "GET /health, POST /setup, POST /predict, GET /versions, POST /webhook, POST /train, POST /validate, POST /job_status, GET /metrics";
const STATUS_CALLS = "GET /status, GET /api/status";

/**
 * An ML backend as Label Studio calls it, from `fixedBackend` or `openBackend`, and the pages for those who run it. Health and setup never
 * wait for a model. The backend stays the caller's, who closes it when the server has ended. Throws `E_ARGUMENT` for options out of range, and for
 * credentials that are empty or undefined.
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
  return appShell(appRoutes(backend, options), { ...options, calls, pageSources });
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
 * {@link createApp} of a {@link fixedBackend}: a model as it is, for the classification of texts or images with Choices. Throws `E_ARGUMENT`
 * for options out of range.
 */
export function createLabelStudioApp({ predictor, ...options }: LabelStudioAppOptions): LabelStudioApp {
  return createApp(fixedBackend(predictor, options), options);
}

/** A configuration has at most a million characters, which JSON may write with six each. */
const CONFIG_BYTES = 8 * 1024 ** 2;

function appRoutes(backend: Backend, options: AppOptions): Router {
  checkCredentials(options);
  const { modelClass = backend.modelClass, openHealth = false, failuresPerMinute = 300 } = options;
  const { basicAuth, webhookSecret, hosts, maxTasks = 100_000 } = options;
  const { status } = backend;
  const router = Router();
  const metrics = serverMetrics(status && (() => status.totals()));
  const large = jsonBody({ maxBytes: byteSize(options.bodyLimit ?? "100mb"), maxItems: maxTasks });
  const small = jsonBody({ maxBytes: CONFIG_BYTES, maxItems: 1000 });
  const health: RequestHandler = (_, response) => {
    backend.checkReady?.();
    response.json({ status: "UP", model_class: modelClass });
  };
  router.use(metrics.observe, checkSites(hosts), requireJson);
  if (openHealth) router.get("/health", health);
  const secret: RequestHandler[] = webhookSecret === undefined ? [] : [requireWebhookSecret(webhookSecret, basicAuth)];
  router.post("/webhook", ...secret, large, (request, response) => answerWebhook(backend, request, response));
  if (basicAuth !== undefined) router.use(requireBasicAuth(basicAuth, { failuresPerMinute }));
  router.get("/health", health);
  router.post("/setup", small, (request, response) => answerSetup(backend, request, response));
  router.post("/predict", large, (request, response) => answerPredict(backend, request, response));
  router.post("/train", (_, response) => {
    responseLog(response).warn(backend.trainMessage);
    response.json({ status: "ignored", message: backend.trainMessage });
  });
  router.use(sdkRoutes(backend, small));
  router.get("/metrics", metrics.answer);
  if (status) router.use(statusRoutes(status));
  if (backend.projects) router.use(labelRoutes(backend.projects, small));
  // Programs that ask for "/" want to know whether the server is up.
  router.get("/", health);
  return router;
}

async function answerWebhook(backend: Backend, request: Request, response: Response): Promise<void> {
  const { action, projectId, started, problems, message } = await backend.webhook(request.body);
  const log = responseLog(response).child({ action, projectId });
  if (problems.length > 0) log.warn({ problems }, "parts of an event could not be used");
  log.debug({ started }, "event");
  const job = started === undefined || projectId === undefined ? undefined : jobName(projectId);
  response.json({ status: projectId === undefined ? "ignored" : "ok", job, message });
}

function answerSetup(backend: Backend, request: Request, response: Response): void {
  const { schema, project, hostname, extra_params: extraParams } = parseBody(setupRequest, request.body, "/setup");
  const log = responseLog(response).child({ project });
  const version = backend.setup({
    project: projectKey(project),
    hostname: hostname ?? undefined,
    calledBy: request.get("host"),
    labelConfig: schema ?? "",
    extraParams,
    onNote: ({ level, message, fields }) => log[level](fields, shortened(message)),
  });
  response.json({ model_version: version });
}
