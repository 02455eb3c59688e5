import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BaalError } from "../../errors.js";
import type { VersionRecord } from "./records.js";
import type { VersionStore } from "./version-store.js";

export interface OldVersionsOptions {
  /** So many of the newest stay, and the one that serves. */
  readonly keep: number;
}

/** The project's versions that may go. Throws `E_ARGUMENT` when `keep` is not a whole number of at least 0. */
export function oldVersions(store: VersionStore, projectId: number, { keep }: OldVersionsOptions): VersionRecord[] {
  if (!Number.isSafeInteger(keep) || keep < 0) {
    throw new BaalError("E_ARGUMENT", `keep is expected to be a whole number of at least 0, got ${keep}.`);
  }
  const serving = store.projectById(projectId)?.servingVersion;
  const old = store.versions(projectId).reverse().slice(keep);
  return old.filter(({ version }) => version !== serving);
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
