import { join } from "node:path";
import { textsAsItems } from "../../src/active/picks/item-vectors.js";
import { pickItems } from "../../src/active/picks/pick-items.js";
import { canSolve, solvedHead } from "../../src/active/picks/solved-head.js";
import { createDataset } from "../../src/core/dataset-view.js";
import { type Features, rowsOf, toLengthOne } from "../../src/core/features.js";
import { joinFeatures } from "../../src/core/join-chunks.js";
import { createRandom } from "../../src/core/random.js";
import { loadEmbeddedIntents, loadEmbeddedShapes } from "../../src/data/embedded.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { ImageDataset } from "../../src/data/images/image-dataset.js";
import type { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { openImageEncoder } from "../../src/studio/model/image-encoder.js";
import type { Measurement, Row } from "../measurement.js";

const SEEDS = [1, 2, 3, 4, 5, 6];
const [BATCH, TOTAL, FROM] = [20, 200, 40];
const WAYS = [
  { what: "random", strategy: "random", strategyOptions: undefined },
  { what: "power:entropy", strategy: "power:entropy", strategyOptions: undefined },
  { what: "power:entropy, beta 8", strategy: "power:entropy", strategyOptions: { beta: 8 } },
] as const;

/** A pool to label from, the n-th class with 1/n of the first one's items, and as many of each class to judge by. */
interface Items {
  readonly name: string;
  readonly labels: readonly string[];
  readonly train: Features;
  readonly targets: readonly number[];
  readonly test: Features;
  readonly tested: readonly number[];
}

/** What picks gain where classes are imbalanced: balanced accuracy of solved heads by number of labels. */
export const imbalancedPicks: Measurement = {
  name: "imbalanced-picks",
  about: `${BATCH} labels a round to ${TOTAL} of shapes (edges) and intents (all-MiniLM-L6-v2 of BAALJS_WEIGHTS), class n with 1/n of the first: balanced accuracy of the head`,
  async run(context) {
    const weights = process.env["BAALJS_WEIGHTS"];
    const all = [await shapes(), ...(weights === undefined ? [] : [await intents(join(weights, "all-MiniLM-L6-v2"))])];
    const rows: Row[] = [];
    for (const items of all) {
      for (const way of WAYS) {
        const curves: number[][] = [];
        for (const seed of context.quick ? SEEDS.slice(0, 2) : SEEDS) curves.push(await curveOf(items, way, seed));
        const shown = curves[0]!.map((_, n) => `${FROM + n * BATCH}: ${spread(curves.map((curve) => curve[n]!))}`);
        context.progress(`${items.name}, ${way.what}: ${shown.join(", ")}`);
        rows.push({
          what: `${items.name}, ${way.what}`,
          ours: `mean of the curve ${spread(curves.map(meanOf))}; at ${TOTAL} ${spread(curves.map((curve) => curve.at(-1)!))}`,
          comparedWith: "-",
          target: "-",
          samples: Object.fromEntries(curves.map((curve, n) => [`seed${SEEDS[n]}`, curve])),
        });
      }
    }
    return rows;
  },
};

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function spread(values: readonly number[]): string {
  const mean = meanOf(values);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
  return `${(100 * mean).toFixed(1)} +- ${(100 * deviation).toFixed(1)} %`;
}

async function curveOf(items: Items, { strategy, strategyOptions }: (typeof WAYS)[number], seed: number): Promise<number[]> {
  const { labels, targets, test, tested } = items;
  const rows = imbalanced(items, seed);
  const vectors = rowsOf(items.train, rows);
  const known = new Map<number, number>();
  const pool = new Set(rows.keys());
  const take = (picks: readonly number[]) => {
    for (const n of picks) {
      known.set(n, targets[rows[n]!]!);
      pool.delete(n);
    }
  };
  // The first labels are the same ones for all ways.
  take([...pool].slice(0, BATCH));
  const curve: number[] = [];
  for (;;) {
    const source = createDataset(rows.length, (index) => ({ index, input: undefined, target: known.get(index) }));
    const dataset = new FeatureDataset(source, { ...vectors, indices: [...rows.keys()] });
    const sources = { dataset, labels, labelled: [...known.keys()], pool: [...pool], seed };
    if (!canSolve(sources)) throw new Error("There is nothing to solve from.");
    const head = await solvedHead(sources);
    if (known.size >= FROM) curve.push(await balancedAccuracy(head, test, tested));
    const options = { count: BATCH, strategy, strategyOptions, seed: 1000 * seed + known.size, withHeldOut: false, head };
    if (known.size < TOTAL) take((await pickItems(dataset, labels, options)).picks.map(({ index }) => index));
    await head.dispose();
    if (curve.length === 1 + (TOTAL - FROM) / BATCH) return curve;
  }
}

/** The most frequent class has all of its items. */
function imbalanced({ labels, targets }: Items, seed: number): number[] {
  const random = createRandom(seed);
  const byClass = labels.map((_, c) => random.shuffled([...targets.keys()].filter((n) => targets[n] === c)));
  byClass.sort((a, b) => b.length - a.length);
  const most = byClass[0]!.length;
  return random.shuffled(byClass.flatMap((rows, rank) => rows.slice(0, Math.round(most / (rank + 1)))));
}

/** The test items are as many of each class: their accuracy is the balanced one. */
async function balancedAccuracy(head: HeadClassifier, test: Features, tested: readonly number[]): Promise<number> {
  const source = createDataset(tested.length, (index) => ({ index, input: undefined, target: undefined }));
  const dataset = new FeatureDataset(source, { ...test, indices: [...tested.keys()] });
  let [right, at] = [0, 0];
  for await (const { data } of head.predict(dataset, { iterations: 1, mode: "deterministic" })) {
    for (let from = 0; from < data.length; from += head.labels.length, at++) {
      const logits_C = data.subarray(from, from + head.labels.length);
      if (logits_C.indexOf(Math.max(...logits_C)) === tested[at]) right++;
    }
  }
  return right / tested.length;
}

async function shapes(): Promise<Items> {
  const { train, test, labels } = await loadEmbeddedShapes();
  await using encoder = await openImageEncoder({ kind: "image", model: "edges", onDownload: () => {} });
  const embed = async (images: typeof train) => {
    const items = new ImageDataset(images, { processor: encoder.processor, labels });
    return toLengthOne(await joinFeatures(encoder.features(items), { total: items.length }));
  };
  const targetsOf = (images: typeof train) => images.map(({ label }) => labels.indexOf(label));
  const [targets, tested] = [targetsOf(train), targetsOf(test)];
  return { name: "shapes", labels, targets, tested, train: await embed(train), test: await embed(test) };
}

async function intents(model: string): Promise<Items> {
  const all = await loadEmbeddedIntents();
  const labels = all.labels.filter((name) => name !== "oos").slice(0, 8);
  await using encoder = await TextClassifier.encoder(model);
  const [train, test] = [all.train, all.test].map((rows) => rows.filter(({ intent }) => labels.includes(intent)));
  const embed = async (rows: typeof all.train) => {
    const items = textsAsItems(
      rows.map(({ text }) => text),
      encoder,
      64,
    );
    return toLengthOne(await joinFeatures(encoder.features(items), { total: items.length }));
  };
  const targetsOf = (rows: typeof all.train) => rows.map(({ intent }) => labels.indexOf(intent));
  const [targets, tested] = [targetsOf(train!), targetsOf(test!)];
  return { name: "intents", labels, targets, tested, train: await embed(train!), test: await embed(test!) };
}
