import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pickItems } from "../../src/active/picks/pick-items.js";
import { canSolve, solvedHead } from "../../src/active/picks/solved-head.js";
import type { Features } from "../../src/core/features.js";
import { createRandom } from "../../src/core/random.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import type { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { BaalTrainer } from "../../src/training/baal-trainer.js";
import type { Measurement, Row } from "../measurement.js";
import { quartiles } from "../statistics.js";
import { type PythonSide, withPython } from "../with-python.js";
import { type EmbeddedTask, embedTask, loadEncoder } from "./embedded-task.js";
import { TEXT_TASKS, textsOutOfScope } from "./text-tasks.js";

/** `BAALJS_SEEDS=0,1` takes fewer. */
const SEEDS = process.env["BAALJS_SEEDS"]?.split(",").map(Number) ?? [0, 1, 2, 3, 4];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What is labelled by rounds, and until when. */
interface Scene {
  readonly task: keyof typeof TEXT_TASKS;
  readonly pool: "as it is" | "classes 1/rank" | "17 % out of scope";
  readonly first: number;
  readonly step: number;
  readonly until: number;
}

const TO_200 = { first: 40, step: 20, until: 200 } as const;
const SCENES: readonly Scene[] = [
  { task: "intents20", pool: "as it is", ...TO_200 },
  { task: "intents20", pool: "classes 1/rank", ...TO_200 },
  { task: "intents20", pool: "17 % out of scope", ...TO_200 },
  { task: "mail", pool: "as it is", ...TO_200 },
  { task: "tickets", pool: "as it is", ...TO_200 },
  { task: "ticketsHard", pool: "as it is", ...TO_200 },
  { task: "intents150", pool: "as it is", first: 40, step: 40, until: 200 },
];

/** Ways of this library: the defaults, and what they are held against. */
const OURS = [
  { name: "defaults with names", withNames: true, withPool: true, strategy: undefined },
  { name: "defaults without names", withNames: false, withPool: true, strategy: undefined },
  { name: "head of the labels alone", withNames: false, withPool: false, strategy: undefined },
  { name: "with names, at random", withNames: true, withPool: true, strategy: "random" },
  { name: "BALD, without names", withNames: false, withPool: true, strategy: "topk:bald" },
] as const;

/** Of scikit-activeml, by its number in few_labels.py. */
const THEIRS = ["random", "margin", "entropy", "typiclust", "badge"] as const;

/** Learning curves from no label to some hundred: the default picks and head, and scikit-activeml's strategies with scikit-learn's head. */
export const curves: Measurement = {
  name: "curves",
  about:
    "accuracy from no label to 200 by rounds, on several pools (BAALJS_SCENES, BAALJS_WAYS, BAALJS_SEEDS: the numbers of some): the default picks and head, BALD, random, and scikit-activeml's strategies on the same vectors (BAALJS_WEIGHTS names the folder with the weights, BAALJS_PYTHON a Python that has scikit-activeml)",
  async run(context) {
    const encoder = await loadEncoder(context, "curves");
    if (!encoder) return [];
    const rows: Row[] = [];
    const wanted = process.env["BAALJS_SCENES"]?.split(",").map(Number) ?? (context.quick ? [4] : [...SCENES.keys()]);
    for (const scene of SCENES.filter((_, n) => wanted.includes(n))) {
      const { task: key, pool } = scene;
      const task = await TEXT_TASKS[key]!(context);
      if (!task) continue;
      const embedded = await embedTask(encoder, task);
      const others = pool === "17 % out of scope" ? (await embedTask(encoder, await textsOutOfScope(context))).train : undefined;
      await withPython(context, "skactiveml", async (python) => {
        const theirs = pool === "17 % out of scope" || context.quick ? [] : THEIRS;
        const ways = [...OURS, ...theirs];
        const asked = process.env["BAALJS_WAYS"]?.split(",").map(Number) ?? [...ways.keys()];
        for (const way of ways.filter((_, n) => asked.includes(n))) {
          const row = await curveRow(embedded, others, scene, way, python);
          if (!row) continue;
          context.progress(`${row.what}: ${row.ours}${row.comparedWith}`);
          rows.push(row);
        }
      });
    }
    return rows;
  },
};

type Way = (typeof OURS)[number] | (typeof THEIRS)[number];

