import { createHash } from "node:crypto";

/**
 * The name of a project's next version, `v<number>-<8 hex digits>`. Label Studio keeps predictions by this name for good, so it must
 * not come again for another model: the digits are a hash of all that the model is made from, which should include the time.
 */
export function nextVersion(versions: readonly { readonly version: string }[], madeFrom: unknown): string {
  const numbers = versions.map(({ version }) => Number(/^v(\d{1,9})-/.exec(version)?.[1] ?? 0));
  const hash = createHash("sha256").update(JSON.stringify(madeFrom)).digest("hex").slice(0, 8);
  return `v${Math.max(0, ...numbers) + 1}-${hash}`;
}
