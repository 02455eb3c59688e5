import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { openRealStudio, type RealStudio } from "./open-real-studio.js";
import { violations } from "./page-stage.js";

const INTENTS = { intents: 4, items: 240 };

describe("the screens on a studio that works", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser().catch(() => undefined);
  });
  afterAll(() => browser?.close());

  async function open({ url }: RealStudio): Promise<Page> {
    const context = await browser!.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    onTestFinished(async () => {
      await context.close();
      expect(errors).toEqual([]);
    });
    await page.goto(url);
    await page.waitForSelector("nav");
    return page;
  }
  async function shot(page: Page, name: string) {
    const folder = process.env["BAALJS_SCREENSHOTS"];
    if (folder) await page.screenshot({ path: `${folder}/real ${name}.png` });
    expect(await violations(page), name).toEqual([]);
  }
  const answered = (studio: RealStudio) => studio.desk.store.answers().size;

  itInBrowser(
    "Explore: draws the map, labels what a line encloses, and takes it back; searches and finds what is similar",
    async () => {
      const studio = await openRealStudio({ ...INTENTS, answered: 40 });
      const page = await open(studio);
      await page.click("nav >> text=Explore");
      await page.waitForSelector(".point-map, .empty-state");
      if (await page.isVisible(".empty-state")) await page.click("button:has-text('Compute')");
      const frame = await page.waitForSelector(".point-map[data-renderer]", { timeout: 60_000 });
      const box = (await frame.boundingBox())!;
      await shot(page, "Explore");
      await page.mouse.move(box.x + 3, box.y + 3);
      await page.mouse.down();
      for (const [x, y] of [
        [box.width - 3, 3],
        [box.width - 3, box.height / 2],
        [3, box.height / 2],
      ] as const)
        await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.up();
      const title = (await page.textContent(".side-head h2:has-text('selected')")) ?? "";
      const count = Number(title.replace(/\D/g, ""));
      expect(count).toBeGreaterThan(5);
      const before = answered(studio);
      await page.keyboard.press("2");
      // What is said stays while it is pointed at, however long the look at the page takes.
      await page.hover(`.toast:has-text("${studio.labels[1]}")`);
      await shot(page, "Explore, selected");
      expect(answered(studio)).toBeGreaterThan(before);
      await page.click(".toast button:has-text('Undo')");
      await page.waitForSelector(".toast:has-text('Taken back')");
      expect(answered(studio)).toBe(before);

      await page.keyboard.press("Escape");
      await page.click("button:has-text('Table')");
      await page.waitForSelector(".virtual-row .item-words");
      await page.focus(".virtual-row >> nth=2");
      await page.keyboard.press("Enter");
      await page.keyboard.press("s");
      await page.waitForSelector(".side-list li");
      await shot(page, "Explore, similar");
      const word = ((await page.textContent(".side-content")) ?? "").split(" ").toSorted((a, b) => b.length - a.length)[0]!;
      await page.fill("input[type=search]", word);
      await page.waitForSelector(`.virtual-row:has-text("${word}")`);
      await page.waitForSelector(`.virtual-row:not(:has-text("${word}"))`, { state: "detached" });
    },
  );

  itInBrowser(
    "Model, Train, Propagate, Progress and Review: a head is trained, labels spread and are accepted, and one undo takes that back",
    async () => {
      const studio = await openRealStudio({ ...INTENTS, answered: 120 });
      const page = await open(studio);
      await page.click("nav >> text=Model");
      await page.click("label:has-text('Trained head')");
      await page.click("label:has-text('Linear')");
      await page.waitForSelector("button:has-text('Use this model')[aria-disabled=false]");
      await shot(page, "Model");
      await page.click("text=Use this model");
      await page.waitForSelector(".toast:has-text('The next training')");

      await page.click("nav >> text=Train");
      await page.getByLabel("Epochs").fill("4");
      await page.getByLabel("Batches an epoch").fill("10");
      await page.click("text=Train now");
      await page.waitForSelector(".badge:has-text('done')", { timeout: 90_000 });
      await page.waitForSelector(".run-facts");
      await page.waitForSelector("tr.is-serving");
      await shot(page, "Train");

      await page.click("nav >> text=Propagate");
      await page.getByLabel("Iterations").fill("5");
      await page.click("text=Spread the labels");
      await page.waitForSelector("table.thresholds", { timeout: 60_000 });
      await shot(page, "Propagate");
      const before = answered(studio);
      await page.click(".thresholds label >> nth=0");
      await page.click("button:has-text('Accept')");
      await page.click("dialog button:has-text('Answer')");
      await page.waitForSelector(".toast:has-text('answered')");
      expect(answered(studio)).toBeGreaterThan(before);
      await page.click(".toast button:has-text('Undo')");
      await page.waitForSelector(".toast:has-text('Taken back')");
      expect(answered(studio)).toBe(before);

      for (const name of ["Progress", "Review"]) {
        await page.click(`nav >> text=${name}`);
        await page.waitForSelector(".skeleton", { state: "detached", timeout: 60_000 });
        await shot(page, name);
      }
      await page.click("[role=tab]:has-text('Validation')");
      await page.waitForSelector(".review-card");
    },
    240_000,
  );
});
