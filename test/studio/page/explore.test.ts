import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { decodeMap } from "../../../src/studio/page/map/map-data.js";
import { fitView, toScreen } from "../../../src/studio/page/map/map-view.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { answerSome, type FakeWork, INTENTS, listenWith, mapBytes, messages } from "./fake-model-work.js";
import { FakeStudio } from "./fake-studio.js";
import { violations } from "./page-stage.js";

const wide = { viewport: { width: 1440, height: 900 } };

describe("Explore", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser().catch(() => undefined);
  });
  afterAll(() => browser?.close());

  async function open(
    count: number,
    path = "explore",
    { work = {}, options = wide }: { work?: FakeWork; options?: BrowserContextOptions } = {},
  ) {
    const fake = new FakeStudio({ labels: INTENTS, items: messages(count) });
    answerSome(fake, 5);
    const { url, close } = await listenWith(fake, work);
    const context = await browser!.newContext(options);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    onTestFinished(async () => {
      await context.close();
      close();
      expect(errors).toEqual([]);
    });
    await page.goto(url + path);
    return { page, fake };
  }

  itInBrowser(
    "a line around points selects those within, and a digit labels all of them in one batch that one undo takes back",
    async () => {
      const { page, fake } = await open(3000);
      await page.waitForSelector(".point-map[data-renderer]");
      const box = (await (await page.waitForSelector(".point-map")).boundingBox())!;
      const bytes = mapBytes(fake);
      const map = decodeMap(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
      const corners = [
        [0.3, 0.2],
        [0.62, 0.12],
        [0.8, 0.5],
        [0.55, 0.44],
        [0.42, 0.85],
      ].map(([x, y]) => [Math.round(x! * box.width), Math.round(y! * box.height)] as const);
      await page.mouse.move(box.x + corners[0]![0], box.y + corners[0]![1]);
      await page.mouse.down();
      for (const [x, y] of corners.slice(1)) await page.mouse.move(box.x + x, box.y + y);
      await page.mouse.up();

      const view = fitView(map.x, map.y, box);
      const expected = new Set<number>();
      map.ids.forEach((id, i) => {
        const [x, y] = toScreen(view, box, map.x[i]!, map.y[i]!);
        let crossings = 0;
        corners.forEach(([x0, y0], at) => {
          const [x1, y1] = corners[(at + 1) % corners.length]!;
          if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) crossings++;
        });
        if (crossings % 2 === 1) expected.add(id);
      });
      expect(expected.size).toBeGreaterThan(100);
      await page.waitForSelector(`h2:has-text("${expected.size.toLocaleString("en")} items selected")`);

      const before = new Map([...expected].map((id) => [id, fake.items.get(id)!.resolved]));
      await page.keyboard.press("2");
      await page.waitForSelector(".toast:has-text('refund')");
      const writes = () => fake.asked.filter(({ method, path }) => method === "POST" && path === "labels");
      expect(writes()).toHaveLength(1);
      const { answers, via } = writes()[0]!.body as { answers: { item: number; classes: number[] }[]; via: string };
      expect(via).toBe("map");
      expect(new Set(answers.map(({ item }) => item))).toEqual(expected);
      expect([...expected].every((id) => fake.items.get(id)!.resolved?.[2] === 1)).toBe(true);
      await page.click(".toast button:has-text('Undo')");
      await page.waitForSelector(".toast:has-text('Taken back')");
      for (const [id, resolved] of before) expect(fake.items.get(id)!.resolved).toEqual(resolved);
    },
  );

  itInBrowser(
    "all that a filter finds is selected, however many, labelled by one request, and taken back by one undo",
    async () => {
      const { page, fake } = await open(12_000, "explore?view=table");
      await page.waitForSelector(".virtual-row .item-words");
      await page.selectOption("[aria-label='Label status']", "unlabeled");
      const open12 = [...fake.items.values()].filter(({ resolved }) => !resolved).map(({ id }) => id);
      const words = `${open12.length.toLocaleString("en")} items`;
      await page.waitForSelector(`.explore-count:has-text("${words}")`);
      await page.click("button:has-text('Select all')");
      await page.waitForSelector(`h2:has-text("${words} selected")`);
      expect(await page.getAttribute("button:has-text('In the grid')", "aria-disabled")).toBe("true");
      await page.keyboard.press("2");
      await page.waitForSelector(`.toast:has-text("${words}: “refund”")`);
      const writes = fake.asked.filter(({ method, path }) => method === "POST" && path === "labels");
      expect(writes).toHaveLength(1);
      expect((writes[0]!.body as { answers: { item: number }[] }).answers.map(({ item }) => item)).toEqual(open12);
      await page.click(".toast button:has-text('Undo')");
      await page.waitForSelector(`.toast:has-text("Taken back: ${words}")`);
      expect(open12.every((id) => !Object.values(fake.items.get(id)!.mine).includes(1))).toBe(true);
    },
  );

  itInBrowser("draws with Canvas 2D where there is no WebGL 2, and selects there as well", async () => {
    const { page } = await open(300, "settings");
    await page.addInitScript(
      "HTMLCanvasElement.prototype.getContext = ((get) => function (kind, ...rest) { return kind === 'webgl2' ? null : get.call(this, kind, ...rest); })(HTMLCanvasElement.prototype.getContext)",
    );
    await page.goto(new URL("explore", page.url()).href);
    const frame = await page.waitForSelector('.point-map[data-renderer="canvas"]');
    const box = (await frame.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 4);
    await page.mouse.down();
    for (const [x, y] of [
      [box.width - 60, 4],
      [box.width - 60, box.height - 4],
      [4, box.height - 4],
    ] as const)
      await page.mouse.move(box.x + x, box.y + y);
    await page.mouse.up();
    await page.waitForSelector("h2:has-text('items selected')");
    const drawn =
      "[...document.querySelector('canvas').getContext('2d').getImageData(0, 0, 900, 700).data].some((value) => value > 0)";
    expect(await page.evaluate(drawn)).toBe(true);
  });

  itInBrowser("a table of 100,000 items scrolls to its end, with at most 60 rows in the document", async () => {
    const { page } = await open(100_000, "explore?view=table", { options: { viewport: { width: 1440, height: 3000 } } });
    await page.waitForSelector(".virtual-row .item-words");
    const rows = () => page.locator(".virtual-row").count();
    expect(await page.getAttribute(".virtual", "aria-rowcount")).toBe("100001");
    for (const share of [0.5, 0.123, 1]) {
      await page.evaluate(`{ const e = document.querySelector('.virtual'); e.scrollTop = ${share} * e.scrollHeight; }`);
      await page.waitForSelector(".virtual:not(:has(.is-cell))");
      expect(await rows()).toBeLessThanOrEqual(60);
    }
    const last = page.locator('.virtual-row[aria-rowindex="100001"]');
    expect(await last.locator(".item-words").textContent()).toBe(messages(100_000).at(-1)!.content);
  });

  itInBrowser("everything on the map can be done in the table with keys alone", async () => {
    const { page, fake } = await open(400, "explore?view=table");
    await page.waitForSelector(".virtual-row .item-words");
    await page.focus('.virtual-row[data-row="0"]');
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await page.waitForSelector("h2:has-text('3 items selected')");
    await page.keyboard.press("3");
    await page.waitForSelector(".toast:has-text('transfer')");
    expect([2, 3, 4].map((id) => fake.items.get(id)!.resolved?.[3])).toEqual([1, 1, 1]);
    await page.keyboard.press("Backspace");
    await page.waitForSelector(".toast:has-text('Taken back')");
    expect(fake.items.get(2)!.resolved).toBeUndefined();
    await page.keyboard.press("Escape");
    await page.focus('.virtual-row[data-row="3"]');
    await page.keyboard.press("Enter");
    await page.keyboard.press("s");
    await page.waitForSelector(".side-list li");
    expect(await page.locator(".side-list li").count()).toBe(24);
  });

  itInBrowser("what is selected is removed for good, once its number is written", async () => {
    const { page, fake } = await open(60, "explore?view=table");
    await page.waitForSelector(".virtual-row .item-words");
    await page.focus('.virtual-row[data-row="0"]');
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowDown");
    await page.click("button:has-text('Remove …')");
    const button = page.locator("dialog button:has-text('Remove 2 items')");
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    expect(fake.items.size).toBe(60);
    await page.keyboard.press("Backspace");
    await page.keyboard.type("2");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".toast:has-text('2 items removed')");
    await page.waitForSelector(".explore-count:has-text('58 items')");
    expect([fake.items.has(2), fake.items.has(3), fake.items.has(4)]).toEqual([false, false, true]);
  });

  itInBrowser("a search leaves what has the words, and says where nothing has", async () => {
    const { page } = await open(400, "explore?view=table");
    await page.waitForSelector(".virtual-row .item-words");
    await page.keyboard.press("/");
    await page.keyboard.type("refund");
    const expected = messages(400).filter(({ content }) => content.includes("refund")).length;
    await page.waitForSelector(`.explore-count:has-text("${expected} items")`);
    for (const text of await page.locator(".virtual-row .item-words").allTextContents()) expect(text).toContain("refund");
    await page.fill("input[type=search]", "no such words");
    await page.waitForSelector("text=No item is like that");
    await page.click("text=Show all items");
    await page.waitForSelector(".virtual-row .item-words");
  });

  itInBrowser("says how long the map takes, and shows it when it is there", async () => {
    const { page } = await open(400, "explore", { work: { map: "missing" } });
    await page.click("text=Compute 400 items, about 42 s");
    await page.waitForSelector(".point-map");
  });
});
