import { sha256 } from "../../system/digest.js";
import type { Store } from "../state/store.js";

/** So many of a project's runs are looked through for names of versions. */
const RUNS = 10_000;

/** Names of versions, those that were removed included. */
export function namesSoFar(store: Pick<Store, "versions" | "runs">, projectId: number): readonly string[] {
  const ofRuns = store.runs(projectId, RUNS).flatMap(({ version }) => version ?? []);
  return [...store.versions(projectId).map(({ version }) => version), ...ofRuns];
}

/**
 * The name of a project's next version, `v<number>-<8 hex digits>`. Label Studio keeps predictions by this name for good, so it must
 * not come again for another model: the number is above those of all `names`, whatever the clocks do, and the digits are a hash of all that
 * the model is made from, which tells apart what two states of one project, from a backup, say, have made.
 */
export function nextVersion(names: readonly string[], madeFrom: unknown): string {
  const numbers = names.map((version) => Number(/^v(\d{1,9})-/.exec(version)?.[1] ?? 0));
  const hash = sha256(JSON.stringify(madeFrom)).slice(0, 8);
  return `v${numbers.reduce((most, number) => Math.max(most, number), 0) + 1}-${hash}`;
}
