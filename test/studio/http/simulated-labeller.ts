import { join } from "node:path";
import sharp from "sharp";
import { expect, vi } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { loadEmbeddedShapes } from "../../../src/data/embedded.js";
import type { NextItems } from "../../../src/studio/api/item-contract.js";
import type { ProgressView } from "../../../src/studio/api/work-contract.js";
import { openBrain } from "../../../src/studio/model/open-brain.js";
import type { LabelData } from "../../../src/studio/store/import-data.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestStudio, stateOf, texts } from "./open-test-studio.js";

/** Items of which the labels are known, some to label from and as many of each label to judge by. */
export interface LabelTrial {
  readonly kind: "text" | "image";
  readonly encoder: string;
  readonly labels: readonly string[];
  readonly pool: readonly TrialItem[];
  readonly judged: readonly TrialItem[];
}

interface TrialItem {
  readonly content: string;
  readonly label: string;
}

/** The n-th label has 1/n of the items that the first one has. */
function imbalanced<Row>(rowsOf: readonly (readonly Row[])[], most: number, seed: number): Row[] {
  const random = createRandom(seed);
  return random.shuffled(rowsOf.flatMap((rows, rank) => random.shuffled(rows).slice(0, Math.round(most / (rank + 1)))));
}

/** Eight shapes, 240 circles to 30 stars, as files; the embedded test pictures to judge by. */
export async function shapesTrial(seed: number): Promise<LabelTrial> {
  const folder = temporaryFolder();
  const { train, test, labels } = await loadEmbeddedShapes();
  const rowsOf = labels.map((name) => train.filter(({ label }) => label === name)).sort((a, b) => b.length - a.length);
  const write = (rows: typeof train, name: string) =>
    Promise.all(
      rows.map(async ({ image: { width, height, channels, data }, label }, n) => {
        const content = join(folder, `${name}-${n}.png`);
        await sharp(data, { raw: { width, height, channels } }).png().toFile(content);
        return { content, label };
      }),
    );
  const pool = await write(imbalanced(rowsOf, 240, seed), "pool");
  return { kind: "image", encoder: "edges", labels, pool, judged: await write(test, "judged") };
}

/**
 * Somebody who gives every item that comes its label, as the page does it: `rounds` times the next `count` of a sort, and then the items to judge by, of the
 * validation. The share of these that the head of the labels gets right (there are as many of each label), and how many of each label it was given.
 */
export async function labelThrough(
  trial: LabelTrial,
  { sort, rounds, count }: { readonly sort: string; readonly rounds: number; readonly count: number },
): Promise<{ readonly accuracy: number; readonly reasons: readonly string[]; readonly perLabel: readonly number[] }> {
  const { kind, encoder, labels } = trial;
  const items = [...trial.pool, ...trial.judged];
  const data: LabelData = { ...texts(0), kind, items: items.map(({ content }, n) => ({ content, source: `row ${n}` })) };
  const { browser, store, desk } = await openTestStudio(data, {
    ...{ openBrain, data: { encoder, wantedLabels: labels }, begin: false },
  });
  const ann = await browser();
  await ann.post("project", { task: "single", labels, encoder, validationShare: 0, guideline: "" }).expect(201);
  const idOf = new Map(store.labels().map(({ id, name }) => [name, id]));
  const labelOf = new Map(items.map(({ content, label }) => [content, idOf.get(label)!]));
  const truth = new Map(store.items().map(({ id, content }) => [id, labelOf.get(content)!]));
  const isJudged = new Set(trial.judged.map(({ content }) => content));
  const judged = store.items().flatMap(({ id, content }) => (isJudged.has(content) ? [id] : []));
  const toJudge = new Set(judged);
  let batches = 0;
  const write = async (body: object) => {
    batches++;
    await ann.post("labels", { batchId: `b${batches}`, baseSeq: store.seq(), via: "grid", ...body }).expect(200);
  };
  const answersOf = (some: readonly number[]) => some.map((item) => ({ item, classes: [truth.get(item)!] }));
  await write({ changes: judged.map((item) => ({ item, flag: "validation", value: 1 })) });
  const settled = (labelled: number) =>
    vi.waitFor(
      async () => {
        const { model, jobs } = await stateOf(ann);
        expect([model.isRanking, model.labelled, jobs.some(({ state }) => state === "running")]).toEqual([
          false,
          labelled,
          false,
        ]);
      },
      { timeout: 120_000, interval: 100 },
    );
  await settled(0);
  const reasons: string[] = [];
  const perLabel = labels.map(() => 0);
  const nameOf = new Map([...idOf].map(([name, id]) => [id, name]));
  for (let round = 0; round < rounds; round++) {
    // Items of the validation come at random as well; here they wait for the end.
    const next = (await ann.post("next", { count: 3 * count, sort }).expect(200)).body as NextItems;
    const taught = next.items.flatMap(({ id }) => (toJudge.has(id) ? [] : [id])).slice(0, count);
    expect(taught, next.reason).toHaveLength(count);
    reasons.push(next.reason);
    for (const id of taught) perLabel[labels.indexOf(nameOf.get(truth.get(id)!)!)]!++;
    await write({ answers: answersOf(taught) });
  }
  await settled(rounds * count);
  await write({ answers: answersOf(judged) });
  const progress = () => ann.get("progress").expect(200);
  await vi.waitFor(async () => expect(((await progress()).body as ProgressView).curve).toHaveLength(1), {
    ...{ timeout: 60_000, interval: 100 },
  });
  const { curve } = (await progress()).body as ProgressView;
  expect(curve[0]!.labelled).toBe(rounds * count);
  await desk.close();
  return { accuracy: curve[0]!.value, reasons, perLabel };
}
