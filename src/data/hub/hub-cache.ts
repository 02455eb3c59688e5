import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { BaalError } from "../../core/errors.js";
import { writeFileAtomic } from "../../system/files.js";
import type { HubTarget } from "./hub-options.js";

/**
 * The cache of Python's huggingface_hub, in its layout, so that both share downloads:
 * `models--org--name/blobs/<etag>` has the contents, `snapshots/<commit>/<path>` links to them, `refs/<revision>` has the
 * commit that a branch or tag stood for, `.no_exist/<commit>/<path>` marks files that a commit does not have.
 */
function repoFolder({ cacheDir, type, repo }: HubTarget): string {
  return join(cacheDir, [`${type}s`, ...repo.split("/")].join("--"));
}

export function blobPath(target: HubTarget, etag: string): string {
  return join(repoFolder(target), "blobs", etag);
}

/** The folder with the files of a commit, whether or not it exists. */
export function snapshotFolder(target: HubTarget, commit: string): string {
  return join(repoFolder(target), "snapshots", commit);
}

/** The commit that the cache knows for the revision. */
export async function cachedCommit(target: HubTarget): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(target.revision)) return target.revision;
  const path = join(repoFolder(target), "refs", target.revision);
  return existsSync(path) ? (await readFile(path, "utf8")).trim() : undefined;
}

/** The path of a file of a commit when it is in the cache. */
export function cachedFile(target: HubTarget, commit: string, path: string): string | undefined {
  const full = join(snapshotFolder(target, commit), checkedPath(path));
  return existsSync(full) ? full : undefined;
}

/** All cached files of a commit, as paths in the repository. */
export async function cachedPaths(target: HubTarget, commit: string): Promise<string[]> {
  const folder = snapshotFolder(target, commit);
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .filter((file) => existsSync(file))
    .map((file) => relative(folder, file).replaceAll("\\", "/"))
    .sort();
}

export async function rememberCommit(target: HubTarget, commit: string): Promise<void> {
  if (target.revision !== commit) await writeFileAtomic(join(repoFolder(target), "refs", target.revision), commit);
}

/** Whether the cache knows that a commit has no such file. */
export function isKnownMissing(target: HubTarget, commit: string, path: string): boolean {
  return existsSync(join(repoFolder(target), ".no_exist", commit, checkedPath(path)));
}

export async function rememberMissing(target: HubTarget, commit: string, path: string): Promise<void> {
  await writeFileAtomic(join(repoFolder(target), ".no_exist", commit, checkedPath(path)), "");
}

/** Makes a blob visible as a file of a commit: a relative link, or a copy where the system has no links. */
export async function linkBlob(
  target: HubTarget,
  commit: string,
  file: { readonly path: string; readonly etag: string },
): Promise<string> {
  const link = join(snapshotFolder(target, commit), checkedPath(file.path));
  if (existsSync(link)) return link;
  await mkdir(dirname(link), { recursive: true });
  const blob = blobPath(target, file.etag);
  const temporary = `${link}.${randomUUID()}.tmp`;
  try {
    await symlink(relative(dirname(link), blob), temporary).catch((error: NodeJS.ErrnoException) => {
      // Windows wants a privilege for links, some network drives have none.
      if (!["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP", "EINVAL"].includes(error.code ?? "")) throw error;
      return copyFile(blob, temporary);
    });
    await rename(temporary, link);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return link;
}

/** Refuses paths that would lead out of the cache: they come from the repository. */
export function checkedPath(path: string): string {
  const parts = path.split(/[\\/]/);
  if (path === "" || parts.includes("..") || parts[0] === "" || /^[a-z]:/i.test(path)) {
    throw new BaalError("E_ARGUMENT", `"${path}" is no path inside a repository.`);
  }
  return path;
}
