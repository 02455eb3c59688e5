import { type Request, type RequestHandler, Router } from "express";
import { z } from "zod";
import type { ProjectCalls } from "../backend/backend.js";
import { HttpError } from "../contract/http-error.js";
import { refuseOtherPages } from "./call-sites.js";
import { name, parseBody } from "./requests.js";

const mappingRequest = z.object({ control: name(500), labels: z.record(name(2000), name(2000).nullable()) });

/** What became of labels that a configuration does not have any more, to be seen and said. `body` parses small bodies. */
export function labelRoutes(projects: ProjectCalls, body: RequestHandler): Router {
  const router = Router();
  const path = "/api/projects/:id/labels";
  router.get(path, async (request, response) => {
    response.json({ controls: await projects.labels(idOf(request)) });
  });
  router.post(path, refuseOtherPages, body, async (request, response) => {
    const id = idOf(request);
    projects.mapLabels(id, parseBody(mappingRequest, request.body, path));
    response.json({ controls: await projects.labels(id) });
  });
  return router;
}

/** Throws a 404 for what is no number; an unknown one the backend refuses. */
function idOf(request: Request): number {
  const id = Number(request.params["id"]);
  if (Number.isSafeInteger(id)) return id;
  throw new HttpError(404, "E_NOT_FOUND", "There is no such project here: /api/status lists them.");
}
