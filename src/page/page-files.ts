import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LRUCache } from "lru-cache";
import type { PageFiles } from "./bundle-page.js";

const known = new LRUCache<string, Promise<PageFiles>>({ max: 10 });

/**
 * The files of the page of a room (`"label-studio"`). In the package they are bundled; from the sources they are bundled now, which takes the
 * development's tools.
 */
export function pageFiles(room: string): Promise<PageFiles> {
  const found = known.get(room) ?? readOrBundle(room);
  known.set(room, found);
  return found;
}

async function readOrBundle(room: string): Promise<PageFiles> {
  const folder = new URL(`../${room}/page/`, import.meta.url);
  const [script, style] = [new URL("page.js", folder), new URL("page.css", folder)];
  if (existsSync(script)) return { script: await readFile(script, "utf8"), style: await readFile(style, "utf8") };
  // Not in the package, nor is what it takes.
  const { bundlePage } = await import("./bundle-page.js");
  return bundlePage(fileURLToPath(new URL("page.tsx", folder)));
}
