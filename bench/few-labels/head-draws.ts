import { fitLastLayerLaplace } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import { createRandom } from "../../src/core/random.js";
import { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import { gateRow } from "../gates/gate.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";

const [WIDTH, CLASSES, SHOTS, ITEMS, DRAWS] = [384, 150, 16, 10_000, 20];
const REPEATS = 7;

/** Seconds of a solved head on vectors that are there: solving it, its posterior, its draws for a pool. */
export const headDraws: Measurement = {
  name: "head-draws",
  about: `${DRAWS} draws of ${ITEMS} items and ${CLASSES} classes by the solved head's posterior, vectors of ${WIDTH} numbers: seconds`,
  async run(context) {
    const labelled = clouds(CLASSES * SHOTS, 1);
    const pool = clouds(context.quick ? ITEMS / 10 : ITEMS, 2);
    const labels = Array.from({ length: CLASSES }, (_, c) => `class ${c}`);
    await using model = HeadClassifier.fromConfig({ inputDim: WIDTH, dropout: 0 }, { labels });
    const solving = await timed(() => solveLastLayer(model, labelled), 3);
    const exactly = await timed(() => solveLastLayer(model, labelled, { tolerance: 1e-9 }), 1);
    const fitting = await timed(async () => {
      patchModule(model, { posterior: await fitLastLayerLaplace(model, labelled, { priorPrecision: 0.1 }) });
    }, 3);
    let sum = 0;
    const drawing = await timed(async () => {
      for await (const { data } of model.predict(pool, { iterations: DRAWS })) sum += data[0]!;
    }, REPEATS);
    const joined = await timed(async () => {
      sum += (await joinPredictions(model.predict(pool, { iterations: DRAWS }), { total: pool.length })).data[0]!;
    }, REPEATS);
    context.progress(`head-draws: done (${sum.toFixed(0)})`);
    return [
      row(`solve, ${CLASSES} classes of ${SHOTS} items`, solving, 2),
      row("the same to a gradient of 1e-9", exactly),
      row("its posterior (Kronecker factors)", fitting),
      row(`${DRAWS} draws of ${pool.length} items, chunk by chunk`, drawing, 0.3),
      row(`${DRAWS} draws of ${pool.length} items as one array`, joined),
    ];
  },
};

interface Sample {
  readonly seconds: number;
  /** Of all threads: what the work costs beside others' on the same machine, too. */
  readonly cpuSeconds: number;
}

function row(what: string, samples: readonly Sample[], limit?: number): Row {
  const seconds = samples.map((sample) => sample.seconds);
  const cpu = `CPU time of all threads: ${Math.min(...samples.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s at the least.`;
  if (limit !== undefined) return gateRow({ what, unit: "s", limit, samples: seconds, notes: [cpu] });
  const [ours, notes] = [`${median(seconds).toFixed(2)} s`, [cpu]];
  return { what, ours, comparedWith: "-", target: "-", notes, samples: { seconds } };
}

async function timed(work: () => Promise<unknown>, times: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < times; i++) {
    const [before, begin] = [process.cpuUsage(), performance.now()];
    await work();
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(before);
    samples.push({ seconds, cpuSeconds: (user + system) / 1e6 });
  }
  return samples;
}

/** Vectors of length 1 about one direction a class. */
function clouds(items: number, seed: number): FeatureDataset {
  const directions = createRandom(0);
  const means = Float32Array.from({ length: CLASSES * WIDTH }, () => directions.normal());
  const random = createRandom(seed);
  const data = new Float32Array(items * WIDTH);
  for (let n = 0; n < items; n++) {
    const row = data.subarray(n * WIDTH, (n + 1) * WIDTH);
    for (let d = 0; d < WIDTH; d++) row[d] = means[(n % CLASSES) * WIDTH + d]! + random.normal();
    const length = Math.hypot(...row);
    for (let d = 0; d < WIDTH; d++) row[d]! /= length;
  }
  const indices = Array.from({ length: items }, (_, n) => n);
  const dataset = { length: items, at: (index: number) => ({ index, input: undefined, target: index % CLASSES }) };
  return new FeatureDataset(dataset, { shape: [items, WIDTH], data, indices });
}
