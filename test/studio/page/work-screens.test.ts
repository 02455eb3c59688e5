import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import type { ItemView } from "../../../src/studio/api/item-contract.js";
import { modelConfig } from "../../../src/studio/api/model-config.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { answerSome, type FakeWork, INTENTS, job, listenWith, messages } from "./fake-model-work.js";
import { FakeStudio, type FakeStudioOptions } from "./fake-studio.js";
import { faultsOfLooks } from "./page-stage.js";

const SOLVED: FakeWork["training"] = {
  ...{ model: "solved", points: [], job: job("train", { state: "done", progress: 1 }) },
  versions: [
    {
      ...{ name: "v4", labelled: 120, trainedAt: Date.UTC(2026, 10, 30, 12), isServing: true, config: modelConfig.parse({}) },
      metrics: { validationAccuracy: 0.931, parameters: 2310 },
    },
  ],
};

describe("the screens of the model's work", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser().catch(() => undefined);
  });
  afterAll(() => browser?.close());

  async function open(path: string, { work = {}, options = {} }: { work?: FakeWork; options?: FakeStudioOptions } = {}) {
    const fake = new FakeStudio({ labels: INTENTS, items: messages(200), ...options });
    answerSome(fake, 5);
    const { url, close } = await listenWith(fake, work);
    const context = await browser!.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    onTestFinished(async () => {
      await context.close();
      close();
      expect(errors).toEqual([]);
    });
    await page.goto(url + path);
    return { page, fake, work, url };
  }
  const resolvedOf = (fake: FakeStudio) =>
    new Map([...fake.items].map(([id, { resolved }]: [number, ItemView]) => [id, resolved]));

  itInBrowser(
    "Propagate: what is probable enough is accepted in one batch, after a question, and one undo takes all of it back",
    async () => {
      const { page, fake } = await open("propagate");
      await page.click('label:has-text("90 %")');
      const before = resolvedOf(fake);
      await page.click("text=Accept 140 items");
      await page.waitForSelector("dialog >> text=92.8 % were right, so about 10 of them will be wrong");
      expect(resolvedOf(fake)).toEqual(before);
      await page.click("dialog >> text=Answer 140 items >> nth=-1");
      await page.waitForSelector(".toast:has-text('answered')");
      const uses = fake.asked.filter(({ path }) => path === "propagation/use" || path === "labels");
      expect(uses).toHaveLength(1);
      expect([...resolvedOf(fake).values()].filter(Boolean).length).toBeGreaterThan([...before.values()].filter(Boolean).length);
      await page.click(".toast button:has-text('Undo')");
      await page.waitForSelector(".toast:has-text('Taken back')");
      expect(resolvedOf(fake)).toEqual(before);
      await page.click("text=Use for ranking");
      await page.waitForSelector(".toast:has-text('ranked')");
    },
  );

  itInBrowser("Review: keys keep a label, take the model's, give another one, and undo the last word", async () => {
    const { page, fake } = await open("review");
    await page.waitForSelector("text=0 of 14 done");
    const ids = [...fake.items.values()].filter(({ resolved, flags }) => resolved && !flags.validation).map(({ id }) => id);
    const chosen = (id: number) => Object.entries(fake.items.get(id)!.resolved ?? {}).find(([, value]) => value === 1)?.[0];
    const [kept, model] = [chosen(ids[0]!), String((ids[1]! % INTENTS.length) + 1)];
    await page.keyboard.press("Space");
    await page.waitForSelector("text=1 of 14 done");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=2 of 14 done");
    await page.keyboard.press("4");
    await page.waitForSelector("text=3 of 14 done");
    expect([chosen(ids[0]!), chosen(ids[1]!), chosen(ids[2]!)]).toEqual([kept, model, "4"]);
    const vias = fake.asked.filter(({ path }) => path === "labels").map(({ body }) => (body as { via: string }).via);
    expect(vias).toEqual(["review", "review", "review"]);
    await page.keyboard.press("Backspace");
    await page.waitForSelector(".toast:has-text('Taken back')");
    expect(chosen(ids[2]!)).not.toBe("4");
    await page.click("[role=tab]:has-text('Duplicates')");
    await page.waitForSelector("text=No duplicates are labelled differently");
  });

  itInBrowser("Model: counts parameters as one writes, and says at its place what a convnet's string has wrong", async () => {
    const { page, fake } = await open("model");
    await page.click("label:has-text('Trained head')");
    await page.click("label:has-text('Convnet')");
    await page.waitForSelector(".model-sum >> text=51,206");
    const layers = page.getByLabel("Layers", { exact: true });
    await layers.fill("128,p,q7,128");
    await page.waitForSelector(".problem mark:has-text('q7')");
    expect(await layers.getAttribute("aria-invalid")).toBe("true");
    expect(await page.getAttribute("button:has-text('Use this model')", "aria-disabled")).toBe("true");
    await layers.fill("128,p,d,64");
    await page.waitForSelector(".model-sum >> text=51,206");
    await page.click("text=Use this model");
    await page.waitForSelector(".toast:has-text('The next training makes this model')");
    const put = fake.asked.find(({ method, path }) => method === "PUT" && path === "model");
    expect(put).toBeUndefined();
  });

  itInBrowser("Train: begins, shows how far it is, and is cancelled; another version is used", async () => {
    const { page } = await open("train");
    await page.click("text=Train now");
    await page.waitForSelector("progress");
    await page.waitForSelector("text=epoch 3 of 10, about 25 s left");
    await page.click("button:has-text('Cancel')");
    await page.waitForSelector(".badge:has-text('cancelled')");
    await page.click('[aria-label="Use v2"]');
    await page.waitForSelector("tr.is-serving:has-text('v2')");
  });

  itInBrowser("Train: says what is missing, and why a training failed", async () => {
    const work: FakeWork = {
      training: {
        missing: "Two labels with two items each are needed; “refund” has one.",
        points: [],
        histograms: [],
        versions: [],
        job: undefined,
      },
    };
    const { page, fake } = await open("train", { work });
    await page.waitForSelector(".missing:has-text('“refund” has one')");
    expect(await page.getAttribute("button:has-text('Train now')", "aria-disabled")).toBe("true");
    work.training = { missing: undefined, points: [], job: job("train", { state: "failed", error: "The loss became NaN." }) };
    fake.seq++;
    await page.reload();
    await page.waitForSelector("[role=alert]:has-text('The loss became NaN. The version before goes on serving.')");
  });

  itInBrowser("Train: says of a head that was solved from what it was and how right it is, and asks for no epochs", async () => {
    const { page } = await open("train", { work: { training: SOLVED } });
    await page.waitForSelector("text=v4 is a last layer that was solved from 120 labels at once, without epochs");
    await page.waitForSelector(".run-facts:has-text('93.1 %')");
    await page.waitForSelector(".badge:has-text('done')");
    expect(await page.locator("text=No training yet").count()).toBe(0);
    expect(await page.getByLabel("Learning rate").count()).toBe(0);
    await page.click("text=Train now");
    await page.waitForSelector("progress");
  });

  itInBrowser(
    "Model: of a head that is solved only the output is to be chosen, and what other fields have wrong is said",
    async () => {
      const { page } = await open("model");
      await page.click("label:has-text('Solved after every label')");
      await page.waitForSelector("text=one solution");
      expect(await page.getByLabel("Label smoothing").count()).toBe(0);
      await page.click("label:has-text('Trained head')");
      await page.getByLabel("Domain confusion λ").fill("1");
      await page.waitForSelector(".problem:has-text('no subsets')");
      await page.click("label:has-text('Fine-tuned encoder')");
      await page.click("label:has-text('Trained head')");
      await page.click("label:has-text('Convnet')");
      await page.getByLabel("Layers", { exact: true }).fill("q7");
      await page.waitForSelector(".problem mark:has-text('q7')");
    },
  );

  const states: Readonly<Record<string, { path: string; work?: FakeWork; options?: FakeStudioOptions }>> = {
    "Explore, map": { path: "explore" },
    "Explore, table": { path: "explore?view=table" },
    "Explore, an item and what is like it": { path: "explore?item=7&view=table" },
    "Explore, no map": { path: "explore", work: { map: "missing" } },
    Review: { path: "review" },
    "Review, conflicts": { path: "review?tab=conflicts" },
    "Review, nothing": { path: "review?tab=duplicates" },
    Model: { path: "model" },
    Train: { path: "train" },
    "Train, running": { path: "train", work: { training: { job: job("train", { message: "epoch 3 of 10", secondsLeft: 25 }) } } },
    "Train, solved": { path: "train", work: { training: SOLVED } },
    "Train, nothing": {
      path: "train",
      work: {
        training: {
          missing: "Labels of two classes are needed.",
          points: [],
          histograms: [],
          versions: [],
          job: undefined,
          log: [],
        },
      },
    },
    Propagate: { path: "propagate" },
    "Propagate, nothing": {
      path: "propagate",
      work: { propagation: { histograms: [], accepted: [], reached: 0, job: undefined } },
    },
    Progress: { path: "progress" },
    "Progress, nothing": {
      path: "progress",
      work: {
        progress: {
          curve: [],
          forecast: undefined,
          perHour: [],
          agreement: [],
          accepted: { shown: 0, accepted: 0 },
          note: "20 labelled validation items are needed; there are 3.",
        },
      },
    },
  };
  for (const [name, { path, ...rest }] of Object.entries(states)) {
    itInBrowser(`can be used by all, light and dark, wide and narrow: ${name}`, async () => {
      const { page } = await open(path, rest);
      await page.waitForSelector("main .screen, main .explore");
      await page.waitForSelector(".skeleton", { state: "detached" });
      expect(await faultsOfLooks(page, name)).toEqual([]);
      await page.context().close();
    });
  }
});
