import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { AxeResults } from "axe-core";
import type { Express } from "express";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { launchBrowser } from "../../browser.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules whose outcome the colours change, and the window's width; the others hold of the document, however it looks. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const OF_WIDTH = ["scrollable-region-focusable", "target-size"];

/** What axe has against the page, in short. */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // What is on its way in is not judged half transparent.
  await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))");
  await page.evaluate(axe);
  const options = rules === undefined ? {} : { runOnly: { type: "rule", values: rules } };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

/** With the rules to judge by; `undefined`: all. */
const LOOKS = [
  [1440, "light", undefined],
  [1024, "light", []],
  [390, "light", OF_WIDTH],
  [390, "dark", OF_COLOURS],
  [1440, "dark", []],
] as const;

/**
 * What is wrong with a page in any look: light and dark; wide, middling and narrow. All rules at first, then those that looks change, and that nothing
 * is wider than the window. With BAALJS_SCREENSHOTS a picture of each is kept in that folder.
 */
export async function faultsOfLooks(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [width, colorScheme, rules] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const look = `${name}, ${width}, ${colorScheme}`;
    if (rules?.length !== 0) for (const fault of await violations(page, rules)) found.push(`${look}: ${fault}`);
    const wide = (await page.evaluate(
      "Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0)",
    )) as number;
    if (wide > width) found.push(`${look}: ${wide} pixels wide`);
    const folder = process.env["BAALJS_SCREENSHOTS"];
    if (folder) await page.screenshot({ path: `${folder}/${look}.png` });
  }
  return found;
}

export interface OpenPage {
  readonly page: Page;
  /** Of the page's scripts, and refusals by its Content-Security-Policy. */
  readonly errors: readonly string[];
  /** What the page has asked for, as `"POST labels"`. */
  readonly asked: readonly string[];
}

/** A browser for the tests of a file, and the way to pages of an app: `const open = pages(); await open(app, "label")`. */
export function pages() {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser().catch(() => undefined);
  });
  afterAll(() => browser?.close());

  return async (app: Express, path: string, options: BrowserContextOptions = {}): Promise<OpenPage> => {
    const server = createServer(app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const reducedMotion = "reduce";
    const context = await browser!.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion, ...options });
    onTestFinished(async () => {
      await context.close();
      server.closeAllConnections();
      server.close();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const errors: string[] = [];
    const asked: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => message.text().includes("Content Security Policy") && errors.push(message.text()));
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.includes("/api/")) asked.push(`${request.method()} ${pathname.split("/api/")[1]}`);
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`);
    return { page, errors, asked };
  };
}
