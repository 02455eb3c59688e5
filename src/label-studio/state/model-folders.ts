import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { z } from "zod";
import { BaalError, errorMessage } from "../../core/errors.js";
import { fileSha256 } from "../../system/digest.js";
import { syncPath, syncTree, writeFolderAtomic } from "../../system/files.js";
import type { ParameterTable } from "./parameter-table.js";
import type { VersionRecord } from "./records.js";
import type { EventTable, ProjectTable, VersionTable } from "./tables.js";

export const modelsFolder = "models";

/** In the folder of a version that is a published head over an encoder, not a model of its own. */
export const headRecordFile = "live.json";

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

/**
 * The version that answers the project's predictions, after its folder was checked: with `"contents"` every byte of it, which is for before a
 * model is loaded. If it is damaged, the newest intact version before it serves from now on, and an event says so. `undefined` when no
 * version serves.
 */
export async function servingVersion(
  store: VersionStore,
  projectId: number,
  depth: "sizes" | "contents" = "contents",
): Promise<VersionRecord | undefined> {
  const serving = store.projectById(projectId)?.servingVersion;
  if (serving === undefined) return undefined;
  const versions = store.versions(projectId);
  const upToServing = versions.slice(0, versions.findIndex(({ version }) => version === serving) + 1).reverse();
  const damages: string[] = [];
  let intact: VersionRecord | undefined;
  for (const record of upToServing) {
    const damage = await folderDamage(join(store.folder, record.folder), depth);
    if (damage === undefined) {
      intact = record;
      break;
    }
    damages.push(`Version ${record.version} is damaged: ${damage}.`);
  }
  // A training may have ended in the meantime, and its version serve.
  if (store.projectById(projectId)?.servingVersion !== serving) return await servingVersion(store, projectId, depth);
  if (intact?.version !== serving) {
    store.serve(projectId, intact?.version);
    const instead = intact ? `Version ${intact.version} serves in its place.` : "None before it is intact, so none serves.";
    store.logEvent({ projectId, level: "error", message: [...damages, instead].join(" ") });
  }
  return intact;
}

export interface OldVersionsOptions {
  /** So many of the newest stay, the one that serves, and the one that the project's parameters name. */
  readonly keep: number;
}

/** The project's versions that may go. Throws `E_ARGUMENT` when `keep` is not a whole number of at least 0. */
export function oldVersions(store: VersionStore, projectId: number, { keep }: OldVersionsOptions): VersionRecord[] {
  if (!Number.isSafeInteger(keep) || keep < 0) {
    throw new BaalError("E_ARGUMENT", `keep is expected to be a whole number of at least 0, got ${keep}.`);
  }
  const versions = store.versions(projectId);
  const used = usedVersions(store, projectId);
  const encoders = versions.filter(({ version }) => used.has(version)).map((record) => encoderOf(store.folder, record));
  const old = versions.reverse().slice(keep);
  return old.filter(({ version }) => !used.has(version) && !encoders.includes(version));
}

/** The version that serves, and the one that the project's parameters name. */
export function usedVersions(store: Pick<VersionStore, "projectById" | "parametersOf">, projectId: number): ReadonlySet<unknown> {
  const named = store.parametersOf(projectId)?.["model_version"];
  return new Set([store.projectById(projectId)?.servingVersion, named]);
}

const encoderRecord = z.looseObject({ encoder: z.string().optional() });

/** The version whose encoder a published head stands on, as its record says; `undefined` for the server's base model's, and for other versions. */
function encoderOf(storeFolder: string, head: Pick<VersionRecord, "folder"> | undefined): string | undefined {
  const path = head && join(storeFolder, head.folder, headRecordFile);
  if (path === undefined || !existsSync(path)) return undefined;
  return encoderRecord.safeParse(JSON.parse(readFileSync(path, "utf8"))).data?.encoder;
}

/** Removes {@link oldVersions} with their folders, and gives those that it has removed. */
export async function removeOldVersions(
  store: VersionStore,
  projectId: number,
  options: OldVersionsOptions,
): Promise<VersionRecord[]> {
  const old = oldVersions(store, projectId, options);
  for (const { version, folder } of old) {
    // First the record: a record without a folder would be a damaged version; a folder without a record is removed at the next start.
    store.removeVersion(projectId, version);
    await rm(join(store.folder, folder), { recursive: true, force: true });
  }
  return old;
}

/** The part of a store that looks after the folders of its versions. */
export interface VersionStore extends ProjectTable, VersionTable, EventTable, Pick<ParameterTable, "parametersOf"> {
  readonly folder: string;
}

const checksumsFile = "checksums.json";

const CHECKSUMS = z.object({
  project: z.object({ hostname: z.string(), project: z.string() }),
  version: z.object({
    projectId: z.int(),
    version: z.string(),
    folder: z.string(),
    labels: z.array(z.string()),
    trained: z.int(),
    heldOut: z.int(),
    metrics: z.record(z.string(), z.number()),
    createdAt: z.number(),
  }),
  files: z.record(
    z.string().refine((name) => !isAbsolute(name) && !name.split(/[\\/]/).includes(".."), "names a file outside of the folder"),
    z.object({ bytes: z.int(), sha256: z.string() }),
  ),
});

/** The files in a version's folder, and the version's record: it can be recorded again where the database was lost. */
export type Checksums = z.infer<typeof CHECKSUMS>;

/** Writes `checksums.json` about all files that are in the folder now. */
async function writeChecksums(folder: string, about: Pick<Checksums, "project" | "version">): Promise<void> {
  const files: Record<string, Checksums["files"][string]> = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(folder, path).replaceAll(sep, "/")] = { bytes: (await stat(path)).size, sha256: await fileSha256(path) };
  }
  await writeFile(join(folder, checksumsFile), JSON.stringify({ ...about, files }, undefined, 2));
}

/** The folder's `checksums.json`, or a text that says why it cannot be used. */
async function readChecksums(folder: string): Promise<Checksums | string> {
  try {
    const parsed = CHECKSUMS.safeParse(JSON.parse(await readFile(join(folder, checksumsFile), "utf8")));
    return parsed.success ? parsed.data : `its ${checksumsFile} is not one: ${z.prettifyError(parsed.error)}`;
  } catch (error) {
    return `its ${checksumsFile} cannot be read: ${errorMessage(error)}`;
  }
}

/** The files that make a version's folder whole, by name, whatever else is in it, and wherever links lead. Throws `E_CHECKPOINT`. */
export async function versionFiles(folder: string): Promise<string[]> {
  const checksums = await readChecksums(folder);
  if (typeof checksums === "string") throw new BaalError("E_CHECKPOINT", `${folder} is damaged: ${checksums}.`);
  return [...Object.keys(checksums.files), checksumsFile].sort();
}

/**
 * The damage of a version's folder, or `undefined`. `"sizes"` finds missing and torn files at once; `"contents"` reads all
 * files and finds every changed byte.
 */
export async function folderDamage(folder: string, depth: "sizes" | "contents"): Promise<string | undefined> {
  const checksums = await readChecksums(folder);
  if (typeof checksums === "string") return checksums;
  for (const [name, { bytes, sha256 }] of Object.entries(checksums.files)) {
    const path = join(folder, name);
    try {
      const { size } = await stat(path);
      if (size !== bytes) return `its ${name} has ${size} bytes in place of ${bytes}`;
      if (depth === "contents" && (await fileSha256(path)) !== sha256) return `its ${name} has changed since it was written`;
    } catch (error) {
      return `its ${name} cannot be read: ${errorMessage(error)}`;
    }
  }
  return undefined;
}
