import { join } from "node:path";
import { folderDamage } from "./checksums.js";
import type { VersionRecord } from "./records.js";
import type { VersionStore } from "./version-store.js";

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
