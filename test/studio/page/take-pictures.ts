import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "playwright-core";
import { createRandom } from "../../../src/core/random.js";
import { loadEmbeddedIntents } from "../../../src/data/embedded.js";
import { openRowWriter } from "../../../src/data/rows/open-row-writer.js";
import { launchBrowser } from "../../browser.js";

/*
 * Takes the pictures of docs/studio.md, of a studio over the embedded intents that is labelled by keys as somebody would:
 *   npx tsx test/studio/page/take-pictures.ts [FOLDER]
 */

const LABELLED = 40;
const folder = resolve(process.argv[2] ?? "docs/public/studio");
const scratch = await mkdtemp(join(tmpdir(), "baaljs-pictures-"));
await mkdir(folder, { recursive: true });

const { train } = await loadEmbeddedIntents();
const intents = [...new Set(train.map(({ intent }) => intent))].slice(0, 10);
const rows = createRandom(1)
  .shuffled(train)
  .filter(({ intent }) => intents.includes(intent))
  .slice(0, 600);
const intentOf = new Map(rows.map(({ text, intent }) => [text, intent]));
const writer = await openRowWriter(join(scratch, "messages.jsonl"), { columns: ["text"] });
await writer.write(rows.map(({ text }) => ({ text })));
await writer.finish();

const main = resolve(import.meta.dirname, "../../../src/cli/main.ts");
const args = ["studio", join(scratch, "messages.jsonl"), "--labels", intents.join(","), "--port", "0", "--no-open"];
const server = spawn(process.execPath, ["--import", "tsx", main, ...args], { stdio: ["ignore", "pipe", "inherit"] });
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(await address());
  await page.waitForSelector(".item-text", { timeout: 120_000 });
  for (let i = 0; i < LABELLED; i++) await labelShown(page);
  // The head that has learnt from these suggests.
  await page.waitForSelector(".label-row.is-suggested", { timeout: 120_000 });
  await picture(page, "label");
  await page.keyboard.press("g");
  await page.waitForSelector(".cell");
  for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+ArrowRight");
  await picture(page, "grid");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, "label-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.keyboard.press("?");
  await picture(page, "keys");
  await page.keyboard.press("Escape");
  await page.click(".rail a[href$='settings']");
  await picture(page, "settings");
} finally {
  await browser.close();
  server.kill("SIGINT");
  await rm(scratch, { recursive: true, force: true });
}

/** What the command prints when it listens. */
async function address(): Promise<string> {
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("The studio has ended before it listened.");
}

/** Of the page, where some of the functions here run. */
declare const document: { querySelector(selector: string): { getAttribute(name: string): string | null } | null };

/** Gives the label that the item has in the data, by its key. */
async function labelShown(page: Page): Promise<void> {
  const name = await page.getAttribute(".focus-card", "aria-label");
  const intent = intentOf.get((await page.textContent(".item-text")) ?? "");
  await page.keyboard.press(String((intents.indexOf(intent ?? "") + 1) % 10));
  await page.waitForFunction((before) => document.querySelector(".focus-card")?.getAttribute("aria-label") !== before, name);
  // As fast as somebody who reads.
  await page.waitForTimeout(150);
}

/** When everything stands still. */
async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(2_500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`${name}.png`);
}
