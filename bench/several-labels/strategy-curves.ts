import { fitLastLayerLaplace } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import type { Dataset } from "../../src/core/dataset.js";
import { datasetView } from "../../src/core/dataset-view.js";
import { features } from "../../src/core/features.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import { createRandom } from "../../src/core/random.js";
import { labelProbabilities } from "../../src/heuristics/independent-labels.js";
import { meanAveragePrecision } from "../../src/metrics/label-ranking-metrics.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { findStrategy } from "../../src/strategies/registry.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import type { Measurement, Row } from "../measurement.js";
import { cvirs } from "./cvirs.js";
import { type MadeItems, madeItems } from "./made-items.js";

const SEEDS = process.env["BAALJS_SEEDS"]?.split(",").map(Number) ?? [0, 1, 2, 3, 4];
const STRATEGIES = process.env["BAALJS_STRATEGIES"]?.split(",") ?? [
  "topk:entropy",
  "topk:margin",
  "topk:certainty",
  "topk:bald",
  "topk:variance",
  "topk:voteentropy",
  "topk:entropy:max",
  "topk:bald:max",
  "power:entropy",
  "power:bald",
  "power:entropy beta 8",
  "power:bald beta 8",
  "badge",
  "rarelabels",
  "cvirs",
  "cal",
  "coreset",
  "typiclust",
  "kmeans",
];
const [FIRST, STEP, ROUNDS, DRAWS] = [40, 20, 9, 20];
/** Student's t of 97.5 %, by the degrees of freedom. */
const STUDENT: Readonly<Record<number, number>> = { 1: 12.71, 2: 4.303, 3: 3.182, 4: 2.776 };

/** Curves of a solved head over made items with rare labels, held against random picks seed by seed. */
export const strategyCurves: Measurement = {
  name: "strategy-curves",
  about: "20 labels of 25 % to 0.4 % of 5,000 items: mean average precision by labelled items, each strategy against random",
  async run(context) {
    const items = madeItems();
    const seeds = context.quick ? SEEDS.slice(0, 2) : SEEDS;
    const baseline: number[][] = [];
    const whole = await precisionOf(
      items,
      await solved(
        items,
        Array.from({ length: items.pool.length }, (_, i) => i),
      ),
    );
    context.progress(`all ${items.pool.length} items: ${percent(whole)}`);
    const rows: Row[] = [];
    for (const name of ["random", ...(context.quick ? STRATEGIES.slice(0, 2) : STRATEGIES)]) {
      const curves: number[][] = [];
      for (const seed of seeds) curves.push(await curveOf(items, name, seed));
      if (name === "random") baseline.push(...curves);
      const row = rowOf(name, curves, baseline);
      context.progress(`${row.what}: ${row.ours}, ${row.comparedWith}`);
      rows.push(row);
    }
    return rows;
  },
};

function rowOf(name: string, curves: readonly (readonly number[])[], baseline: readonly (readonly number[])[]): Row {
  const gains = curves.map((curve, s) => area(curve) - area(baseline[s]!));
  const [mean, half] = interval(gains);
  const counts = Array.from({ length: ROUNDS + 1 }, (_, round) => FIRST + round * STEP);
  const at = (round: number) => percent(meanOf(curves.map((curve) => curve[round]!)));
  return {
    what: name,
    ours: `area ${percent(meanOf(curves.map(area)))}; at ${counts[3]} items ${at(3)}, at ${counts.at(-1)} ${at(ROUNDS)}`,
    comparedWith: name === "random" ? "the baseline" : `${percent(mean)} +- ${percent(half)} above random`,
    target: "above random by its 95 % interval",
    met: name === "random" ? undefined : mean - half > 0,
    samples: Object.fromEntries([
      ["areas", curves.map(area)],
      ["gains", gains],
      ...counts.map((count, round) => [`at${count}`, curves.map((curve) => curve[round]!)]),
    ]),
  };
}

async function curveOf(items: MadeItems, name: string, seed: number): Promise<number[]> {
  const { pool, width } = items;
  const [known = "", beta] = name.split(" beta ");
  const strategy = known === "cvirs" ? cvirs() : findStrategy(known).make(beta === undefined ? {} : { beta: Number(beta) });
  const random = createRandom(100 + seed);
  const order = createRandom(seed).shuffled(Array.from({ length: pool.length }, (_, i) => i));
  const labelled = order.slice(0, FIRST);
  const featuresOf = (indices: readonly number[]) =>
    features([indices.length, width], Float32Array.from(indices.flatMap((index) => [...pool.at(index).input])), indices);
  const curve: number[] = [];
  for (let round = 0; ; round++) {
    const model = await solved(items, labelled);
    curve.push(await precisionOf(items, model));
    if (round === ROUNDS) return curve;
    const known = new Set(labelled);
    const left = order.filter((index) => !known.has(index));
    const needsDraws = strategy.needs.length > 0 && strategy.needs.some((need) => /draws|probabilities/i.test(need));
    if (needsDraws) patchModule(model, { posterior: await fitLastLayerLaplace(model, datasetView(pool, labelled)) });
    const drawsOf = async (indices: readonly number[]) =>
      joinPredictions(model.predict(datasetView(pool, indices), { iterations: DRAWS, seed }), { total: indices.length });
    const needsFeatures = strategy.needs.includes("features");
    const { indices } = await strategy.select(
      {
        indices: left,
        predictions: needsDraws ? await drawsOf(left) : undefined,
        features: needsFeatures ? featuresOf(left) : undefined,
        labelled: {
          indices: labelled,
          targets: [],
          targetLists: labelled.map((index) => pool.at(index).target as readonly number[]),
          features: needsFeatures ? featuresOf(labelled) : undefined,
          predictions: name === "cal" ? await drawsOf(labelled) : undefined,
        },
      },
      STEP,
      random,
    );
    unpatchModule(model);
    labelled.push(...indices);
    await model.dispose();
  }
}

/** A logistic regression per label. */
async function solved({ pool, labels, width }: MadeItems, labelled: readonly number[]): Promise<HeadClassifier> {
  const model = HeadClassifier.fromConfig({ inputDim: width, dropout: 0 }, { labels, task: "multi", seed: 1 });
  await solveLastLayer(model, datasetView(pool, labelled));
  return model;
}

/** On the held-out items, each label counting alike. */
async function precisionOf({ held, labels }: MadeItems, model: HeadClassifier): Promise<number> {
  const draws = await joinPredictions(model.predict(held), { total: held.length });
  return meanAveragePrecision(labelProbabilities(draws), targetsOf(held), { labels: labels.length });
}

function targetsOf(dataset: Dataset<unknown>): number[] {
  return Array.from({ length: dataset.length }, (_, i) => dataset.at(i).target as readonly number[]).flat();
}

/** Mean height by trapezoids, over the number of labelled items. */
function area(curve: readonly number[]): number {
  const inner = curve.slice(1, -1).reduce((sum, value) => sum + value, 0);
  return (inner + (curve[0]! + curve.at(-1)!) / 2) / (curve.length - 1);
}

/** Mean and half of its 95 % interval, by Student's t. */
function interval(values: readonly number[]): readonly [mean: number, half: number] {
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return [mean, (STUDENT[values.length - 1] ?? 2.2) * Math.sqrt(variance / values.length)];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}
