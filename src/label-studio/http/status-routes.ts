import { type Request, type Response, Router } from "express";
import type { ProjectStatus, StatusSource } from "../backend/status.js";
import { HttpError } from "../contract/http-error.js";
import { callersPath, responseLog } from "./app-shell.js";
import { refuseOtherPages } from "./call-sites.js";
import { withoutPaths } from "./error-texts.js";
import { pageRoutes } from "./status-page.js";

/** Events are gathered for so long: a training reports many steps per second. */
const GATHER_MS = 250;
/** Proxies close connections that are silent. */
const HEARTBEAT_MS = 15_000;

/** The status page at `/status` (and, for browsers, at `/`), its data as JSON and as server-sent events, and its buttons. */
export function statusRoutes(source: StatusSource): Router {
  const router = Router();
  // Browsers that open the server's address get the page, programs its health.
  router.get("/", (request, response, next) => {
    if (request.accepts(["json", "html"]) === "html") response.redirect(`${callersPath(request, response)}/status`);
    else next();
  });
  // Browsers ask for it unasked; there is none, which is no error.
  router.get("/favicon.ico", (_, response) => {
    response.status(204).end();
  });
  router.get("/api/status", (request, response) => {
    const page = Number(request.query["page"] ?? 1);
    if (!Number.isSafeInteger(page) || page < 1) throw new HttpError(400, "E_REQUEST", "page is a whole number from 1 on.");
    response.type("json").send(tellable(source.snapshot(page)));
  });
  router.get("/api/events", (_, response) => sendEvents(source, response));
  router.get("/api/projects/:id/curve.svg", async (request, response) => {
    const { versions } = projectOf(source, request);
    const points = versions
      .filter(({ heldOut }) => heldOut > 0)
      .map(({ trained, metrics }) => ({ labels: trained, accuracy: metrics["accuracy"] ?? Number.NaN }))
      .reverse();
    const title = "Accuracy on held-out labels";
    // Only now: who never looks needs no charts.
    const { learningCurveSvg } = await import("../../charts/svg-charts.js");
    response.type("image/svg+xml").send(learningCurveSvg([{ name: "versions", points }], { title }));
  });
  router.get("/api/projects/:id/detail", async (request, response) => {
    response.type("json").send(tellable(await source.detail(projectOf(source, request).id)));
  });
  router.use(pageRoutes());
  router.post("/api/{*action}", refuseOtherPages);
  router.post("/api/projects/:id/train", (request, response) => {
    source.train(projectOf(source, request).id);
    response.status(202).json({ status: "asked" });
  });
  router.post("/api/projects/:id/cancel", (request, response) => {
    source.cancel(projectOf(source, request).id);
    response.status(202).json({ status: "asked" });
  });
  router.post("/api/projects/:id/versions/:version/serve", async (request, response) => {
    const { id, versions } = projectOf(source, request);
    const version = versions.find((known) => known.version === request.params["version"])?.version;
    if (version === undefined)
      throw new HttpError(404, "E_NOT_FOUND", "There is no such version of this project: it may have been removed.");
    await source.serve(id, version);
    response.json({ status: "ok", version });
  });
  return router;
}

/** As it is told to callers: without the folders of this machine. */
function tellable(status: unknown): string {
  return JSON.stringify(status, (key, value: unknown) =>
    typeof value === "string" && (key === "message" || key === "problem") ? withoutPaths(value) : value,
  );
}

function projectOf(source: StatusSource, request: Request): ProjectStatus {
  const id = String(request.params["id"]);
  const found = /^\d{1,15}$/.test(id) ? source.project(Number(id)) : undefined;
  if (found) return found;
  throw new HttpError(404, "E_NOT_FOUND", "There is no such project here: /api/status lists them.");
}

/** The snapshot now and after each change, until the page is closed. */
function sendEvents(source: StatusSource, response: Response): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    timer ??= setTimeout(send, GATHER_MS);
  };
  const send = () => {
    timer = undefined;
    // A page that does not read, of a machine that sleeps, say, gets the next state when it does.
    if (response.writableNeedDrain) {
      if (response.listenerCount("drain") === 0) response.once("drain", later);
      return;
    }
    try {
      response.write(`data: ${tellable(source.snapshot())}\n\n`);
    } catch (error) {
      responseLog(response).error({ err: error }, "the status could not be read");
      response.end();
    }
  };
  const heartbeat = setInterval(() => response.writableNeedDrain || response.write(": still there\n\n"), HEARTBEAT_MS);
  const leave = [source.onChange(later), source.onEnd(() => response.end())];
  send();
  response.once("close", () => {
    for (const end of leave) end();
    clearTimeout(timer);
    clearInterval(heartbeat);
  });
}
