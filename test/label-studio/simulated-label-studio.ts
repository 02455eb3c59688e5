import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Request, type Response, Router } from "express";
import { createRandom } from "../../src/core/random.js";
import { takesJson } from "./images/image-files.js";
import { type Fault, faults } from "./simulated/faults.js";
import { type ProjectOptions, SimulatedProject } from "./simulated/project.js";
import { isoTime } from "./simulated/records.js";
import { LEGACY_TOKEN, PERSONAL_TOKEN, type SimulatedTokens, simulatedTokens } from "./simulated/tokens.js";
import { type SimulatedWebhooks, simulatedWebhooks } from "./simulated/webhooks.js";

export type { Fault } from "./simulated/faults.js";
export type { ProjectOptions, SimulatedProject } from "./simulated/project.js";
export { choicesRegion } from "./simulated/records.js";

export interface SimulatedLabelStudioOptions {
  /** Milliseconds since 1970; the machine's clock by default. */
  readonly now?: () => number;
  /** Of the label streams' random order. */
  readonly seed?: number;
  /** As on SQLite: what is new gets the highest number that is there, and one more. */
  readonly reusesNumbers?: boolean;
  /** A path before everything, such as `/studio`. */
  readonly prefix?: string;
}

export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly authorization: string | undefined;
}

export interface SimulatedLabelStudio {
  readonly url: string;
  readonly legacyToken: string;
  readonly personalToken: string;
  readonly tokens: SimulatedTokens;
  readonly webhooks: SimulatedWebhooks;
  readonly seen: readonly SeenRequest[];
  /** API requests that were answered at the same time, at most. */
  readonly mostAtOnce: () => number;
  createProject(options: ProjectOptions): SimulatedProject;
  /** Deletes a project, with its webhooks; nobody is told. */
  deleteProject(id: number): void;
  /** A file such as `/data/upload/1/a.png`, for those with a token. */
  addFile(path: string, bytes: Uint8Array): void;
  fail(fault: Fault): void;
  /** Ends all faults. */
  heal(): void;
  close(): Promise<void>;
}

/**
 * Stands for a Label Studio: its REST API as far as a backend uses it, and projects whose users label, train and retrieve predictions
 * (see `SimulatedProject`). Listens on a free port of this machine.
 */
