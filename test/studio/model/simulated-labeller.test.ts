import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it, onTestFinished } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { loadEmbeddedShapes, type ShapeRow } from "../../../src/data/embedded.js";
import { beginProject } from "../../../src/studio/desk/begin-project.js";
import type { Viewer } from "../../../src/studio/desk/desk.js";
import { nextItems } from "../../../src/studio/desk/next-items.js";
import { type OpenDesk, openDesk } from "../../../src/studio/desk/open-desk.js";
import { takeBack, writeLabels } from "../../../src/studio/desk/write-labels.js";
import { OWN_CNN } from "../../../src/studio/model/brain.js";
import { openBrain } from "../../../src/studio/model/open-brain.js";
import { temporaryFolder } from "../../temporary-folder.js";
import { openTestProject } from "../store/open-test-project.js";

/** Of each shape in the pool: two are common, half of them rare. */
const POOL = { circle: 110, square: 90, triangle: 40, cross: 25, heart: 10, moon: 10, ring: 8, star: 8 } as const;
/** Of each shape to judge by; never labelled. */
const JUDGED = 15;
const [FIRST, BATCH, LABELS] = [8, 8, 48];
const SEEDS = 3;
const ANN = { name: "ann", role: "admin", session: "one" } as const;
/** Has labelled the items of the validation, so that they are in nobody's queue. */
const BOB = { ...ANN, name: "bob", session: "two" } as const;

/** A number of each shape, in the order of the rows. */
function some(rows: readonly ShapeRow[], counts: Readonly<Record<string, number>>): ShapeRow[] {
  const left = new Map(Object.entries(counts));
  return rows.filter(({ label }) => {
    const count = left.get(label) ?? 0;
    left.set(label, count - 1);
    return count > 0;
  });
}

async function shapesProject(): Promise<{
  readonly desk: OpenDesk;
  readonly truth: ReadonlyMap<number, string>;
  readonly judged: number[];
}> {
  const folder = temporaryFolder();
  const { train, test, labels } = await loadEmbeddedShapes();
  const judgedCounts = Object.fromEntries(labels.map((label) => [label, JUDGED]));
  const rows = [...some(train, POOL), ...some(test, judgedCounts)];
  await mkdir(join(folder, "images"));
  const files = await Promise.all(
    rows.map(async ({ image: { width, height, channels, data } }, n) => {
      const file = join(folder, "images", `${n}.png`);
      await sharp(data, { raw: { width, height, channels } }).png().toFile(file);
      return file;
    }),
  );
  const pool = rows.length - JUDGED * labels.length;
  const store = await openTestProject(join(folder, "project"));
  const desk = await openDesk({
    ...{ name: "shapes", source: "shapes", store, users: () => [ANN, BOB], cacheFolder: join(folder, "cache"), openBrain },
    data: {
      ...{ kind: "image", task: "single", labels, answers: new Map(), suggestions: new Map(), isRanked: false, leftOut: 0 },
      items: files.map((content, n) => ({ content, contentHash: `shape ${n}`, source: `row ${n}` })),
      facts: rows.flatMap((_, item) => (item < pool ? [] : [{ item, flag: "validation", value: 1 } as const])),
      ...{ columns: { textColumn: "text", labelColumn: "label" }, wantedLabels: [], encoder: OWN_CNN },
    },
  });
  onTestFinished(() => desk.close());
  await beginProject(desk, { task: "single", labels, encoder: OWN_CNN, validationShare: 0, guideline: "" }, 1);
  const items = store.items();
  return {
    desk,
    truth: new Map(items.map(({ id }, n) => [id, rows[n]!.label])),
    judged: items.slice(pool).map(({ id }) => id),
  };
}

it("a labeller who takes power:entropy's items tells imbalanced shapes apart better than one who takes random ones, as much labelled", async () => {
  const { desk, truth, judged } = await shapesProject();
  const ids = new Map(desk.store.labels().map(({ id, name }) => [name, id]));
  const pool = [...truth.keys()].filter((item) => !judged.includes(item));
  let batches = 0;
  const answer = (items: readonly number[], viewer: Viewer = ANN) => {
    const answers = items.map((item) => ({ item, classes: [ids.get(truth.get(item)!)!] }));
    writeLabels(desk, viewer, { batchId: `batch ${batches++}`, baseSeq: desk.store.seq(), via: "grid", answers });
  };
  const ranked = async (labelled: number) => {
    for (let tries = 0; tries < 2400; tries++) {
      const { isRanking, labelled: known } = desk.brain()!.status();
      if (!isRanking && known === labelled) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`Not ranked by ${labelled} labels after a minute: ${desk.brain()!.status().failure}`);
  };
  /** The mean over the shapes of the share that the head gets right. */
  const accuracy = (): number => {
    const { of, labels } = desk.brain()!.probabilities()!;
    const right = [...ids].map(([name, id]) => {
      const own = judged.filter((item) => truth.get(item) === name);
      return own.filter((item) => labels[of(item)!.indexOf(Math.max(...of(item)!))] === id).length / own.length;
    });
    return right.reduce((sum, share) => sum + share, 0) / right.length;
  };
  /** The mean accuracy over the sitting. All of it is taken back at its end. */
  const sitting = async (sort: string, seed: number): Promise<number> => {
    answer(createRandom(seed).shuffled(pool).slice(0, FIRST));
    const found: number[] = [];
    for (let labelled = FIRST; ; labelled += BATCH) {
      await ranked(labelled);
      if (labelled > FIRST) found.push(accuracy());
      if (labelled >= LABELS) break;
      const filter = { status: "unlabeled", excludeStatus: "not excluded", subset: "all" } as const;
      const { items } = await nextItems(desk, ANN, { ...filter, sort, count: BATCH, have: [] });
      expect(items.filter(({ id }) => judged.includes(id))).toEqual([]);
      answer(items.map(({ id }) => id));
    }
    while (takeBack(desk, ANN, "undo").items.length > 0);
    await ranked(0);
    return found.reduce((sum, value) => sum + value, 0) / found.length;
  };
  answer(judged, BOB);
  await ranked(0);
  const means = { random: 0, "power:entropy": 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const sort of ["random", "power:entropy"] as const) means[sort] += (await sitting(sort, seed)) / SEEDS;
  }
  expect(means["power:entropy"], JSON.stringify(means)).toBeGreaterThan(means.random);
}, 180_000);
