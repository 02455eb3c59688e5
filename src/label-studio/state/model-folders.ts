import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BaalError } from "../../errors.js";
import { writeFolderAtomic } from "../../files.js";
import { folderDamage, readChecksums, writeChecksums } from "./checksums.js";
import type { VersionRecord } from "./records.js";
import { servingVersion } from "./serving-version.js";
import { syncPath, syncTree } from "./sync-path.js";
import type { VersionStore } from "./version-store.js";

export const modelsFolder = "models";

/** Names of versions are names of folders, too. A leading dot is for those that are being written. */
const versionName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/**
 * Adds a version to the store: `fill` writes its model into an empty folder, which becomes `models/<project id>/<version>` once it is complete and
 * on the disk; then it is recorded. Whenever the process dies, there is either the whole version or none, see {@link tidyModelFolders}. The
 * version does not serve yet. Throws `E_ARGUMENT` for an unfit or known name, and whatever `fill` throws.
 */
export async function writeVersion(
  store: VersionStore,
  about: Omit<VersionRecord, "folder" | "createdAt">,
  fill: (folder: string) => Promise<void>,
): Promise<VersionRecord> {
  const { projectId, version } = about;
  const project = store.projectById(projectId);
  if (!project) throw new BaalError("E_ARGUMENT", `There is no project ${projectId} to add version ${version} to.`);
  if (!versionName.test(version)) {
    const message = `A version is named with up to 200 letters, digits, dots, dashes and underscores, got ${JSON.stringify(version)}.`;
    throw new BaalError("E_ARGUMENT", message);
  }
  if (store.versions(projectId).some((known) => known.version === version)) {
    throw new BaalError("E_ARGUMENT", `Project ${projectId} has a version ${version} already.`);
  }
  const record: VersionRecord = { ...about, folder: `${modelsFolder}/${projectId}/${version}`, createdAt: Date.now() };
  const target = join(store.folder, record.folder);
  await writeFolderAtomic(target, async (folder) => {
    await fill(folder);
    const { hostname, project: name } = project;
    await writeChecksums(folder, { project: { hostname, project: name }, version: { ...record, labels: [...record.labels] } });
    await syncTree(folder);
  });
  for (const folder of [dirname(target), dirname(dirname(target))]) await syncPath(folder);
  store.addVersion(record);
  return record;
}

/**
 * Puts the folders in order when a store is opened: what was being written when the process died is removed, and projects whose
 * version has lost files fall back to an older one. `adopt` records complete folders that the database does not know, as after it was
 * restored from a backup that is older than they are.
 */
export async function tidyModelFolders(store: VersionStore, options: { readonly adopt?: boolean } = {}): Promise<void> {
  const known = new Set(store.projects().flatMap(({ id }) => store.versions(id).map(({ folder }) => folder)));
  for (const projectId of await foldersIn(join(store.folder, modelsFolder))) {
    for (const version of await foldersIn(join(store.folder, modelsFolder, projectId))) {
      const folder = `${modelsFolder}/${projectId}/${version}`;
      if (known.has(folder) || (options.adopt && (await adopted(store, folder)))) continue;
      await rm(join(store.folder, folder), { recursive: true, force: true });
      store.logEvent({ projectId: undefined, level: "warn", message: `${folder} was removed: its training had not ended.` });
    }
  }
  for (const { id } of store.projects()) await servingVersion(store, id, "sizes");
}

async function adopted(store: VersionStore, folder: string): Promise<boolean> {
  const path = join(store.folder, folder);
  const checksums = await readChecksums(path);
  if (typeof checksums === "string" || (await folderDamage(path, "contents")) !== undefined) return false;
  const { version, project } = checksums;
  // The restored database may have given the number to another project.
  if (version.folder !== folder || store.findProject(project)?.id !== version.projectId) return false;
  store.addVersion(version);
  const message = `Version ${version.version} was found complete in ${folder} and is recorded again.`;
  store.logEvent({ projectId: version.projectId, level: "info", message });
  return true;
}

async function foldersIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