async function curveRow(
  task: EmbeddedTask,
  outside: FeatureDataset | undefined,
  scene: Scene,
  way: Way,
  python: PythonSide | undefined,
): Promise<Row | undefined> {
  if (typeof way === "string" && !python) return undefined;
  const all: (readonly number[])[] = [];
  const begin = performance.now();
  for (const seed of SEEDS) {
    const pool = poolOf(task, outside, scene, seed);
    all.push(
      typeof way === "string"
        ? await theirCurve(task, pool, scene, way, seed, python!)
        : await ourCurve(task, pool, scene, way, seed),
    );
  }
  const seconds = (performance.now() - begin) / 1000 / SEEDS.length;
  const counts = countsOf(scene).slice(-all[0]!.length);
  const areas = all.map((curve) => area(counts, curve));
  const shown = counts
    .map((count, n) => [count, all.map((curve) => curve[n]!)] as const)
    .filter(([count]) => [0, 40, 60, 100, 200].includes(count))
    .map(([count, values]) => `${count}: ${percent(mean(values))}`);
  const [low, high] = quartiles(areas);
  const text = `${shown.join(", ")}; area ${percent(mean(areas))} (${percent(low)}-${percent(high)}), ${seconds.toFixed(0)} s`;
  const isOurs = typeof way !== "string";
  return {
    what: `${task.name}, pool ${scene.pool}: ${isOurs ? way.name : `scikit-activeml ${way}`}`,
    ...{ ours: isOurs ? text : "-", comparedWith: isOurs ? "" : text, target: "-" },
    samples: Object.fromEntries([["areas", areas], ...counts.map((count, n) => [`at${count}`, all.map((curve) => curve[n]!)])]),
  };
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

/** 0, and the label counts of the rounds. */
function countsOf({ first, step, until }: Scene): number[] {
  return [0, ...Array.from({ length: (until - first) / step + 1 }, (_, n) => first + n * step)];
}

/** Mean height of a curve by trapezoids. */
function area(counts: readonly number[], curve: readonly number[]): number {
  let sum = 0;
  for (let n = 1; n < counts.length; n++) sum += ((curve[n]! + curve[n - 1]!) / 2) * (counts[n]! - counts[n - 1]!);
  return sum / (counts.at(-1)! - counts[0]!);
}

/** What can be labelled; the class of an item out of scope is -1. */
function poolOf(task: EmbeddedTask, outside: FeatureDataset | undefined, { pool }: Scene, seed: number): FeatureDataset {
  const random = createRandom(seed);
  const order = random.shuffled([...Array(task.train.length).keys()]);
  const classOf = (n: number) => task.train.at(n).target as number;
  const rows: { readonly vector: Float32Array; readonly target: number }[] = [];
  const rank = random.shuffled([...task.labels.keys()]);
  const most = task.train.length / task.labels.length;
  const taken = new Map<number, number>();
  for (const n of order) {
    const target = classOf(n);
    const count = (taken.get(target) ?? 0) + 1;
    if (pool === "classes 1/rank" && count > Math.max(5, most / (1 + rank.indexOf(target)))) continue;
    taken.set(target, count);
    rows.push({ vector: task.train.at(n).input, target });
  }
  // One in six: 17 %.
  for (const n of random.shuffled([...Array(outside?.length ?? 0).keys()]).slice(0, Math.round(rows.length / 5)))
    rows.push({ vector: outside!.at(n).input, target: -1 });
  return featuresOf(random.shuffled(rows), task.train.width);
}

function featuresOf(rows: readonly { readonly vector: Float32Array; readonly target: number }[], width: number): FeatureDataset {
  const data = new Float32Array(rows.length * width);
  for (const [n, { vector }] of rows.entries()) data.set(vector, n * width);
  const features: Features = { data, shape: [rows.length, width], indices: [...rows.keys()] };
  return new FeatureDataset(
    { length: rows.length, at: (index) => ({ index, input: undefined, target: rows[index]!.target }) },
    features,
  );
}

/** Accuracy at each count of labels, of the head that the next items are picked with. A picked item out of scope costs its label and teaches nothing. */
async function ourCurve(
  task: EmbeddedTask,
  pool: FeatureDataset,
  scene: Scene,
  { withNames, withPool, strategy }: (typeof OURS)[number],
  seed: number,
): Promise<number[]> {
  const names =
    withNames && task.names ? Array.from({ length: task.names.length }, (_, n) => task.names!.at(n).input) : undefined;
  const known = new Set<number>();
  const outside = new Set<number>();
  const curve: number[] = [];
  const seen = new FeatureDataset(
    {
      length: pool.length,
      at: (n) => ({ ...pool.at(n), input: undefined, target: known.has(n) ? pool.at(n).target : undefined }),
    },
    pool.features,
  );
  let head: HeadClassifier | undefined;
  for (const count of countsOf(scene)) {
    const toPick = count - known.size - outside.size;
    // The first items of BALD are those of the defaults: no model, no draws.
    const asked = strategy === "topk:bald" && known.size === 0 ? undefined : strategy;
    if (toPick > 0) {
      const { picks } = await pickItems(seen, task.labels, {
        ...{ count: toPick, strategy: asked, names, head, excluded: [...outside], seed: 1000 * seed + count },
      });
      for (const { index } of picks) (pool.at(index).target === -1 ? outside : known).add(index);
    }
    await head?.dispose();
    const rest = [...Array(pool.length).keys()].filter((n) => !known.has(n) && !outside.has(n));
    const sources = { dataset: seen, labels: task.labels, names, labelled: [...known], pool: withPool ? rest : [], seed };
    head = canSolve(sources) ? await solvedHead(sources) : undefined;
    if (head) curve.push((await new BaalTrainer({ model: head }).evaluate(task.test))["accuracy"]!);
  }
  await head?.dispose();
  return curve;
}

async function theirCurve(
  task: EmbeddedTask,
  pool: FeatureDataset,
  { first, step, until }: Scene,
  strategy: (typeof THEIRS)[number],
  seed: number,
  python: PythonSide,
): Promise<number[]> {
  const targetsOf = (items: FeatureDataset) =>
    Float32Array.from({ length: items.length }, (_, n) => items.at(n).target as number);
  const [train, test] = [targetsOf(pool), targetsOf(task.test)];
  const arrays = [
    await python.array(pool.features.data, pool.features.shape),
    await python.array(train, [train.length]),
    await python.array(task.test.features.data, task.test.features.shape),
    await python.array(test, [test.length]),
  ];
  const output = join(python.folder, "curve.f32");
  const numbers = { strategy: THEIRS.indexOf(strategy), seed, first, query: step, budget: until };
  await python.call({ function: "few_labels.active_curve", arrays, numbers, output });
  const bytes = await readFile(output);
  return [...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)];
}
