import { type Hash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BaalError } from "../../core/errors.js";
import { addFile, newDigest } from "../../system/digest.js";
import { isRunning } from "../../system/lock-holder.js";
import type { RemoteFile } from "./hub-api.js";
import { blobPath } from "./hub-cache.js";
import { connectionError, hubFetch, silenceTimer, TransientHubError } from "./hub-fetch.js";
import { describeTarget, type HubTarget } from "./hub-options.js";

/**
 * Downloads the content of a file into the cache unless it is there. What has arrived when a transfer breaks is kept aside as
 * `<etag>.incomplete` and the next attempt, or the next call, continues there. The blob appears under its name
 * only after size and checksum have been found right.
 *
 * Done here because `@huggingface/hub` 2.17 neither resumes nor checks what it stores.
 * Throws `E_HUB` (refused, broken, wrong content) and `E_ABORTED`.
 */
export async function downloadBlob(target: HubTarget, commit: string, file: RemoteFile): Promise<void> {
  const blob = blobPath(target, file.etag);
  if (existsSync(blob)) return;
  await mkdir(dirname(blob), { recursive: true });
  const partial = await claimPartial(blob);
  try {
    await transferWithRetries(target, commit, file, partial);
    await rename(partial, blob);
  } catch (error) {
    // Nothing is lost when the rest was removed because its content was wrong.
    if (existsSync(partial)) await rename(partial, `${blob}.incomplete`);
    throw error;
  }
}

async function transferWithRetries(target: HubTarget, commit: string, file: RemoteFile, partial: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await transfer(target, commit, file, partial);
    } catch (error) {
      if (!(error instanceof TransientHubError) || attempt >= target.retries) throw error;
      await delay(250 * 2 ** attempt, undefined, { ...(target.signal && { signal: target.signal }) }).catch((cause: unknown) => {
        throw connectionError(target, file.path, cause);
      });
    }
  }
}

/** One request that brings `partial` to its full size and checks it. */
async function transfer(target: HubTarget, commit: string, file: RemoteFile, partial: string): Promise<void> {
  const what = `${file.path} of ${describeTarget(target)}`;
  const had = existsSync(partial) ? (await stat(partial)).size : 0;
  const start = had <= file.size ? had : 0;
  let received = { hash: await hashOfStart(file, partial, start), size: start };
  if (start < file.size || file.size === 0) received = await receive(target, commit, file, { partial, what, ...received });
  if (received.size < file.size) throw new TransientHubError(`${what} broke off after ${received.size} of ${file.size} bytes.`);
  const digest = received.hash.digest("hex");
  if (received.size === file.size && digest === file.etag) return;
  await rm(partial, { force: true });
  // A wrong beginning from an earlier call is not the server's fault: that deserves a fresh start.
  if (start > 0) return transfer(target, commit, file, partial);
  throw new BaalError(
    "E_HUB",
    `${what} arrived damaged: its checksum is ${digest}, the hub announced ${file.etag}. Nothing was stored; try again, and suspect a proxy if it repeats.`,
  );
}

async function receive(
  target: HubTarget,
  commit: string,
  file: RemoteFile,
  state: { readonly partial: string; readonly what: string; readonly hash: Hash; readonly size: number },
): Promise<{ hash: Hash; size: number }> {
  const { partial, what } = state;
  let { hash, size } = state;
  using timer = silenceTimer(target);
  const prefix = target.type === "dataset" ? "datasets/" : "";
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const url = `${target.endpoint}/${prefix}${target.repo}/resolve/${commit}/${path}`;
  const headers = { "Accept-Encoding": "identity", ...(size > 0 && { Range: `bytes=${size}-` }) };
  const response = await hubFetch(target, what, timer)(url, { headers });
  if (size > 0 && response.status !== 206) {
    hash = newHash(file);
    size = 0;
  }
  const output = await open(partial, size > 0 ? "r+" : "w");
  try {
    for await (const chunk of response.body ?? []) {
      timer.heard();
      const bytes = chunk as Uint8Array;
      // A server that sends too much is stopped: the content is wrong already.
      if (size + bytes.length > file.size) return { hash, size: size + bytes.length };
      let written = 0;
      while (written < bytes.length)
        written += (await output.write(bytes, written, bytes.length - written, size + written)).bytesWritten;
      hash.update(bytes);
      size += bytes.length;
      target.onProgress({ file: file.path, loaded: size, total: file.size });
    }
  } catch (error) {
    throw connectionError(target, what, error);
  } finally {
    await output.close();
  }
  return { hash, size };
}

/** 64 hexadecimal digits: SHA-256 of the content. 40: git's blob id, the SHA-1 of a small header and the content. */
function newHash({ etag, size }: RemoteFile): Hash {
  return etag.length === 64 ? newDigest() : newDigest("sha1").update(`blob ${size}\0`);
}

async function hashOfStart(file: RemoteFile, partial: string, length: number): Promise<Hash> {
  const hash = newHash(file);
  await addFile(hash, partial, length);
  return hash;
}

/**
 * A file of its own to download into. It takes over what an earlier call left: `<etag>.incomplete`, or the file of a process
 * that is gone (its id is in the name). Taking over is a rename, so that only one of several processes gets it.
 */
async function claimPartial(blob: string): Promise<string> {
  const mine = `${blob}.${process.pid}-${randomUUID().slice(0, 8)}.incomplete`;
  for (const name of await readdir(dirname(blob))) {
    if (!name.startsWith(`${basename(blob)}.`) || !name.endsWith(".incomplete")) continue;
    const owner = /\.(\d+)-[0-9a-f]{8}\.incomplete$/.exec(name)?.[1];
    if (owner !== undefined && isRunning(Number(owner))) continue;
    const claimed = await rename(join(dirname(blob), name), mine).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return false;
        throw error;
      },
    );
    if (claimed) break;
  }
  return mine;
}
