import { Router } from "express";
import { pageFiles } from "../../page/page-files.js";

/** What the Content-Security-Policy allows the page: its own files, which lie beside it. */
export const pageSources: readonly string[] = ["self"];

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>baal</title>
<link rel="stylesheet" href="status/page.css">
</head>
<body>
<div id="page"><noscript>This page needs JavaScript; the same as JSON is at api/status.</noscript></div>
<script type="module" src="status/page.js"></script>
</body>
</html>
`;

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
