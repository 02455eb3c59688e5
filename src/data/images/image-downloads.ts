import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../../system/digest.js";
import { unlessMissing, writeFileAtomic } from "../../system/files.js";
import { type FetchImageOptions, fetchImage } from "./fetch-image.js";

/** How images are downloaded, and where they are kept. */
export interface ImageDownloadOptions extends FetchImageOptions {
  /** Keeps what was downloaded, under the hash of its address. Without it an image is downloaded each time that it is loaded. */
  readonly cacheFolder?: string | undefined;
}

/** Downloads at the same time: a batch of images must not open as many connections. */
const CONNECTIONS = 8;

/** `fetchImage`, a few at a time, and from the cache folder where there is one. */
export function imageDownloads({ cacheFolder, ...options }: ImageDownloadOptions = {}): (address: string) => Promise<Uint8Array> {
  const limited = atMost(CONNECTIONS);
  return async (address) => {
    if (cacheFolder === undefined) return limited(() => fetchImage(address, options));
    const path = join(cacheFolder, sha256(address));
    const kept = await readFile(path).catch(unlessMissing);
    if (kept !== undefined) return kept;
    const bytes = await limited(() => fetchImage(address, options));
    await writeFileAtomic(path, bytes);
    return bytes;
  };
}

/** Runs tasks in the order in which they come, at most `limit` at the same time. */
export function atMost(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
