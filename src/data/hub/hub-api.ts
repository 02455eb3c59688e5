import { BaalError } from "../../core/errors.js";
import { connectionError, hubFetch, silenceTimer } from "./hub-fetch.js";
import { describeTarget, type HubTarget } from "./hub-options.js";

/** A file as the hub describes it. */
export interface RemoteFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** The hash that its content must have; also the name of its blob in the cache. */
  readonly etag: string;
}

/** The commit that the revision stands for now. Throws `E_HUB`. */
export async function remoteCommit(target: HubTarget): Promise<string> {
  const sha = await ask(target, describeTarget(target), async (params) => {
    const { datasetInfo, modelInfo } = await import("@huggingface/hub");
    const named = { ...params, name: target.repo, revision: target.revision };
    const info =
      target.type === "model"
        ? modelInfo({ ...named, additionalFields: ["sha"] })
        : datasetInfo({ ...named, additionalFields: ["sha"] });
    return (await info).sha;
  });
  if (typeof sha === "string" && /^[0-9a-f]{40}$/.test(sha)) return sha;
  throw new BaalError("E_HUB", `${target.endpoint} named no commit for ${describeTarget(target)}; is it the address of a hub?`);
}

/** All files of the repository at a commit. Throws `E_HUB`. */
export async function remoteFiles(target: HubTarget, commit: string): Promise<RemoteFile[]> {
  return ask(target, `the file list of ${describeTarget(target)}`, async (params) => {
    const { listFiles } = await import("@huggingface/hub");
    const files: RemoteFile[] = [];
    const repo = { type: target.type, name: target.repo };
    for await (const entry of listFiles({ ...params, repo, revision: commit, recursive: true })) {
      if (entry.type === "file") files.push(remoteFile(target, entry));
    }
    return files;
  });
}

/** The named files at a commit; those that the repository lacks are left out. Throws `E_HUB`. */
export async function remotePaths(target: HubTarget, commit: string, paths: readonly string[]): Promise<RemoteFile[]> {
  return ask(target, `${paths.join(", ")} of ${describeTarget(target)}`, async (params) => {
    const { pathsInfo } = await import("@huggingface/hub");
    const repo = { type: target.type, name: target.repo };
    const found = await pathsInfo({ ...params, repo, revision: commit, paths: [...paths] });
    return found.filter((entry) => entry.type === "file").map((entry) => remoteFile(target, entry));
  });
}

async function ask<T>(
  target: HubTarget,
  what: string,
  request: (params: { readonly hubUrl: string; readonly fetch: typeof fetch }) => Promise<T>,
): Promise<T> {
  using timer = silenceTimer(target);
  try {
    return await request({ hubUrl: target.endpoint, fetch: hubFetch(target, what, timer) });
  } catch (error) {
    throw connectionError(target, what, error);
  }
}

/** LFS files are named by the SHA-256 of their content, others by their git blob id. */
function remoteFile(
  target: HubTarget,
  entry: {
    readonly path: string;
    readonly size: number;
    readonly oid?: string | undefined;
    readonly lfs?: { readonly oid: string; readonly size: number };
  },
): RemoteFile {
  const etag = entry.lfs?.oid ?? entry.oid;
  if (etag !== undefined && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(etag))
    return { path: entry.path, size: entry.lfs?.size ?? entry.size, etag };
  throw new BaalError(
    "E_HUB",
    `${target.endpoint} gave no checksum for ${entry.path} of ${describeTarget(target)}; is it the address of a hub?`,
  );
}
