import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createRandom } from "../../src/core/random.js";
import type { ImportView } from "../../src/studio/api/contract.js";
import type { NextItems, Wrote } from "../../src/studio/api/item-contract.js";
import { type StartedStudio, startStudio } from "../../test/studio/http/started-studio.js";
import type { Measurement } from "../measurement.js";
import { percentile } from "../serve/percentile.js";
import { gateRow } from "./gate.js";

const LIMIT_S = 11;
const AGAIN_LIMIT_S = 3;
const LABEL_LIMIT_MS = 200;
/** Between two answers. */
const PAUSE_MS = 20;
const FEW = 5_000;
const WORDS =
  "parcel card refund order late money account change where delivery broken phone invoice help please today still waiting for my the has been".split(
    " ",
  );

/** What it costs to bring very many texts into a running project, and what somebody waits who labels meanwhile. */
export const studioImport: Measurement = {
  name: "studio-import",
  about: "baal studio: 100,000 texts into a running project, the same again, and what a label waits meanwhile",
  async run(context) {
    const count = context.quick ? 5_000 : 100_000;
    const folder = await mkdtemp(join(tmpdir(), "baaljs-bench-studio-"));
    const csv = join(folder, "all.csv");
    await writeFile(csv, csvOf(FEW, "first"));
    const started = await startStudio([csv, "--labels", "a,b,c", "--model", "none"]);
    try {
      const more = csvOf(count, "more");
      const [first, again] = [await whileLabelling(started, more), await whileLabelling(started, more)];
      context.progress(`studio-import: ${first.seconds.toFixed(1)} s, again ${again.seconds.toFixed(1)} s`);
      if (first.view.added !== count || again.view.added !== 0)
        throw new Error(`${count} texts were sent, ${first.view.added} added, and ${again.view.added} the second time.`);
      const what = `baal studio, ${count.toLocaleString("en")} texts`;
      const row = (name: string, { waits, seconds }: Imported, limit: number) => [
        gateRow({ what: `${what} ${name}`, unit: "s", limit, samples: [seconds] }),
        gateRow({
          what: `${what} ${name}: longest wait of a label meanwhile`,
          ...{ unit: "ms", limit: LABEL_LIMIT_MS, samples: [Math.max(...waits)] },
          notes: [
            `${waits.length} labels; median ${percentile(waits, 0.5).toFixed(0)} ms, 95th percentile ${percentile(waits, 0.95).toFixed(0)} ms.`,
          ],
        }),
      ];
      return [...row("brought in", first, LIMIT_S), ...row("that are known", again, AGAIN_LIMIT_S)];
    } finally {
      await started.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Imported {
  readonly view: ImportView;
  readonly seconds: number;
  /** Milliseconds of each label. */
  readonly waits: readonly number[];
}

async function whileLabelling(studio: StartedStudio, csv: string): Promise<Imported> {
  const { items } = await studio.call<NextItems>("POST", "next", { count: 200, sort: "random" });
  const begin = performance.now();
  let view: ImportView | undefined;
  const importing = fetch(`${studio.url}/api/import?name=more.csv`, {
    ...{ method: "POST", headers: { cookie: studio.cookie, "content-type": "application/octet-stream" }, body: csv },
  }).then(async (response) => {
    if (!response.ok) throw new Error(`The import: ${response.status} ${await response.text()}`);
    view = (await response.json()) as ImportView;
    return (performance.now() - begin) / 1000;
  });
  // It is awaited below, behind the last label.
  importing.catch(() => {});
  const waits: number[] = [];
  for (let n = 0; view === undefined; n++) {
    const answers = [{ item: items[n % items.length]!.id, classes: [1 + (n % 3)] }];
    const from = performance.now();
    await studio.call<Wrote>("POST", "labels", { batchId: `${begin} ${n}`, baseSeq: 1e9, via: "focus", answers });
    waits.push(performance.now() - from);
    await Promise.race([setTimeout(PAUSE_MS), importing]);
  }
  return { seconds: await importing, view: view!, waits };
}

/** Texts of fifty characters that are nobody's duplicates, a column beside. */
function csvOf(count: number, name: string): string {
  const random = createRandom(name.length);
  const rows = Array.from({ length: count }, (_, n) => {
    let text = `${name} ${n}`;
    while (text.length < 50) text += ` ${WORDS[random.integer(0, WORDS.length - 1)]}`;
    return `${n},${text}`;
  });
  return `id,text\n${rows.join("\n")}\n`;
}
