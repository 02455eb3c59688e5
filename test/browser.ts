import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { it } from "vitest";

const executablePath = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

/** A test that needs a real browser; skipped, with the reason in its name, where none is installed. */
export const itInBrowser: typeof it =
  executablePath === undefined ? (((name: string) => it.skip(`${name} (no Chromium here: set CHROMIUM)`)) as typeof it) : it;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox", "--disable-gpu"] });
}
