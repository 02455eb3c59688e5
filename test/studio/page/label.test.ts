import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { itInBrowser } from "../../browser.js";
import { openTestStudio } from "../http/open-test-studio.js";
import { FakeStudio } from "./fake-studio.js";
import { pages } from "./page-stage.js";

/** Of the page, where some of the functions here run. */
declare const document: {
  querySelector(selector: string): { getAttribute(name: string): string | null } | null;
  querySelectorAll(selector: string): { readonly length: number };
};
declare const sessionStorage: object;

/** Number of the item that is shown, another one than `before`. */
async function itemShown(page: Page, before = 0): Promise<number> {
  const shown = await page.waitForFunction(
    (id) => {
      const name = document.querySelector(".focus-card")?.getAttribute("aria-label") ?? "";
      const now = Number(/^Item (\d+)$/.exec(name)?.[1]);
      return now > 0 && now !== id && now;
    },
    before,
    { polling: 5 },
  );
  return Number(await shown.jsonValue());
}

/** Waits until nothing is on its way to the server. */
async function saved(page: Page): Promise<void> {
  await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("baal studio answers")));
}

const count = (asked: readonly string[], what: string) => asked.filter((one) => one === what).length;

const items = Array.from({ length: 60 }, (_, i) => ({ content: `message ${i + 1}` }));