export async function simulatedLabelStudio(options: SimulatedLabelStudioOptions = {}): Promise<SimulatedLabelStudio> {
  const { now = Date.now, seed = 1, prefix = "", reusesNumbers = false } = options;
  const tokens = simulatedTokens(now);
  const broken = faults();
  const seen: SeenRequest[] = [];
  const projects = new Map<number, SimulatedProject>();
  const files = new Map<string, Uint8Array>();
  const webhooks = simulatedWebhooks();
  const ids = { task: 0, annotation: 0, prediction: 0 };
  const load = { now: 0, most: 0 };

  const app = express();
  app.use((request, response, next) => {
    const { method, originalUrl: url } = request;
    seen.push({ method, url, authorization: request.get("authorization") });
    load.most = Math.max(load.most, ++load.now);
    response.once("close", () => load.now--);
    next();
  });
  app.use(
    prefix,
    broken.handler,
    express.json({ limit: "100mb" }),
    tokenRoutes(tokens),
    webhooks.routes,
    apiRoutes(projects),
    fileRoutes(files),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  const nextId = (kind: keyof typeof ids) => {
    if (reusesNumbers && kind !== "prediction") {
      const tasks = [...projects.values()].flatMap((project) => project.tasks);
      const present = kind === "task" ? tasks : tasks.flatMap(({ annotations }) => annotations);
      ids[kind] = present.reduce((most, { id }) => Math.max(most, id), 0);
    }
    return ++ids[kind];
  };
  /** SQLite gives the number behind the highest that is there: those of deleted rows come back. */
  const freeNumbers = () => {
    const tasks = [...projects.values()].flatMap(({ tasks: own }) => own);
    ids.task = Math.max(0, ...tasks.map(({ id }) => id));
    ids.annotation = Math.max(0, ...tasks.flatMap(({ annotations }) => annotations.map(({ id }) => id)));
  };
  const studio = {
    freeNumbers,
    hostname: url,
    now,
    webhooks,
    random: createRandom(seed),
    nextId,
  };

  return {
    url,
    legacyToken: LEGACY_TOKEN,
    personalToken: PERSONAL_TOKEN,
    tokens,
    webhooks,
    seen,
    mostAtOnce: () => load.most,
    createProject(project) {
      const created = new SimulatedProject(Math.max(0, ...projects.keys()) + 1, project, studio);
      projects.set(created.id, created);
      return created;
    },
    deleteProject(id) {
      projects.delete(id);
      freeNumbers();
      webhooks.all.splice(0, webhooks.all.length, ...webhooks.all.filter(({ project }) => project !== id));
    },
    addFile: (path, bytes) => void files.set(path, bytes),
    fail: broken.add,
    heal: broken.clear,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tokenRoutes(tokens: SimulatedTokens): Router {
  const router = Router();
  router.post("/api/token/refresh/", (request, response) => {
    const access = tokens.refresh((request.body as { refresh?: unknown }).refresh);
    if (access === undefined) response.status(401).json({ detail: "Token is invalid", code: "token_not_valid" });
    else response.json({ access });
  });
  router.use((request, response, next) => {
    const detail = tokens.refusal(request.get("authorization"));
    if (detail === undefined) next();
    else response.status(401).json({ id: "0", status_code: 401, version: "1.24.0", detail, exc_info: null });
  });
  return router;
}

function apiRoutes(projects: ReadonlyMap<number, SimulatedProject>): Router {
  const router = Router();
  router.get("/api/current-user/whoami", (_, response) => {
    response.json({ id: 1, email: "annotator@example.org", username: "annotator" });
  });
  router.get("/api/projects/:id", (request, response) => {
    withProject(projects, request.params.id, response, (project) => response.json(project.json()));
  });
  router.patch("/api/projects/:id", (request, response) => {
    withProject(projects, request.params.id, response, (project) => {
      const fault = project.change(request.body as { model_version?: string; sampling?: string });
      if (fault === undefined) response.json(project.json());
      else response.status(400).json({ detail: "Validation error", validation_errors: { non_field_errors: [fault] } });
    });
  });
  router.get("/api/projects/:id/export", (request, response) => {
    withProject(projects, request.params.id, response, (project) => {
      response.json(project.tasks.filter(({ annotations }) => annotations.length > 0).map((task) => project.taskJson(task)));
    });
  });
  router.get("/api/tasks", (request, response) => {
    return withProject(projects, String(request.query["project"]), response, (project) => taskPage(project, request, response));
  });
  router.post("/api/projects/:id/import/predictions", (request, response) => {
    withProject(projects, request.params.id, response, (project) => {
      const made = project.importPredictions(request.body as readonly unknown[]);
      if (typeof made === "number") response.status(201).json({ created: made });
      else response.status(400).json({ detail: "Validation error", validation_errors: { non_field_errors: made } });
    });
  });
  router.get("/api/projects/:id/model-versions/", (request, response) => {
    withProject(projects, request.params.id, response, (project) => {
      const { extended, include_live_models: withLive } = request.query;
      const counts = project.modelVersions();
      if (extended !== "true") return response.json(Object.fromEntries(counts));
      const stored = [...counts].map(([model_version, count]) => ({ model_version, count, latest: isoTime(0) }));
      return response.json({ static: stored, live: withLive === "true" ? project.backendsJson() : null });
    });
  });
  router.delete("/api/projects/:id/model-versions/", (request, response) => {
    withProject(projects, request.params.id, response, (project) => {
      const { model_version: version } = (request.body ?? {}) as { readonly model_version?: string };
      if (version === undefined) response.status(400).json({ detail: "model_version param is required" });
      else response.json({ deleted_predictions: project.deletePredictions(version) });
    });
  });
  return router;
}

function withProject(
  projects: ReadonlyMap<number, SimulatedProject>,
  id: string,
  response: Response,
  answer: (project: SimulatedProject) => unknown,
): unknown {
  const project = projects.get(Number(id));
  return project === undefined ? response.status(404).json({ detail: "No Project matches the given query." }) : answer(project);
}

async function taskPage(project: SimulatedProject, { query }: Request, response: Response): Promise<void> {
  const page = Number(query["page"] ?? 1);
  const size = Number(query["page_size"] ?? 100);
  const { ordering = [] } = JSON.parse(String(query["query"] ?? "{}")) as { ordering?: readonly string[] };
  const ordered = [...project.tasks];
  if (ordering[0] === "-tasks:updated_at") ordered.sort((a, b) => b.updatedAt - a.updatedAt);
  const tasks = ordered.slice((page - 1) * size, page * size);
  if (tasks.length === 0 && page > 1) {
    response.status(404).json({ detail: "Invalid page." });
    return;
  }
  const all = await project.page(tasks);
  const shown = query["fields"] === "all" ? all : all.map(({ annotations: _, predictions: __, ...rest }) => rest);
  response.json({ tasks: shown, total: project.tasks.length, total_annotations: 0, total_predictions: 0 });
}

function fileRoutes(files: ReadonlyMap<string, Uint8Array>): Router {
  const router = Router();
  router.get("/data/{*path}", (request, response) => {
    const bytes = files.get(request.path);
    if (!takesJson(request.get("accept"))) {
      response.status(406).json({ detail: "Could not satisfy the request Accept header." });
    } else if (bytes === undefined) response.status(404).json({ detail: "Not found." });
    else response.send(Buffer.from(bytes));
  });
  return router;
}
