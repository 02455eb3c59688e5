import { Router } from "express";
import { BaalError } from "../../core/errors.js";
import { HttpError } from "../../label-studio/contract/http-error.js";
import type { LabelBatch, ReviewKind } from "../api/item-contract.js";
import { modelConfig, trainConfig } from "../api/model-config.js";
import type { BegunJob, JobView } from "../api/work-contract.js";
import type { Desk } from "../desk/desk.js";
import { progress } from "../desk/progress.js";
import { review } from "../desk/review.js";
import { writeLabels } from "../desk/write-labels.js";
import type { Brain } from "../model/brain.js";
import { bodies, parsed } from "./bodies.js";
import { requireRole, viewerOf } from "./sign-in.js";

/** What the model says and does: map, configuration, training, propagation, review, progress. */
export function modelRoutes(desk: Desk): Router {
  const router = Router();
  const brain = (): Brain => {
    const found = desk.brain();
    if (found) return found;
    throw new HttpError(409, "E_NO_MODEL", "There is no encoder: choose one in Settings.");
  };
  const begin = (job: JobView): BegunJob => ({ job, kind: job.kind });

  router.get("/map", async (_, response) => {
    const map = await desk.brain()?.map();
    if (map === undefined) throw noFeatures(desk, { what: "map" });
    response.type("application/octet-stream").send(Buffer.from(map.buffer, map.byteOffset, map.byteLength));
  });
  router.post("/map", (_, response) => {
    response.status(202).json(begin(brain().beginMap()));
  });

  router.get("/model", (_, response) => {
    response.json(brain().model());
  });
  router.put("/model", (request, response) => {
    requireRole(viewerOf(response), "admin");
    response.json(brain().setModel(parsed(modelConfig, request.body)));
  });
  router.post("/model/check", (request, response) => {
    response.json(brain().checkModel(parsed(modelConfig, request.body)));
  });

  router.get("/train", (_, response) => {
    response.json(brain().training());
  });
  router.post("/train", (request, response) => {
    requireRole(viewerOf(response), "admin");
    response.status(202).json(begin(brain().train(parsed(trainConfig, request.body))));
  });
  router.post("/versions/:name/serve", (request, response) => {
    requireRole(viewerOf(response), "admin");
    brain().serve(request.params.name);
    response.json(brain().training());
  });
  router.post("/jobs/:id/cancel", (request, response) => {
    requireRole(viewerOf(response), "admin");
    brain().cancel(Number(request.params.id));
    response.status(202).json({ status: "asked" });
  });

  router.get("/propagation", (_, response) => {
    response.json(brain().propagation());
  });
  router.post("/propagate", (request, response) => {
    requireRole(viewerOf(response), "admin");
    response.status(202).json(begin(brain().propagate(parsed(bodies.propagate, request.body))));
  });
  router.post("/propagation/use", (request, response) => {
    const viewer = viewerOf(response);
    requireRole(viewer, "admin");
    const use = parsed(bodies.usePropagation, request.body);
    if (use.action === "rank") {
      brain().rankByPropagation();
      return void response.json(brain().propagation());
    }
    const batch: LabelBatch = { batchId: use.batchId, baseSeq: desk.store.seq(), via: "propagation" };
    response.json(writeLabels(desk, viewer, { ...batch, answers: brain().propagatedAnswers(use.threshold) }));
  });

  router.get("/review/:kind", async (request, response) => {
    const { kind } = request.params;
    if (!isReviewKind(kind)) throw new HttpError(404, "E_NOT_FOUND", `There is no review ${JSON.stringify(kind.slice(0, 100))}.`);
    response.json(await review(desk, viewerOf(response).name, kind));
  });
  router.get("/progress", (request, response) => {
    response.json(progress(desk, parsed(bodies.progressQuery, request.query).target));
  });
  return router;
}

const REVIEWS: readonly string[] = ["label-errors", "conflicts", "duplicates", "excluded", "validation"] satisfies ReviewKind[];

function isReviewKind(kind: string): kind is ReviewKind {
  return REVIEWS.includes(kind);
}

const MISSING = {
  map: "There is no map yet: compute it.",
  features: "The items have no features yet: compute them first.",
} as const;

/** What is asked for has to be computed first, by `POST api/map`; anything else that went wrong stays what it is. */
export function noFeatures(
  desk: Desk,
  { what, cause }: { readonly what: keyof typeof MISSING; readonly cause?: unknown },
): unknown {
  if (cause !== undefined && !(cause instanceof BaalError && cause.code === "E_ARGUMENT")) return cause;
  const brain = desk.brain();
  const message = brain ? MISSING[what] : "There is no encoder that makes features of items: choose one in Settings.";
  const job = brain?.jobs().find(({ kind, state }) => (kind === "features" || kind === "map") && state === "running");
  return new HttpError(404, "E_NO_MAP", message, {
    details: { items: desk.states.size, seconds: job?.secondsLeft },
    ...(cause !== undefined && { cause }),
  });
}
