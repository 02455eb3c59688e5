import express, { type Express, type Request, type RequestHandler, type Response, Router } from "express";
import { rateLimit, type Store } from "express-rate-limit";
import type { Backend } from "../backend/backend.js";
import { type AppShellOptions, appShell, responseLog } from "./app-shell.js";
import { type BasicAuth, requireBasicAuth, requireWebhookSecret } from "./basic-auth.js";
import { HttpError, parseBody } from "./http-error.js";
import { predictRequest, setupRequest } from "./requests.js";
import { serverMetrics } from "./server-metrics.js";
import { statusPageHashes } from "./status-page.js";
import { statusRoutes } from "./status-routes.js";

export interface BackendAppOptions extends AppShellOptions {
  readonly backend: Backend;
  /** What `/health` reports; `"baaljs"` by default. */
  readonly modelClass?: string;
  /** Most tasks in one request; 10,000 by default. */
  readonly maxTasks?: number;
  /** Asked for on each call but `/health`, and `/webhook`, to which Label Studio does not send it. */
  readonly basicAuth?: BasicAuth;
  /** What events must carry in the header `x-baal-secret`, unless they carry basic auth. */
  readonly webhookSecret?: string;
  /** Failed requests per minute and address that are answered; 300 by default. */
  readonly failuresPerMinute?: number;
}

const CALLS =
  "GET /health, POST /setup, POST /predict, GET /versions, POST /webhook, POST /train, GET /status, GET /api/status, GET /metrics";

/** Label Studio's contract, and the pages for those who run the server. Health and setup never wait for a model. */
export function createBackendApp(options: BackendAppOptions): Express {
  return appShell(backendRouter(options), { ...options, calls: CALLS, inline: statusPageHashes });
}

function backendRouter(options: BackendAppOptions): Router {
  const { backend, modelClass = "baaljs", bodyLimit = "100mb", basicAuth, webhookSecret, failuresPerMinute = 300 } = options;
  const router = Router();
  const metrics = serverMetrics(() => backend.status.snapshot());
  // Whatever type the caller declares: a body that is no JSON is answered with a message that says so.
  const body = express.json({ limit: bodyLimit, type: () => true });
  router.use(metrics.observe);
  // Before the limit: whatever else goes wrong, predictions end where the health check fails.
  router.get("/health", (_, response) => {
    response.json({ status: "UP", model_class: modelClass });
  });
  router.use(limitFailures(failuresPerMinute));

  const secret: RequestHandler[] = webhookSecret === undefined ? [] : [requireWebhookSecret(webhookSecret, basicAuth)];
  router.post("/webhook", ...secret, body, (request, response) => answerWebhook(backend, request, response));
  if (basicAuth !== undefined) router.use(requireBasicAuth(basicAuth));
  router.get("/versions", (_, response) => {
    response.json({ versions: backend.versions() });
  });
  router.post("/setup", body, (request, response) => {
    const { schema, project, hostname } = parseBody(setupRequest, request.body, "/setup");
    if (project === null || project === undefined || project === "") {
      throw new HttpError(400, "E_REQUEST", "/setup got no project, as Label Studio sends it: nothing is set up.");
    }
    const call = { project: String(project), hostname: hostname ?? undefined, labelConfig: schema ?? "" };
    response.json({ model_version: backend.setup(call) });
  });
  router.post("/predict", body, (request, response) => answerPredict(options, request, response));
  router.post("/train", body, (_, response) => {
    const message = "Labels come as events: connect the webhook, or press Start training in the model's settings.";
    response.json({ status: "ignored", message });
  });
  // Calls that need no answer of their own.
  for (const path of ["/job_status", "/validate", "/delete", "/duplicate_model"]) {
    router.post(path, (_, response) => {
      response.json({ status: "ok" });
    });
  }
  router.get("/metrics", metrics.answer);
  router.use(statusRoutes(backend.status));
  // Programs that ask for "/" want to know whether the server is up.
  router.get("/", (_, response) => {
    response.json({ status: "UP", model_class: modelClass });
  });
  return router;
}

function answerWebhook(backend: Backend, request: Request, response: Response): void {
  const { action, projectId, started, problems } = backend.webhook(request.body);
  const log = responseLog(response).child({ action, projectId });
  if (problems.length > 0) log.warn({ problems }, "parts of an event could not be used");
  log.debug({ started }, "event");
  response.json({
    status: projectId === undefined ? "ignored" : "ok",
    ...(started !== undefined && { job: `training ${projectId}` }),
  });
}

async function answerPredict(
  { backend, maxTasks = 10_000 }: BackendAppOptions,
  request: Request,
  response: Response,
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
  const { results, mismatches, problems, skipped } = await backend.predict({
    ...{ tasks, labelConfig: label_config, signal: abort.signal },
    project: projectKey(project),
    hostname: params?.hostname ?? undefined,
  });
  for (const mismatch of mismatches) log.warn(mismatch);
  if (skipped.length > 0) log.info({ skipped }, "controls that are not predicted");
  if (problems.length > 0) {
    log.warn({ problems: problems.slice(0, 20), count: problems.length }, "some tasks got an empty or incomplete prediction");
  }
  response.json({ results });
}

/** Label Studio always names the project; other callers share one. */
function projectKey(project: string | number | null | undefined): string {
  return project === null || project === undefined || project === "" ? "0." : String(project);
}

const WINDOW_MS = 60_000;

/** Whoever is refused again and again is no Label Studio: guessing passwords becomes slow, and the log stays readable. */
function limitFailures(limit: number): RequestHandler {
  return rateLimit({
    ...{ windowMs: WINDOW_MS, limit, skipSuccessfulRequests: true, standardHeaders: "draft-8", legacyHeaders: false },
    store: windowCounts(WINDOW_MS),
    // A full queue or a failing model is no fault of the caller's.
    requestWasSuccessful: (_, { statusCode }) => statusCode < 400 || statusCode >= 499,
    // A label stream behind a proxy comes from one address: the server is told about proxies by nobody.
    validate: { xForwardedForHeader: false },
    handler: () => {
      throw new HttpError(429, "E_BUSY", "Too many failed requests from this address: wait a minute.", {
        headers: { "Retry-After": "60" },
      });
    },
  });
}

interface Count {
  hits: number;
  /** By the clock that never jumps. */
  until: number;
}

/** So many addresses may be known before those are forgotten whose time is over. */
const MANY = 1000;

/** Counts per address and window of time. The library's own counts go by the machine's clock: set back by an hour, it refuses for an hour. */
export function windowCounts(windowMs: number, now: () => number = () => performance.now()): Store {
  const counts = new Map<string, Count>();
  const current = (key: string): Count => {
    const known = counts.get(key);
    if (known !== undefined && now() < known.until) return known;
    if (counts.size >= MANY) for (const [other, { until }] of counts) if (now() >= until) counts.delete(other);
    const made = { hits: 0, until: now() + windowMs };
    counts.set(key, made);
    return made;
  };
  return {
    localKeys: true,
    increment(key) {
      const count = current(key);
      count.hits++;
      return { totalHits: count.hits, resetTime: new Date(Date.now() + count.until - now()) };
    },
    decrement(key) {
      const count = current(key);
      count.hits = Math.max(0, count.hits - 1);
    },
    resetKey: (key) => void counts.delete(key),
  };
}
