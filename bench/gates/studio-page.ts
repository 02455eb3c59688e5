import { launchBrowser } from "../../test/browser.js";
import { INTENTS, listenWith, messages } from "../../test/studio/page/fake-model-work.js";
import { FakeStudio } from "../../test/studio/page/fake-studio.js";
import type { Measurement } from "../measurement.js";

const LIMIT_MB = 300;
const MOST_ROWS = 60;

/** What a page of very many items costs its browser: memory after the table was gone through and the map was drawn, rows in the document. */
export const studioPage: Measurement = {
  name: "studio-page",
  about: "baal studio's page with 100,000 items: heap after scrolling through the table and drawing the map",
  async run(context) {
    const count = context.quick ? 10_000 : 100_000;
    const { url, close } = await listenWith(new FakeStudio({ labels: INTENTS, items: messages(count) }));
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      const heap = async () => {
        await session.send("HeapProfiler.collectGarbage");
        const { metrics } = await session.send("Performance.getMetrics");
        return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / 1e6;
      };
      await page.goto(`${url}explore?view=table`);
      await page.waitForSelector(".virtual-row .item-words");
      let rows = 0;
      for (let share = 0; share <= 1; share += 0.02) {
        await page.evaluate(`{ const e = document.querySelector(".virtual"); e.scrollTop = ${share} * e.scrollHeight; }`);
        await page.waitForSelector(".virtual:not(:has(.is-cell))");
        rows = Math.max(rows, await page.locator(".virtual-row").count());
        context.progress(`studio-page: ${Math.round(100 * share)} % of the table`);
      }
      const table = await heap();
      await page.click("button:has-text('Map')");
      await page.waitForSelector(".point-map[data-renderer]", { timeout: 120_000 });
      const map = await heap();
      const most = Math.max(table, map);
      return [
        {
          what: `baal studio's page, ${count.toLocaleString("en")} items: heap`,
          ours: `${most.toFixed(0)} MB`,
          comparedWith: "-",
          ratio: most / LIMIT_MB,
          target: `< ${LIMIT_MB} MB, at most ${MOST_ROWS} rows`,
          met: most < LIMIT_MB && rows <= MOST_ROWS,
          failed: most >= 2 * LIMIT_MB || rows > MOST_ROWS,
          notes: [
            `${table.toFixed(0)} MB with the table, ${map.toFixed(0)} MB with the map beside it; ${rows} rows in the document at most. Of scripts; the map's arrays are outside of it, 29 bytes an item.`,
          ],
          samples: { megabytes: [table, map], rows },
        },
      ];
    } finally {
      await browser.close();
      close();
    }
  },
};
