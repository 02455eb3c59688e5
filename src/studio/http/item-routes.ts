import { extname } from "node:path";
import { Router } from "express";
import { LRUCache } from "lru-cache";
import { HttpError } from "../../label-studio/contract/http-error.js";
import type { Desk } from "../desk/desk.js";
import { itemDetail, itemViews } from "../desk/item-views.js";
import { itemIds, listItems } from "../desk/list-items.js";
import { bodies, parsed } from "./bodies.js";
import { noFeatures } from "./model-routes.js";
import { viewerOf } from "./sign-in.js";

/** Bytes of small pictures that are kept. */
const KEPT_BYTES = 64 * 1024 ** 2;
const MOST_IDS = 500;

/** Items: the table, one of them, its picture, its neighbours. */
export function itemRoutes(desk: Desk): Router {
  const router = Router();
  const thumbnails = new LRUCache<string, Buffer>({ maxSize: KEPT_BYTES, sizeCalculation: ({ length }) => Math.max(1, length) });

  router.get("/items", async (request, response) => {
    const { name } = viewerOf(response);
    const { ids, ...query } = parsed(bodies.itemsQuery, request.query);
    if (ids === undefined) return void response.json(await listItems(desk, name, query));
    const items = itemViews(desk, name, ids.split(",").slice(0, MOST_IDS).map(Number));
    response.json({ items, total: items.length, next: undefined });
  });
  router.get("/items/ids", (request, response) => {
    response.json(itemIds(desk, viewerOf(response).name, parsed(bodies.itemsQuery, request.query)));
  });
  router.get("/items/:id", (request, response) => {
    response.json(itemDetail(desk, viewerOf(response).name, itemId(desk, request.params.id)));
  });
  router.get("/items/:id/similar", async (request, response) => {
    const id = itemId(desk, request.params.id);
    const { k } = parsed(bodies.similarQuery, request.query);
    const brain = desk.brain();
    if (!brain) throw noFeatures(desk, { what: "features" });
    const found = await brain.similar(id, k).catch((cause: unknown) => {
      throw noFeatures(desk, { what: "features", cause });
    });
    const similarity = new Map(found.map((one) => [one.item, one.similarity]));
    const views = itemViews(
      desk,
      viewerOf(response).name,
      found.map(({ item }) => item),
    );
    response.json({ items: views.map((view) => ({ ...view, similarity: similarity.get(view.id) })) });
  });
  // Addresses carry the hash of what they show: what is there stays the same.
  const keep = { "Cache-Control": "private, max-age=31536000, immutable" };
  router.get("/items/:id/thumb", async (request, response) => {
    const { path, hash } = picture(desk, request.params.id);
    const { w: width, equalise } = parsed(bodies.thumbQuery, request.query);
    const key = `${hash} ${width} ${equalise}`;
    let bytes = thumbnails.get(key);
    if (bytes === undefined) {
      const { thumbnail } = await import("../../data/images/decode-image.js");
      bytes = await thumbnail(path, { width, isEqualised: equalise === "1" });
      thumbnails.set(key, bytes);
    }
    response.set(keep).type("webp").send(bytes);
  });
  router.get("/items/:id/image", (request, response, next) => {
    const { path } = picture(desk, request.params.id);
    const type = TYPES[extname(path).toLowerCase()];
    if (type === undefined) throw new HttpError(404, "E_NOT_FOUND", "Browsers cannot show this file: ask for its thumb.");
    response.set(keep).type(type);
    response.sendFile(path, { dotfiles: "allow", cacheControl: false }, (error) => {
      if (error && !response.headersSent) next(new HttpError(404, "E_NOT_FOUND", "The image's file is not there any more."));
    });
  });
  return router;
}

const TYPES: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".gif": "image/gif",
  ".webp": "image/webp",
};

function itemId(desk: Desk, text: string): number {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (desk.states.get(id)) return id;
  throw new HttpError(404, "E_NOT_FOUND", "There is no such item.");
}

/** Of an item; before the project is begun of one of the data, by its place. */
function picture(desk: Desk, text: string): { readonly path: string; readonly hash: string } {
  if (desk.data.kind !== "image") throw new HttpError(404, "E_NOT_FOUND", "Texts have no pictures.");
  if (desk.store.project() === undefined) {
    const item = /^\d{1,9}$/.test(text) ? desk.data.items[Number(text)] : undefined;
    if (item) return { path: item.content, hash: item.contentHash ?? item.content };
  }
  const { item } = desk.states.get(itemId(desk, text))!;
  return { path: item.content, hash: item.contentHash };
}
