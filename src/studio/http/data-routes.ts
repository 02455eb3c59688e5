import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Request, Router } from "express";
import { HttpError } from "../../label-studio/contract/http-error.js";
import type { ImportView } from "../api/contract.js";
import { addItems } from "../desk/begin-project.js";
import { type Desk, tellItems } from "../desk/desk.js";
import { writeExport } from "../desk/exports/write-export.js";
import { bodies, parsed } from "./bodies.js";
import { requireBegun } from "./label-routes.js";
import { requireRole, viewerOf } from "./sign-in.js";

/** Largest file that is taken. */
const MOST_BYTES = 2 * 1024 ** 3;

/** Data that come in while the project runs, and what goes out. */
export function dataRoutes(desk: Desk): Router {
  const router = Router();
  router.get("/export", async (request, response) => {
    requireRole(viewerOf(response), "admin");
    requireBegun(desk);
    const { format } = parsed(bodies.exportQuery, request.query);
    const folder = await mkdtemp(join(desk.store.folder, ".export-"));
    try {
      const { path, name, type } = await writeExport(desk, format, folder);
      response.type(type);
      await new Promise<void>((resolve, reject) => {
        const done = (error?: Error) => (error && !response.closed ? reject(error) : resolve());
        response.download(path, name, { dotfiles: "allow", cacheControl: false }, done);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  // The file as it is, as the body: no form has to be read.
  router.post("/import", async (request, response) => {
    requireRole(viewerOf(response), "admin");
    requireBegun(desk);
    const { readData } = desk;
    if (!readData) throw new HttpError(409, "E_ARGUMENT", "This studio takes no further data.");
    const { name } = parsed(bodies.importQuery, request.query);
    const folder = await mkdtemp(join(desk.store.folder, ".import-"));
    try {
      // Never by the name that came: only its ending counts.
      const file = join(folder, `data${extname(basename(name)).toLowerCase()}`);
      await pipeline(limited(request), createWriteStream(file, { mode: 0o600 }));
      const data = await readData(file);
      if (data.kind !== desk.store.project()!.kind)
        throw new HttpError(400, "E_DATA", `The project is of ${desk.store.project()!.kind}s, and these are ${data.kind}s.`);
      const items = data.items.map((item) => ({ ...item, source: item.source.replace(file, name) }));
      const { validationShare } = desk.settings();
      const imported = await addItems(desk.store, { data: { ...data, items }, source: name, validationShare });
      const { ids, fresh, conflicts } = imported;
      await tellItems(desk, imported.changed);
      const problems = (data.problems ?? []).map(({ source, reason }) => ({ source, reason: reason.replaceAll(file, name) }));
      const view: ImportView = { items: ids.length, added: fresh.length, answered: data.answers.size, conflicts, problems };
      response.json(view);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  return router;
}

/** Throws a 413 for what is larger than is taken. */
async function* limited(request: Request): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new HttpError(413, "E_REQUEST", "The file is larger than 2 GB: give it to baal studio as its data.");
    yield chunk;
  }
}
