import { cp } from "node:fs/promises";
import { join } from "node:path";
import { HttpError } from "../contract/http-error.js";
import { writeHeldVersion } from "../live/held-version.js";
import { encoderVersion, readLiveRecord } from "../live/live-record.js";
import { folderDamage, writeVersion } from "../state/model-folders.js";
import type { ProjectRecord, VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { namesSoFar, nextVersion } from "../training/version-names.js";

/**
 * Makes a kept version answer a project again; where a head is solved with each label, as it was kept, and until there are other labels than those that
 * `labels` names (see `LiveHeads.labelsKey`). Throws a 404 (`E_NOT_FOUND`) for one that is not there, and a 409 (`E_CHECKPOINT`) for a damaged one.
 */
export async function rollBack(
  store: Store,
  projectId: number,
  { version, labels }: { readonly version: string; readonly labels?: string | undefined },
): Promise<VersionRecord> {
  const versions = store.versions(projectId);
  const found = versions.find((known) => known.version === version);
  if (found === undefined) {
    const names = versions.map((known) => known.version).reverse();
    const some = names.length === 0 ? "it has none yet" : `it has ${names.slice(0, 20).join(", ")}`;
    throw new HttpError(
      404,
      "E_NOT_FOUND",
      `Project ${projectId} has no version ${JSON.stringify(version.slice(0, 100))}: ${some}.`,
    );
  }
  const damage = await folderDamage(join(store.folder, found.folder), "contents");
  if (damage !== undefined)
    throw new HttpError(409, "E_CHECKPOINT", `Version ${version} is damaged and cannot serve: ${damage}.`);
  // First the mark: without it the version would be solved anew.
  await writeHeldVersion(store.folder, projectId, { version, labels });
  store.serve(projectId, version);
  return found;
}

/**
 * Gives a project a copy of the version that serves another one, which serves it from then on. `undefined` where there is nothing to copy: no version, or a
 * head over the base model's encoder, which is solved again from a project's own labels.
 */
export async function duplicateModel(
  store: Store,
  source: ProjectRecord,
  target: ProjectRecord,
): Promise<VersionRecord | undefined> {
  const serving = store.versions(source.id).find(({ version }) => version === source.servingVersion);
  const encoder = serving && encoderVersion(store.folder, serving);
  const isWhole = serving && readLiveRecord(join(store.folder, serving.folder)) === undefined;
  const own = isWhole ? serving : store.versions(source.id).find(({ version }) => version === encoder);
  if (own === undefined) return undefined;
  const { labels, trained, heldOut, metrics } = own;
  const version = nextVersion(namesSoFar(store, target.id), ["copy", source.id, own.version, Date.now()]);
  const about = { projectId: target.id, version, labels, trained, heldOut, metrics };
  const made = await writeVersion(store, about, (folder) =>
    cp(join(store.folder, own.folder), folder, { recursive: true, filter: (path) => !path.endsWith("checksums.json") }),
  );
  store.serve(target.id, version);
  return made;
}
