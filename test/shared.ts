import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const shared = process.env["BAALJS_SHARED"] ?? join(root, "..", "shared");

/** Whether the folder with the golden fixtures and data sets is there. */
export const hasShared = existsSync(shared);

export function sharedPath(...parts: string[]): string {
  return join(shared, ...parts);
}

/** A test that needs the shared folder; where it is absent the name of the skipped test says why. */
export function itShared(name: string, body: () => void | Promise<void>, timeout?: number): void {
  if (hasShared) it(name, body, timeout);
  else it.skip(`${name} (skipped: no shared folder at BAALJS_SHARED or ../shared)`, body);
}
