import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../system/files.js";
import { readJson } from "./live-record.js";

const heldVersion = z.object({
  version: z.string(),
  /** Names the labels when it was chosen; unknown until the first head after that. */
  labels: z.string().optional(),
});

/** A version that was chosen to answer, as it was kept, in place of the head that is solved with each label: until there are other labels. */
export type HeldVersion = z.infer<typeof heldVersion>;

function pathOf(storeFolder: string, projectId: number): string {
  return join(storeFolder, "live", String(projectId), "held.json");
}

/** What was chosen last, whether it serves still or not; `undefined` for nothing, and for a file that cannot be read. */
export function readHeldVersion(storeFolder: string, projectId: number): HeldVersion | undefined {
  return readJson(pathOf(storeFolder, projectId), heldVersion);
}

export function writeHeldVersion(storeFolder: string, projectId: number, held: HeldVersion): Promise<void> {
  return writeFileAtomic(pathOf(storeFolder, projectId), `${JSON.stringify(held)}\n`);
}
