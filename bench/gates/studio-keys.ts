import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/core/random.js";
import { loadEmbeddedIntents } from "../../src/data/embedded.js";
import type { StudioState } from "../../src/studio/api/contract.js";
import type { NextItems } from "../../src/studio/api/item-contract.js";
import { modelConfig, trainConfig } from "../../src/studio/api/model-config.js";
import { launchBrowser } from "../../test/browser.js";
import { type StartedStudio, startStudio } from "../../test/studio/http/started-studio.js";
import type { Measurement } from "../measurement.js";
import { percentile } from "../serve/percentile.js";
import { gateRow } from "./gate.js";

/** Of the page, where some of the functions here run: its Content-Security-Policy takes no strings. */
declare const keyTimes: readonly number[];
declare const sessionStorage: object;

const LIMIT_MS = 50;
const LABELS = ["one", "two", "three", "four", "five"];
const BEFORE = 60;

/** What somebody waits for who labels in the browser: from a key to the frame with the next item, while a training runs and a head is solved after every label. */
export const studioKeys: Measurement = {
  name: "studio-keys",
  about:
    "baal studio's page: from a key to the next item, every answer on the disk, while a training runs and the items are ranked anew",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "baaljs-bench-studio-"));
    const [items, answers] = context.quick ? [400, 20] : [3_000, 200];
    const { train } = await loadEmbeddedIntents();
    const csv = join(folder, "all.csv");
    const rows = train.slice(0, items).map(({ text }) => `"${text.replaceAll('"', '""')}"`);
    await writeFile(csv, `text\n${rows.join("\n")}\n`);
    const started = await startStudio([csv, "--labels", LABELS.join(), "--model", "tfidf", "--cache", join(folder, "cache")]);
    const browser = await launchBrowser();
    try {
      await beginTraining(started);
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(`${started.url}/?token=${started.token}`);
      await page.waitForSelector(".focus-card");
      await page.evaluate(WATCH);
      const random = createRandom(1);
      for (let done = 0; done < answers; done++) {
        await page.keyboard.press(String(random.integer(1, LABELS.length)));
        await page.waitForFunction((count) => keyTimes.length === count, done + 1, { polling: 5 });
        context.progress(`studio-keys: answer ${done + 1} of ${answers}`);
      }
      const samples = await page.evaluate(() => keyTimes);
      await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("baal studio answers")));
      const { jobs, counts } = await started.call<StudioState>("GET", "state");
      if (!jobs.some(({ kind, state }) => kind === "train" && state === "running"))
        throw new Error("The training has ended before the last key: give it more epochs.");
      if (counts.mine < BEFORE + answers)
        throw new Error(`${answers} keys were pressed, and ${counts.mine} items have an answer.`);
      return [
        gateRow({
          what: `baal studio's page, ${items} texts: key to next item, 95th percentile of ${answers}`,
          unit: "ms",
          limit: LIMIT_MS,
          samples: [percentile(samples, 0.95)],
          notes: [
            `Until the next item is drawn, while a head is trained: median ${percentile(samples, 0.5).toFixed(0)} ms, longest ${Math.max(...samples).toFixed(0)} ms.`,
          ],
        }),
      ];
    } finally {
      await browser.close();
      await started.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Some labels, and a training that lasts. */
async function beginTraining(studio: StartedStudio): Promise<void> {
  const { items, seq } = await studio.call<NextItems>("POST", "next", { count: BEFORE, sort: "random" });
  const answers = items.map(({ id }, n) => ({ item: id, classes: [1 + (n % LABELS.length)] }));
  await studio.call("POST", "labels", { batchId: "before", baseSeq: seq, via: "grid", answers });
  const model = modelConfig.parse({ kind: "head", head: { type: "mlp", hidden: [128] } });
  for (let tries = 0; ; tries++) {
    const { missing } = await studio.call<{ readonly missing?: string }>("GET", "train");
    if (missing === undefined) break;
    if (tries === 600) throw new Error(`Nothing can be trained: ${missing}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await studio.call("PUT", "model", model);
  await studio.call("POST", "train", trainConfig.parse({ epochs: 1000, batchesPerEpoch: 1000 }));
}

/** In the page: of each key the milliseconds until the frame with another item is drawn, in `keyTimes`. */
const WATCH = `
  globalThis.keyTimes = [];
  let pressed;
  let before;
  const shown = () => document.querySelector(".focus-card")?.getAttribute("aria-label");
  addEventListener("keydown", (event) => { pressed = event.timeStamp; before = shown(); }, { capture: true });
  new MutationObserver(() => {
    const now = shown();
    if (pressed === undefined || now === undefined || now === before) return;
    const from = pressed;
    pressed = undefined;
    // A task behind the frame: it has been drawn by then.
    requestAnimationFrame(() => setTimeout(() => keyTimes.push(performance.now() - from)));
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
`;
