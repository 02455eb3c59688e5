import { Router } from "express";
import { pageFiles } from "../../page/page-files.js";
import { pageHtml } from "../../page/page-html.js";

/** What the Content-Security-Policy allows the page: its own files, which lie beside it. */
export const pageSources: readonly string[] = ["self"];

const PAGE = pageHtml({
  ...{ title: "baal", files: "status/" },
  withoutScript: "This page needs JavaScript; the same as JSON is at api/status.",
});

/** The page at `/status` and its two files. It is filled from `api/events` and `api/projects/:id/detail`, and needs nothing from elsewhere. */
export function pageRoutes(): Router {
  const router = Router();
  router.get("/status", (_, response) => {
    response.type("html").send(PAGE);
  });
  router.get("/status/page.js", async (_, response) => {
    response.type("js").send((await pageFiles("label-studio")).script);
  });
  router.get("/status/page.css", async (_, response) => {
    response.type("css").send((await pageFiles("label-studio")).style);
  });
  return router;
}
