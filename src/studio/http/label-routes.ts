import { Router } from "express";
import { LRUCache } from "lru-cache";
import { BaalError } from "../../core/errors.js";
import { HttpError } from "../../label-studio/contract/http-error.js";
import type { Conflict, Wrote } from "../api/item-contract.js";
import type { Desk } from "../desk/desk.js";
import { itemViews } from "../desk/item-views.js";
import { nextItems } from "../desk/next-items.js";
import { history, itemsOfBatch, setsSharedFlags, takeBack, writeLabels } from "../desk/write-labels.js";
import { bodies, parsed } from "./bodies.js";
import { requireRole, viewerOf } from "./sign-in.js";

/** The next items, and what is said of them. */
export function labelRoutes(desk: Desk): Router {
  const router = Router();
  router.post("/next", async (request, response) => {
    requireBegun(desk);
    response.json(await nextItems(desk, viewerOf(response), parsed(bodies.next, request.body)));
  });
  router.post("/labels", (request, response) => {
    const viewer = viewerOf(response);
    const batch = parsed(bodies.labels, request.body);
    if (setsSharedFlags(batch) || batch.via === "review") requireRole(viewer, "reviewer");
    response.json(orConflict(desk, viewer.name, itemsOfBatch(batch), () => writeLabels(desk, viewer, batch)));
  });
  // A browser that has not heard the answer asks again, with the same key: that is not done twice.
  const done = new LRUCache<string, Wrote>({ max: 1000 });
  for (const what of ["undo", "redo"] as const)
    router.post(`/${what}`, (request, response) => {
      const viewer = viewerOf(response);
      const id = request.get("idempotency-key");
      const key = id === undefined ? undefined : JSON.stringify([viewer.name, what, id]);
      const known = key === undefined ? undefined : done.get(key);
      const wrote = known ?? orConflict(desk, viewer.name, [], () => takeBack(desk, viewer, what));
      if (key !== undefined) done.set(key, wrote);
      response.json(wrote);
    });
  router.get("/history", (request, response) => {
    response.json(history(desk, viewerOf(response), parsed(bodies.historyQuery, request.query).count));
  });
  return router;
}

export function requireBegun(desk: Desk): void {
  if (desk.store.project() === undefined)
    throw new HttpError(409, "E_NOT_BEGUN", "The project is not begun yet: choose its labels first.");
}

/** Of very many items the first ones are told of. */
const MOST_TOLD = 500;

/** Where somebody else was faster, the answer says what the items are now. */
function orConflict<T>(desk: Desk, user: string, items: readonly number[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BaalError) || error.code !== "E_CONFLICT") throw error;
    throw new HttpError(409, error.code, error.message, {
      cause: error,
      details: { seq: desk.store.seq(), items: itemViews(desk, user, items.slice(0, MOST_TOLD)) } satisfies Omit<
        Conflict,
        "error"
      >,
    });
  }
}
