import { type RequestHandler, Router } from "express";
import { z } from "zod";
import type { Backend } from "../backend/backend.js";
import { HttpError } from "../contract/http-error.js";
import { responseLog } from "./app-shell.js";
import { name, parseBody, project, projectKey } from "./requests.js";

const validateRequest = z
  .object({ config: z.string().optional(), label_config: z.string().optional(), schema: z.string().optional() })
  .transform(({ config, label_config, schema }) => config ?? label_config ?? schema)
  .pipe(z.string("config: the labelling configuration is needed"));

const jobRequest = z.object({ job: name(200) });

const deleteRequest = z.object({ project });

const duplicateRequest = z.object({ project_src: project, project_dst: project });

const versionsRequest = z.object({ project, hostname: name(2000).nullish() });

/** The calls of label-studio-ml's servers beside those that Label Studio makes by itself. `body` parses small bodies. */
export function sdkRoutes(backend: Backend, body: RequestHandler): Router {
  const router = Router();

  router.get("/versions", (request, response) => {
    const { project: named, hostname } = parseBody(versionsRequest, request.query, "/versions");
    const key = projectKey(named);
    const versions = backend.versions(key === undefined ? undefined : { project: key, hostname: hostname ?? undefined });
    response.json({ versions });
  });

  router.post("/validate", body, (request, response) => {
    const { controls, skipped, notes = [] } = backend.validate(parseBody(validateRequest, request.body, "/validate"));
    response.json({ status: "ok", controls: controls.map((control) => control.name), skipped, notes });
  });

  router.post("/job_status", body, (request, response) => {
    const { job } = parseBody(jobRequest, request.body, "/job_status");
    const status = backend.projects?.jobStatus(job);
    // Label Studio takes a 410 for a job that is no more.
    if (status === undefined)
      throw new HttpError(
        410,
        "E_NOT_FOUND",
        `There is no job ${JSON.stringify(job.slice(0, 50))} here; a training's name is in the answer to the event that started it.`,
      );
    response.json({ job, ...status });
  });

  router.post("/delete", body, (request, response) => {
    const key = projectKey(parseBody(deleteRequest, request.body, "/delete").project);
    const isKnown = key !== undefined && (backend.projects?.deleted(key) ?? false);
    response.json({ status: isKnown ? "ok" : "ignored", message: isKnown ? DELETED : "There is no such project here." });
  });

  router.post("/duplicate_model", body, async (request, response) => {
    const { project_src: from, project_dst: to } = parseBody(duplicateRequest, request.body, "/duplicate_model");
    const [source, target] = [projectKey(from), projectKey(to)];
    const version = source === undefined || target === undefined ? undefined : await backend.projects?.duplicate(source, target);
    if (version !== undefined) responseLog(response).info({ source, target, version }, "a model was duplicated");
    response.json(
      version === undefined ? { status: "ignored", message: NOTHING_TO_COPY } : { status: "ok", model_version: version },
    );
  });
  return router;
}

const DELETED =
  "Its training was ended, and its models leave memory. Labels and versions stay in the data folder until baal forget removes them.";

const NOTHING_TO_COPY =
  "Nothing was copied: both projects must have been set up here, and the first one have a version of its own; a head over the server's own model is solved anew from a project's labels.";
