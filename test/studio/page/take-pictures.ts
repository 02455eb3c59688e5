import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { loadEmbeddedIntents } from "../../../src/data/embedded.js";
import type { StudioState } from "../../../src/studio/api/contract.js";
import type { ItemPage } from "../../../src/studio/api/item-contract.js";
import { launchBrowser } from "../../browser.js";
import { type StartedStudio, startStudio } from "../http/started-studio.js";

/*
 * Takes the pictures of docs/studio.md: the page of a studio that works, over the texts of examples/studio, some of which have their label, and the
 * suggestions of the head that was solved from these. With SCREENS it takes all screens in both looks, wide and narrow, to look at.
 *   npx tsx test/studio/page/take-pictures.ts [FOLDER]
 *   SCREENS=1 npx tsx test/studio/page/take-pictures.ts FOLDER
 */

const INTENTS = [
  "card_lost",
  "card_blocked",
  "card_order",
  "money_transfer",
  "balance_check",
  "payment_failed",
  "refund_status",
  "order_status",
];
const ANSWERED = 96;
const SCREENS = [
  "label",
  "explore",
  "explore?view=table",
  "review",
  "model",
  "train",
  "propagate",
  "progress",
  "export",
  "settings",
];

const folder = resolve(process.argv[2] ?? "docs/public/studio");
await mkdir(folder, { recursive: true });
const own = await mkdtemp(join(tmpdir(), "baal-pictures-"));

const { train } = await loadEmbeddedIntents();
const byIntent = INTENTS.map((name) => train.filter(({ intent }) => intent === name));
const rows = byIntent[0]!.flatMap((_, n) => byIntent.flatMap((texts) => texts[n] ?? []));
// The page says where an item came from: a path within the repository.
const data = "examples/studio/data/messages.jsonl";
await mkdir(dirname(data), { recursive: true });
await writeFile(data, rows.map(({ text }) => `${JSON.stringify({ text })}\n`).join(""));
const words = (intent: string) => intent.replaceAll("_", " ");
const truth = new Map(rows.map(({ text, intent }) => [text, words(intent)]));

const studio = await startStudio([
  data,
  "--labels",
  INTENTS.map(words).join(),
  "--model",
  "tfidf",
  "--data-dir",
  join(own, "messages.baal"),
  "--cache",
  join(own, "cache"),
  "--user",
  "ann",
]);
const browser = await launchBrowser();
try {
  await answerSome(studio);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  const [name, ...value] = studio.cookie.split("=");
  await context.addCookies([{ name: name!, value: value.join("="), url: studio.url }]);
  const page = await context.newPage();
  await (process.env["SCREENS"] ? takeScreens(page) : takePictures(page));
} finally {
  await browser.close();
  await studio.stop();
  await rm(own, { recursive: true, force: true });
  await rm(data);
}

/** Answers as the texts' intents say, and waits until a head was solved from that. */
async function answerSome({ call }: StartedStudio): Promise<void> {
  const ready = async (isSo: (state: StudioState) => boolean) => {
    for (;;) {
      const state = await call<StudioState>("GET", "state").catch(() => undefined);
      if (state && isSo(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const { labels, seq } = await ready(({ project }) => project.isBegun);
  const { items } = await call<ItemPage>("GET", `items?count=${2 * ANSWERED}&status=unlabeled`);
  const id = new Map(labels.map((label) => [label.name, label.id]));
  const answers = items
    .filter((_, n) => n % 2 === 0)
    .map(({ id: item, content }) => ({ item, classes: [id.get(truth.get(content)!)!] }));
  await call("POST", "labels", { batchId: "first", baseSeq: seq, via: "grid", answers });
  await ready(({ model }) => model.labelled >= ANSWERED / 2 && !model.isRanking && model.version !== undefined);
}

async function takePictures(page: Page): Promise<void> {
  const picture = async (name: string) => {
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  await page.goto(`${studio.url}/label`);
  for (let n = 0; n < 8; n++) {
    const text = (await page.textContent(".item-text"))!.trim();
    await page.keyboard.press(String(INTENTS.map(words).indexOf(truth.get(text)!) + 1));
    await page.waitForFunction(`document.querySelector(".item-text")?.textContent.trim() !== ${JSON.stringify(text)}`);
  }
  await picture("label");
  await page.keyboard.press("g");
  await page.waitForSelector(".cell");
  for (let n = 0; n < 5; n++) await page.keyboard.press("Shift+ArrowRight");
  await picture("grid");
}

async function takeScreens(page: Page): Promise<void> {
  for (const screen of SCREENS)
    for (const [width, colorScheme] of [
      [1440, "light"],
      [390, "dark"],
      [390, "light"],
      [1440, "dark"],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${studio.url}/${screen}`);
      await page.waitForSelector("main .screen, main .explore, main .item-text");
      await page.waitForTimeout(1_500);
      await page.screenshot({ path: join(folder, `${screen.replace(/\W+/g, "-")} ${width} ${colorScheme}.png`) });
    }
}
