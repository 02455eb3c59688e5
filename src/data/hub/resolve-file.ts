import { BaalError } from "../../core/errors.js";
import { downloadBlob } from "./download-blob.js";
import { type RemoteFile, remoteCommit, remoteFiles, remotePaths } from "./hub-api.js";
import { cachedCommit, cachedFile, cachedPaths, checkedPath, linkBlob, rememberCommit } from "./hub-cache.js";
import { describeTarget, type HubOptions, type HubTarget, hubTarget } from "./hub-options.js";

/**
 * The local path of a file of a hub repository: from the Hugging Face cache when it is there (a branch is then not asked for
 * newer commits), else downloaded into it.
 *
 * Throws `E_ARGUMENT` for a malformed id or path, `E_HUB` when the hub cannot be reached, refuses, lacks the file or sends a
 * wrong one, and `E_ABORTED`. A failed or cancelled download leaves no file behind that could be taken for whole.
 */
export async function resolveFile(repo: string, path: string, options: HubOptions = {}): Promise<string> {
  return (await resolveFiles(repo, [path], options))[0]!;
}

/** Several files, all of one commit, in the order asked for. Throws as {@link resolveFile} does. */
export async function resolveFiles(repo: string, paths: readonly string[], options: HubOptions = {}): Promise<string[]> {
  const target = hubTarget(repo, options);
  paths.forEach(checkedPath);
  const known = await cachedCommit(target);
  const cached = known === undefined ? [] : paths.map((path) => cachedFile(target, known, path));
  if (known !== undefined && cached.every((path) => path !== undefined)) return cached as string[];
  if (target.offline) throw offlineError(target, paths.filter((_, i) => cached[i] === undefined).join(", "));
  const commit = await remoteCommit(target);
  const files = new Map((await remotePaths(target, commit, paths)).map((file) => [file.path, file]));
  const missing = paths.filter((path) => !files.has(path));
  if (missing.length > 0) {
    throw new BaalError(
      "E_HUB",
      `${describeTarget(target)} has no file ${missing.join(", ")} (404). Check the spelling on ${target.endpoint}, or name another revision.`,
    );
  }
  return fetchFiles(
    target,
    commit,
    paths.map((path) => files.get(path)!),
  );
}

/** The files of a repository, by path; offline, those of the cache. Throws `E_ARGUMENT`, `E_HUB` and `E_ABORTED`. */
export async function listFiles(repo: string, options: HubOptions = {}): Promise<string[]> {
  const target = hubTarget(repo, options);
  if (!target.offline) return (await remoteFiles(target, await remoteCommit(target))).map((file) => file.path);
  const commit = await cachedCommit(target);
  const paths = commit === undefined ? [] : await cachedPaths(target, commit);
  if (paths.length === 0) throw offlineError(target, "any file");
  return paths;
}

/** Brings files of a commit into the cache, one after the other, and returns their paths. */
export async function fetchFiles(target: HubTarget, commit: string, files: readonly RemoteFile[]): Promise<string[]> {
  const paths: string[] = [];
  for (const file of files) {
    if (cachedFile(target, commit, file.path) === undefined) await downloadBlob(target, commit, file);
    paths.push(await linkBlob(target, commit, file));
  }
  await rememberCommit(target, commit);
  return paths;
}

export function offlineError(target: HubTarget, what: string): BaalError {
  return new BaalError(
    "E_HUB",
    `Offline mode is on and the cache ${target.cacheDir} lacks ${what} of ${describeTarget(target)}. ` +
      "Download it once without HF_HUB_OFFLINE, or give a local folder.",
  );
}
