import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { pageFiles } from "../../../src/page/page-files.js";
import { equalise } from "../../../src/studio/page/label/equalise.js";
import { itInBrowser } from "../../browser.js";
import { FakeStudio, type FakeStudioOptions } from "./fake-studio.js";
import { faultsOfLooks, pages } from "./page-stage.js";

const LABELS = ["card payment", "lost or stolen card", "transfer", "balance", "exchange rate", "report fraud"];
const items = Array.from({ length: 40 }, (_, i) => ({
  content:
    i % 3 === 0
      ? "Is there any money left in it?"
      : "Someone used my card in a shop where I have never been, and nobody can tell me why.",
  fields: { channel: "app" },
  isValidation: i === 5,
}));

interface Scene {
  readonly path: string;
  readonly options?: FakeStudioOptions;
  readonly waitFor: string;
  readonly act?: (page: Page, studio: FakeStudio) => Promise<unknown>;
}

const scenes: Readonly<Record<string, Scene>> = {
  "one item": {
    ...{ path: "label", waitFor: ".item-text" },
    act: (page) => page.keyboard.press("1").then(() => page.keyboard.press("h")),
  },
  "several labels": {
    ...{ path: "label", waitFor: ".item-text", options: { task: "multi" } },
    act: (page) => page.keyboard.press("1").then(() => page.keyboard.press("Alt+2")),
  },
  "grid of texts": {
    ...{ path: "label", waitFor: ".item-text" },
    act: (page) => page.keyboard.press("g").then(() => page.keyboard.press("a")),
  },
  "grid of pictures": {
    ...{ path: "label", waitFor: ".picture", options: { kind: "image" } },
    act: (page) => page.keyboard.press("g").then(() => page.waitForSelector(".cell")),
  },
  "a picture": { path: "label", waitFor: ".picture", options: { kind: "image" }, act: (page) => page.keyboard.press("e") },
  "an empty queue": { path: "label", waitFor: ".empty-state", options: { items: [] } },
  comment: { path: "label", waitFor: ".item-text", act: (page) => page.keyboard.press("m") },
  keys: { path: "export", waitFor: ".export-row", act: (page) => page.keyboard.press("?") },
  new: { path: "", waitFor: ".new-grid", options: { isBegun: false } },
  settings: { path: "settings", waitFor: ".settings-body" },
  "a token": {
    ...{ path: "settings", waitFor: "[aria-label='Name of a new user']" },
    act: async (page) => {
      await page.fill("[aria-label='Name of a new user']", "bob");
      await page.keyboard.press("Enter");
      await page.waitForSelector("dialog input");
    },
  },
  "a label": { path: "settings", waitFor: ".settings-body", act: (page) => page.click("[aria-label='Edit: transfer']") },
  "the server gone": {
    ...{ path: "label", waitFor: ".item-text" },
    act: async (page, studio) => {
      studio.faults.set("POST labels", { status: 500, message: "The disk is full." });
      await page.keyboard.press("1");
      await page.waitForSelector("text=1 unsaved");
    },
  },
};

describe("the studio's page", () => {
  const open = pages();

  it("is no more than 150 kB, compressed, with all it needs", async () => {
    const { script, style } = await pageFiles("studio");
    expect(gzipSync(script).length + gzipSync(style).length).toBeLessThanOrEqual(150 * 1024);
  });

  it("spreads brightness in an equalised picture, and keeps colours", () => {
    const [width, height] = [64, 64];
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < width * height; i++) pixels.set([100 + (i % 20), 50 + (i % 20) / 2, 100 + (i % 20), 255], 4 * i);
    const before = pixels.slice();
    equalise(pixels, { width, height });
    const range = (data: Uint8ClampedArray) => {
      const red = data.filter((_, i) => i % 4 === 0);
      return Math.max(...red) - Math.min(...red);
    };
    expect(range(pixels)).toBeGreaterThan(2 * range(before));
    for (let i = 0; i < pixels.length; i += 4) {
      expect(pixels[i]).toBe(pixels[i + 2]);
      expect(pixels[i + 3]).toBe(255);
    }
  });

  for (const [name, { path, options, waitFor, act }] of Object.entries(scenes)) {
    itInBrowser(`can be used by all, light and dark, wide and narrow: ${name}`, async () => {
      const studio = new FakeStudio({ labels: LABELS, items, ...options });
      const { page, errors } = await open(studio.app, path);
      await page.waitForSelector(waitFor);
      await act?.(page, studio);
      expect(await faultsOfLooks(page, name)).toEqual([]);
      expect(errors).toEqual([]);
    });
  }

  itInBrowser("begins a project, and keeps the focus visible", async () => {
    const studio = new FakeStudio({ labels: ["a"], items, isBegun: false });
    const { page } = await open(studio.app, "");
    await page.fill("[aria-label='New labels']", "b, c");
    await page.keyboard.press("Enter");
    await page.click("text=Begin labelling");
    await page.waitForSelector(".item-text");
    expect(studio.labels.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
  });

  itInBrowser("adds a user, whose token is shown once, and takes one away after a question", async () => {
    const { page } = await open(new FakeStudio({ labels: ["a"], items }).app, "settings");
    await page.fill("[aria-label='Name of a new user']", "bob");
    await page.selectOption("[aria-label='Role of the new user']", "reviewer");
    await page.click(".set-add:has([aria-label='Role of the new user']) button");
    await page.waitForSelector("dialog >> text=The token of bob");
    expect(await page.inputValue("dialog input")).toMatch(/\/\?token=bob\.s3cret$/);
    await page.click("dialog >> text=Done");
    await page.waitForSelector(".set-row:has-text('bob'):has-text('reviewer')");
    expect(await page.locator("text=s3cret").count()).toBe(0);
    expect(await page.locator("[aria-label='Remove: Ada']").count()).toBe(0);
    await page.click("[aria-label='Remove: bob']");
    await page.click("dialog button:has-text('Remove')");
    await page.waitForSelector(".toast:has-text('bob is removed')");
    await page.waitForSelector(".set-row:has-text('bob')", { state: "detached" });
  });

  itInBrowser("has the colours that were chosen, and remembers them", async () => {
    const studio = new FakeStudio({ labels: ["a", "b"], items });
    const { page } = await open(studio.app, "label");
    await page.waitForSelector(".item-text");
    await page.click("[aria-label^='Colours:']");
    await page.click("[aria-label^='Colours:']");
    expect(await page.getAttribute("html", "data-theme")).toBe("dark");
    await page.reload();
    await page.waitForSelector(".item-text");
    expect(await page.getAttribute("html", "data-theme")).toBe("dark");
  });
});
