import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type VersionStore, writeVersion } from "../../../src/label-studio/state/model-folders.js";
import type { VersionRecord } from "../../../src/label-studio/state/records.js";

/** Adds a version whose model is two small files, one in a folder of its own. */
export async function addTestVersion(store: VersionStore, projectId: number, version: string): Promise<VersionRecord> {
  const about = { projectId, version, labels: ["greeting", "other"], trained: 40, heldOut: 10, metrics: { accuracy: 0.875 } };
  return await writeVersion(store, about, async (folder) => {
    await writeFile(join(folder, "config.json"), `{"version":"${version}"}`);
    await mkdir(join(folder, "onnx"));
    await writeFile(join(folder, "onnx", "model.onnx"), Buffer.alloc(3000, version));
  });
}
