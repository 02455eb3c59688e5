import { Router } from "express";
import { HttpError } from "../../label-studio/contract/http-error.js";
import { beginProject, preview } from "../desk/begin-project.js";
import { type Desk, tellItems } from "../desk/desk.js";
import { changeLabelSet } from "../desk/label-set.js";
import { changeSettings } from "../desk/settings.js";
import { studioState } from "../desk/studio-state.js";
import { bodies, parsed } from "./bodies.js";
import type { EventStreams } from "./event-stream.js";
import { requireRole, viewerOf } from "./sign-in.js";

/** The project: what it is, what it is begun with, its settings. */
export function projectRoutes(desk: Desk, streams: EventStreams, seed: number): Router {
  const router = Router();
  router.get("/state", (_, response) => {
    response.json(studioState(desk, viewerOf(response)));
  });
  router.get("/events", (request, response) => streams.send(desk, viewerOf(response), request, response));
  router.get("/new", (_, response) => {
    requireRole(viewerOf(response), "admin");
    response.json(preview(desk));
  });
  router.post("/project", async (request, response) => {
    const viewer = viewerOf(response);
    requireRole(viewer, "admin");
    if (desk.store.project() !== undefined)
      throw new HttpError(409, "E_CONFLICT", "The project is begun already: load the page again.");
    await beginProject(desk, parsed(bodies.newProject, request.body), seed);
    response.status(201).json(studioState(desk, viewer));
  });
  router.patch("/project", async (request, response) => {
    const viewer = viewerOf(response);
    requireRole(viewer, "admin");
    const { guideline, settings } = parsed(bodies.projectPatch, request.body);
    const before = desk.settings().encoder;
    if (guideline !== undefined) desk.store.changeProject({ guideline });
    if (settings !== undefined) changeSettings(desk.store, settings);
    if (desk.settings().encoder !== before) await desk.restartBrain();
    desk.tell({ type: "state" });
    response.json(studioState(desk, viewer));
  });
  router.post("/label-set", (request, response) => {
    const viewer = viewerOf(response);
    requireRole(viewer, "admin");
    changeLabelSet(desk, parsed(bodies.labelSet, request.body));
    response.json(studioState(desk, viewer));
  });
  router.post("/items/remove", async (request, response) => {
    const viewer = viewerOf(response);
    requireRole(viewer, "admin");
    const { items } = parsed(bodies.removal, request.body);
    desk.store.removeItems(items);
    await tellItems(desk, items);
    response.json(studioState(desk, viewer));
  });
  return router;
}
