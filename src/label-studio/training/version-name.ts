import { createHash } from "node:crypto";

/**
 * The name of a project's next version, `v<number>-<8 hex digits>`. Label Studio keeps predictions by this name for good, so it must
 * not come again for another model: the number is above those of all `names`, whatever the clocks do, and the digits are a hash of all that
 * the model is made from, which tells apart what two states of one project, from a backup, say, have made.
 */
export function nextVersion(names: readonly string[], madeFrom: unknown): string {
  const numbers = names.map((version) => Number(/^v(\d{1,9})-/.exec(version)?.[1] ?? 0));
  const hash = createHash("sha256").update(JSON.stringify(madeFrom)).digest("hex").slice(0, 8);
  return `v${numbers.reduce((most, number) => Math.max(most, number), 0) + 1}-${hash}`;
}
