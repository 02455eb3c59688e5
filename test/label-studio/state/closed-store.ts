import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { temporaryFolder } from "../../temporary-folder.js";

/**
 * Gives each test a store's folder of its own that another process has made and left, see closed-store-child.ts. In the process that has
 * worked with a database the driver holds on to it for a while after it was closed.
 */
export function useClosedStore(): () => string {
  let original = "";
  beforeAll(() => {
    original = mkdtempSync(join(tmpdir(), "baaljs-store-"));
    const file = fileURLToPath(new URL("./closed-store-child.ts", import.meta.url));
    const { status } = spawnSync(process.execPath, ["--import", "tsx", file, original], { stdio: "inherit" });
    if (status !== 0) throw new Error(`the store could not be made: exit code ${status}`);
  });
  afterAll(() => rmSync(original, { recursive: true, force: true }));
  return () => {
    const folder = temporaryFolder();
    cpSync(original, folder, { recursive: true });
    return folder;
  };
}
