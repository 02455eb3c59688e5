import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A small disk of its own, by the options of a tmpfs (`"size=256k"`), gone after the test; `undefined` where this user may mount none. */
export function mounted(options: string): string | undefined {
  const target = mkdtempSync(join(tmpdir(), "baal-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", target], { stdio: "ignore" });
  } catch {
    rmSync(target, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", [target]);
    rmSync(target, { recursive: true });
  });
  return target;
}