describe("labelling on the page", () => {
  const open = pages();

  itInBrowser("takes one key and one request for each of 100 texts, and no answer is lost or another one's", async () => {
    const { app, desk } = await openTestStudio(104);
    const { page, errors, asked } = await open(app, "?token=ann");
    const given = new Map<number, number>();
    let shown = 0;
    for (let i = 0; i < 100; i++) {
      shown = await itemShown(page, shown);
      await page.keyboard.press(String((i % 3) + 1));
      given.set(shown, (i % 3) + 1);
    }
    await saved(page);
    expect(given.size).toBe(100);
    expect(count(asked, "POST labels")).toBe(100);
    const answers = [...given].map(([item, label]) => [item, desk.states.get(item)?.known.resolved?.get(label)]);
    expect(answers.every(([, value]) => value === 1)).toBe(true);
    expect(errors).toEqual([]);
  });

  itInBrowser("answers a duplicate group once, says so, and one undo takes it back from all of it", async () => {
    const words = ["a parcel that has not come", "money that is not back yet", "a card that does not work"];
    const data = {
      ...{ kind: "text" as const, task: "single" as const, labels: [], answers: new Map(), suggestions: new Map() },
      ...{ isRanked: false, leftOut: 0 },
      items: words.flatMap((content) =>
        [content, `${content}!`, `${content.toUpperCase()}?`].map((text) => ({ content: text, source: "made" })),
      ),
    };
    const { app, desk } = await openTestStudio(data);
    const { page, asked } = await open(app, "?token=ann");
    let shown = 0;
    for (let i = 0; i < 3; i++) {
      shown = await itemShown(page, shown);
      await page.keyboard.press("2");
      await page.waitForSelector(".toast:has-text('Answered with it: 2 duplicates.')");
    }
    await page.waitForSelector("text=Everything is labelled");
    await saved(page);
    expect([desk.states.totals.answered, count(asked, "POST labels")]).toEqual([9, 3]);
    await page.keyboard.press("Backspace");
    await itemShown(page);
    await saved(page);
    expect(desk.states.totals.answered).toBe(6);
  });

  itInBrowser("labels twelve of the grid at once, and one undo takes all of it back", async () => {
    const { app, desk } = await openTestStudio(40);
    const { page, asked } = await open(app, "?token=ann");
    await itemShown(page);
    await page.keyboard.press("g");
    await page.waitForSelector(".cell");
    for (let i = 0; i < 11; i++) await page.keyboard.press("Shift+ArrowRight");
    expect(await page.locator(".cell.is-selected").count()).toBe(12);
    await page.keyboard.press("2");
    await page.waitForFunction(() => document.querySelectorAll(".cell .label-chip:not(.is-suggested)").length === 12);
    await saved(page);
    expect(desk.states.totals.answered).toBe(12);
    await page.keyboard.press("Backspace");
    await page.waitForFunction(() => document.querySelectorAll(".cell .label-chip:not(.is-suggested)").length === 0);
    await saved(page);
    expect(desk.states.totals.answered).toBe(0);
    expect([count(asked, "POST labels"), count(asked, "POST undo")]).toEqual([1, 1]);
    await page.keyboard.press("Control+Shift+Z");
    await page.waitForFunction(() => document.querySelectorAll(".cell .label-chip:not(.is-suggested)").length === 12);
    await saved(page);
    expect(desk.states.totals.answered).toBe(12);
  });

  itInBrowser("shows what was selected in Explore in the grid, and goes back to the queue", async () => {
    const { app, desk } = await openTestStudio(12);
    const { page } = await open(app, "explore?token=ann");
    await page.goto(page.url().replace(/explore.*/, "explore?view=table"));
    await page.click("[role=row] >> nth=2", { modifiers: ["Control"] });
    await page.click("[role=row] >> nth=4", { modifiers: ["Control"] });
    await page.click("text=In the grid");
    await page.waitForFunction(() => document.querySelectorAll(".cell").length === 2);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("3");
    await saved(page);
    expect(desk.states.totals.answered).toBe(2);
    await page.click("text=Back to the queue");
    await page.waitForFunction(() => document.querySelectorAll(".cell").length === 10);
  });

  itInBrowser("knows yes, no and open of several labels, and saves them with one request", async () => {
    const { app, desk } = await openTestStudio(5, { begin: { task: "multi" } });
    const { page, asked } = await open(app, "?token=ann");
    const first = await itemShown(page);
    await page.keyboard.press("1");
    await page.keyboard.press("Alt+2");
    await page.keyboard.press("Enter");
    const second = await itemShown(page, first);
    await page.keyboard.press("3");
    await page.keyboard.press("z");
    await page.keyboard.press("Enter");
    await itemShown(page, second);
    await saved(page);
    const values = (item: number) => Object.fromEntries(desk.states.get(item)?.known.answers[0]?.values ?? []);
    expect(values(first)).toEqual({ 1: 1, 2: 0 });
    expect(values(second)).toEqual({ 1: 0, 2: 0, 3: 1 });
    expect(count(asked, "POST labels")).toBe(2);
  });

  itInBrowser("shows an item again that somebody else has answered meanwhile", async () => {
    const { app, desk, browser, store } = await openTestStudio(5);
    const { page } = await open(app, "?token=ann");
    const shown = await itemShown(page);
    const elsewhere = await browser("ann");
    const body = { batchId: "elsewhere", baseSeq: store.seq(), via: "focus", answers: [{ item: shown, classes: [3] }] };
    await elsewhere.post("labels", body).expect(200);
    await page.keyboard.press("1");
    await page.waitForSelector(".toast.is-bad:has-text('was changed')");
    expect(await itemShown(page)).toBe(shown);
    expect(await page.textContent(".focus-head")).toContain("c");
    expect(desk.states.get(shown)?.known.resolved?.get(3)).toBe(1);
    // Seen now, it may be answered.
    await page.keyboard.press("1");
    await saved(page);
    expect(desk.states.get(shown)?.known.resolved?.get(1)).toBe(1);
  });

  itInBrowser("goes on without the server: answers wait, outlive a reload, and are written once and in order", async () => {
    const studio = new FakeStudio({ items, labels: ["a", "b", "c"] });
    const { page } = await open(studio.app, "label");
    let shown = await itemShown(page);
    studio.faults.set("POST labels", undefined);
    const answered: number[] = [];
    for (const key of ["1", "2", "3"]) {
      answered.push(shown);
      await page.keyboard.press(key);
      shown = await itemShown(page, shown);
    }
    await page.waitForSelector("text=3 unsaved");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.waitForSelector("text=3 unsaved");
    expect(answered).not.toContain(await itemShown(page));
    studio.faults.clear();
    await page.click("text=Retry");
    await saved(page);
    expect(answered.map((id) => studio.items.get(id)?.mine)).toEqual([
      { 1: 1, 2: 0, 3: 0 },
      { 1: 0, 2: 1, 3: 0 },
      { 1: 0, 2: 0, 3: 1 },
    ]);
    expect(studio.seq).toBe(4);
    // What was done before the reload can be taken back after it.
    await page.keyboard.press("Backspace");
    await saved(page);
    expect(await itemShown(page)).toBe(answered[2]);
    expect(studio.items.get(answered[2]!)?.mine).toEqual({});
  });

  itInBrowser("accepts suggestions by Enter, and shows none of validation items", async () => {
    const studio = new FakeStudio({
      items: items.map((item, i) => ({ ...item, isValidation: i === 1 })),
      labels: ["a", "b", "c"],
    });
    const { page } = await open(studio.app, "label");
    const first = await itemShown(page);
    const suggested = studio.items.get(first)!.suggestions[0]!.label;
    expect(await page.locator(".label-row.is-suggested").count()).toBe(1);
    await page.keyboard.press("Enter");
    const second = await itemShown(page, first);
    await saved(page);
    expect(studio.items.get(first)?.mine[suggested]).toBe(1);
    expect(await page.locator(".label-row.is-suggested, .label-probability").count()).toBe(0);
    await page.keyboard.press("Enter");
    expect(await itemShown(page)).toBe(second);
  });

  itInBrowser("orders anew what was not seen yet when there is a new version, and leaves what is shown", async () => {
    let labelled = 0;
    const studio = new FakeStudio({
      ...{ items, labels: ["a", "b"] },
      state: (state) => ({ ...state, model: { ...state.model, version: "v1", labelled } }),
    });
    const { page } = await open(studio.app, "label");
    const shown = await itemShown(page);
    const reversed = [...studio.items].reverse();
    studio.items.clear();
    for (const [id, view] of reversed) studio.items.set(id, view);
    const before = studio.asked.filter(({ path }) => path === "next").length;
    labelled = 1;
    studio.tell();
    await expect
      .poll(() => studio.asked.filter(({ path }) => path === "next").length, { timeout: 10_000 })
      .toBeGreaterThan(before);
    await page.waitForFunction((id) => document.querySelector(".focus-card")?.getAttribute("aria-label") === `Item ${id}`, shown);
    await page.waitForLoadState("networkidle").catch(() => undefined);
    await page.waitForTimeout(200);
    await page.keyboard.press("1");
    expect(await itemShown(page, shown)).toBe(60);
  });

  itInBrowser("leaves keys alone while somebody writes, and does what the project's keys say", async () => {
    const studio = new FakeStudio({ items, labels: Array.from({ length: 14 }, (_, i) => `label ${i + 1}`) });
    const { page, asked } = await open(studio.app, "label");
    const first = await itemShown(page);
    await page.keyboard.press("f");
    await page.keyboard.type("12x");
    expect(await page.inputValue(".find input")).toBe("12x");
    await page.keyboard.press("Escape");
    expect(await itemShown(page)).toBe(first);
    expect(count(asked, "POST labels")).toBe(0);
    // A label without a digit is found by its name.
    await page.keyboard.press("f");
    await page.keyboard.type("label 14");
    await page.keyboard.press("Enter");
    const second = await itemShown(page, first);
    await page.keyboard.press("Shift+2");
    const third = await itemShown(page, second);
    await saved(page);
    expect([studio.items.get(first)?.mine[14], studio.items.get(second)?.mine[12]]).toEqual([1, 1]);
    await page.evaluate(() =>
      fetch("/api/project", {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ settings: { keys: { skip: "k" } } }),
      }),
    );
    await page.waitForSelector(".mark");
    await expect
      .poll(async () => {
        await page.keyboard.press("k");
        return itemShown(page);
      })
      .not.toBe(third);
    await saved(page);
    expect(studio.items.get(third)?.flags.skip).toBe(true);
  });

  itInBrowser("takes no name, text or guideline for markup", async () => {
    const markup = `<img src="x" onerror="window.taken = true">`;
    const studio = new FakeStudio({
      name: markup,
      labels: [markup, "b"],
      items: [{ content: markup, fields: { [markup]: markup } }, ...items],
    });
    const { page, errors } = await open(studio.app, "label");
    const first = await itemShown(page);
    expect(await page.textContent(".item-text")).toBe(markup);
    expect(await page.textContent(".label-name >> nth=0")).toBe(markup);
    await page.keyboard.press("1");
    await itemShown(page, first);
    await page.waitForSelector(".history-step");
    await page.keyboard.press("g");
    await page.waitForSelector(".cell");
    for (const screen of ["settings", "export"]) {
      await page.click(`.rail a[href$="${screen}"]`);
      await page.waitForSelector(".screen-head");
    }
    expect(await page.evaluate("[document.querySelectorAll('img').length, window.taken]")).toEqual([0, undefined]);
    expect(errors).toEqual([]);
  });
});
