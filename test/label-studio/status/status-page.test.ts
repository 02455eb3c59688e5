import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { AxeResults } from "axe-core";
import express from "express";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { statusRoutes } from "../../../src/label-studio/http/status-routes.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { FakeSource, NOW, project } from "./fake-source.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const LOOKS = [
  [1440, "light"],
  [400, "dark"],
] as const;
const wide = { viewport: { width: 1440, height: 900 } };

describe("the status page", () => {
  let browser: Browser | undefined;

  beforeAll(async () => {
    browser = await launchBrowser().catch(() => undefined);
  });
  afterAll(() => browser?.close());

  /** The page of a source, open; `errors` are those of its script. */
  async function open(source: FakeSource, options: BrowserContextOptions = wide) {
    const server = express().use("/baal", statusRoutes(source)).listen(0);
    const context = await browser!.newContext(options);
    onTestFinished(async () => {
      await context.close();
      server.closeAllConnections();
      server.close();
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.clock.setFixedTime(NOW);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/baal/status`);
    await page.waitForSelector("section");
    return { page, errors, server };
  }

  itInBrowser(
    "shows a project, its versions, labels per class, next tasks and events, and takes no text for markup",
    async () => {
      const { page, errors } = await open(new FakeSource());
      await page.waitForSelector("text=Task 400");
      const text = (await page.textContent("main")) ?? "";
      for (const shown of [
        ...["Bank intents <b>pilot</b>", "5 labels are <unknown>", "87.0 %", "76 to 93 %, 60 held-out labels"],
        ...["report fraud", "1 class without a label", "is there any money left in it", "Warning: ", "Error: ", "train-every"],
        ...["Label Studio has not called yet."],
      ]) {
        expect(text).toContain(shown);
      }
      expect(await page.getAttribute("text=Task 401", "href")).toBe("https://labels.example.org/projects/3/data?task=401");
      expect(await page.getAttribute(".chart svg", "aria-label")).toContain("from 58.0 % with 50 labels to 87.0 % with 250");
      expect(errors).toEqual([]);
    },
  );

  itInBrowser("trains, cancels and goes back to an earlier version", async () => {
    const source = new FakeSource();
    const { page, errors } = await open(source);
    await page.click("text=Train now");
    await page.waitForSelector("progress");
    expect(await page.getAttribute("progress", "value")).toBe("0.3");
    expect(await page.textContent(".training")).toContain("step 30 of 100 · loss 0.500");
    expect(await page.textContent(".training")).toContain("about 2 min left");
    expect(await page.textContent("[role=status]")).toContain("is running: asked for on this page");
    // What cannot be done twice is not asked for twice.
    await page.dispatchEvent("text=Train now", "click");
    await page.click("text=Cancel");
    await page.waitForSelector("progress", { state: "detached" });
    await page.click('[aria-label^="Use v3:"]');
    await page.waitForSelector("tr.serving:has-text('v3')");
    expect(source.asked).toEqual(["train 7", "cancel 7", "serve 7 v3"]);
    expect(errors).toEqual([]);
  });

  itInBrowser("updates in place: no click is lost, and the focus stays", async () => {
    const source = new FakeSource();
    const { page } = await open(source);
    await page.click("summary:has-text('Compare')");
    await page.selectOption(".compare select >> nth=0", "v1");
    await page.focus(".compare select >> nth=1");
    await page.evaluate("document.querySelector('.versions').isKept = true");
    for (let annotations = 313; annotations < 320; annotations++) {
      source.change({ annotations });
      await page.waitForSelector(`.figures:has-text("${annotations}")`);
    }
    expect(await page.evaluate("document.querySelector('.versions').isKept")).toBe(true);
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("Second version to compare");
    expect(await page.inputValue(".compare select >> nth=0")).toBe("v1");
    expect(await page.getAttribute(".compare", "open")).not.toBeNull();
  });

  itInBrowser("says that the server is gone, keeps what it knew, and goes on when it is back", async () => {
    const source = new FakeSource();
    const { page } = await open(source);
    await page.route("**/api/events", (route) => route.abort());
    source.end();
    const banner = await page.waitForSelector("[role=alert]");
    expect(await banner.textContent()).toContain("The server does not answer");
    expect(await page.textContent("main")).toContain("87.0 %");
    expect(await page.getAttribute("text=Train now", "aria-disabled")).toBe("true");
    await page.unroute("**/api/events");
    await page.waitForSelector("[role=alert]", { state: "detached", timeout: 60_000 });
    expect(await page.getAttribute("text=Train now", "aria-disabled")).toBe("false");
  });

  itInBrowser("says why the server refuses something", async () => {
    const source = new FakeSource();
    source.serve = () => Promise.reject(new Error("its files are damaged"));
    const { page } = await open(source);
    await page.click('[aria-label^="Use v2:"]');
    expect(await (await page.waitForSelector("[role=alert]")).textContent()).toContain("500");
    await page.click("text=Close");
    await page.waitForSelector("[role=alert]", { state: "detached" });
  });

  const training = new FakeSource();
  training.train(7);
  const states: Readonly<Record<string, FakeSource>> = {
    "with all there is": new FakeSource(),
    "with a training": training,
    "of several projects": new FakeSource([project, { ...project, id: 8, title: "Reviews" }]),
    "before the first training": new FakeSource([
      { ...project, versions: [], lastRun: undefined, modelVersion: "base-1f0c2ab4" },
    ]),
    "without a project": new FakeSource([]),
  };
  for (const [name, source] of Object.entries(states)) {
    itInBrowser(`can be used by all, and in 400 pixels: ${name}`, async () => {
      for (const [width, colorScheme] of LOOKS) {
        const { page } = await open(source, { viewport: { width, height: 900 }, colorScheme });
        for (const summary of await page.$$("summary")) await summary.click();
        expect(await violations(page), `${colorScheme}, ${width} pixels`).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        const folder = process.env["BAALJS_SCREENSHOTS"];
        if (folder) await page.screenshot({ path: `${folder}/${name} ${width} ${colorScheme}.png`, fullPage: true });
      }
    });
  }
});

/** What axe has against the page, in short. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}
