import { fitLastLayerLaplace } from "../../src/bayesian/laplace/fit-last-layer-laplace.js";
import { patchModule, unpatchModule } from "../../src/bayesian/patch-module.js";
import { shownPredictions } from "../../src/calibration/shown.js";
import type { Dataset } from "../../src/core/dataset.js";
import { createDataset, datasetView } from "../../src/core/dataset-view.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import type { Predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import type { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import { getHeuristic } from "../../src/heuristics/registry.js";
import { expectedCalibrationError } from "../../src/metrics/calibration-error.js";
import { auroc } from "../../src/metrics/ranking-metrics.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import type { Measurement, Row } from "../measurement.js";
import { type ClincVectors, clincVectors, someOfEach } from "./clinc-vectors.js";
import { CONFUSABLE, ENCODER } from "./solved-head.js";

/** The seeds of each figure. */
const SEEDS = [0, 1, 2];
const DRAWS = 50;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where draws of the solved head are worth more than its one answer. */
export const bayesHead: Measurement = {
  name: "bayes-head",
  about: `the solved head's answer against ${DRAWS} draws of its last-layer Laplace posterior, 20 confusable intents, ${ENCODER}'s vectors: calibration, abstaining, out-of-scope texts, noisy labels and pools with out-of-scope texts (BAALJS_WEIGHTS names the folder with the weights)`,
  async run(context) {
    const vectors = await clincVectors(context, CONFUSABLE);
    if (!vectors) return [];
    const rows: Row[] = [];
    for (const shots of context.quick ? [8] : [2, 4, 8, 16]) rows.push(...(await answerRows(vectors, shots)));
    for (const pool of context.quick ? [] : POOLS) {
      for (const picks of PICKS) rows.push(await picksRow(vectors, pool, picks));
      context.progress(`bayes-head: pool ${pool.name} done`);
    }
    return rows;
  },
};

/** How a head answers: by itself, or by draws around it. */
const WAYS = [
  { name: "one answer", prior: undefined, isCalibrated: false },
  { name: "one answer, calibrated", prior: undefined, isCalibrated: true },
  { name: "draws, prior of the solution (1/C)", prior: 0.1, isCalibrated: false },
  { name: "draws, prior by marginal likelihood", prior: "marginalLikelihood", isCalibrated: false },
] as const;

async function predicted(
  model: HeadClassifier,
  labelled: Dataset<Float32Array>,
  items: Dataset<Float32Array>,
  {
    prior,
    seed,
    draws = DRAWS,
  }: { readonly prior: number | "marginalLikelihood" | undefined; readonly seed: number; readonly draws?: number },
): Promise<Predictions> {
  const total = items.length;
  if (prior === undefined) return shownPredictions(model, await joinPredictions(model.predict(items), { total }));
  patchModule(model, { posterior: await fitLastLayerLaplace(model, labelled, { priorPrecision: prior, structure: "kron" }) });
  try {
    return await joinPredictions(model.predict(items, { iterations: draws, seed }), { total });
  } finally {
    unpatchModule(model);
  }
}

/** Calibration, risk against coverage, and out-of-scope texts, at so many labels a class. */
async function answerRows({ labels, train, test, oosTest }: ClincVectors, shots: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, prior, isCalibrated } of WAYS) {
    const samples: Record<string, number[]> = { nll: [], ece: [], risk: [], riskByBald: [], entropy: [], bald: [] };
    for (const seed of SEEDS) {
      const labelled = datasetView(train, someOfEach(train, labels.length, shots, seed));
      await using model = HeadClassifier.fromConfig({ inputDim: train.width, dropout: 0 }, { labels });
      await solveLastLayer(model, labelled, { isCalibrated });
      const own = await predicted(model, labelled, test, { prior, seed });
      const other = await predicted(model, labelled, oosTest, { prior, seed });
      const targets = Array.from({ length: test.length }, (_, n) => test.at(n).target as number);
      const probs_N_C = meanProbabilities(own);
      const isWrong_N = targets.map((target, n) => best(probs_N_C, n, labels.length) !== target);
      const nll = mean(targets.map((target, n) => -Math.log(Math.max(probs_N_C[n * labels.length + target]!, 1e-12))));
      samples["nll"]!.push(nll);
      samples["ece"]!.push(expectedCalibrationError(probs_N_C, targets));
      const heuristics = {
        risk: "maxsoftmax",
        entropy: "entropy",
        ...(prior === undefined ? {} : { riskByBald: "bald", bald: "bald" }),
      };
      for (const [key, heuristic] of Object.entries(heuristics)) {
        const [inside, outside] = [own, other].map((draws) => [...getHeuristic(heuristic).score(draws)]);
        const isRisk = key.startsWith("risk");
        const scores = [...inside!, ...outside!];
        samples[key]!.push(
          isRisk
            ? areaUnderRisk(inside!, isWrong_N)
            : auroc(
                scores,
                scores.map((_, i) => i >= inside!.length),
              ),
        );
      }
    }
    const percent = (key: string) => (samples[key]!.length === 0 ? "-" : (100 * mean(samples[key]!)).toFixed(1));
    rows.push({
      what: `${shots} labels per class: ${name}`,
      ours: `NLL ${mean(samples["nll"]!).toFixed(3)}, ECE ${percent("ece")}, risk-coverage ${percent("risk")} (BALD ${percent("riskByBald")}), out of scope by entropy ${percent("entropy")}, BALD ${percent("bald")}`,
      ...{ comparedWith: "-", target: "-", samples },
    });
  }
  return rows;
}

function best(probs_N_C: Float64Array, n: number, classes: number): number {
  const row = probs_N_C.subarray(n * classes, (n + 1) * classes);
  return row.indexOf(Math.max(...row));
}

/** Mean share of wrong answers among the surest items, over all coverages: lower is better. */
function areaUnderRisk(scores_N: readonly number[], isWrong_N: readonly boolean[]): number {
  const order = [...scores_N.keys()].sort((a, b) => scores_N[a]! - scores_N[b]!);
  let wrong = 0;
  const risks = order.map((n, at) => {
    wrong += Number(isWrong_N[n]);
    return wrong / (at + 1);
  });
  return mean(risks);
}

/** What a pool holds beside clean texts. */
const POOLS = [
  { name: "clean", wrongLabels: 0, outOfScope: 0 },
  { name: "20 % of the labels wrong", wrongLabels: 0.2, outOfScope: 0 },
  { name: "17 % of the texts out of scope", wrongLabels: 0, outOfScope: 400 },
] as const;

/** What is picked, by which answers. */
const PICKS = [
  { name: "random", heuristic: "random", prior: undefined },
  { name: "margin of one answer", heuristic: "margin", prior: undefined },
  { name: "margin of draws", heuristic: "margin", prior: 0.1 },
  { name: "entropy of one answer", heuristic: "entropy", prior: undefined },
  { name: "entropy of draws", heuristic: "entropy", prior: 0.1 },
  { name: "BALD", heuristic: "bald", prior: 0.1 },
] as const;

const [FIRST, STEP, LAST, MOST] = [40, 20, 200, 2000];

/** Accuracy from 40 labels at random to 200, 20 more at a time; a text out of scope that is picked costs its label and teaches nothing. */
async function picksRow(vectors: ClincVectors, pool: (typeof POOLS)[number], picks: (typeof PICKS)[number]): Promise<Row> {
  const samples = { areas: [] as number[], last: [] as number[], wasted: [] as number[] };
  for (const seed of SEEDS) {
    const { curve, wasted } = await curveOf(vectors, pool, picks, seed);
    samples.areas.push(mean(curve.slice(1).map((value, i) => (value + curve[i]!) / 2)));
    samples.last.push(curve.at(-1)!);
    samples.wasted.push(wasted);
  }
  const percent = (values: readonly number[]) => (100 * mean(values)).toFixed(1);
  const lost = pool.outOfScope > 0 ? `, ${mean(samples.wasted).toFixed(0)} labels lost on texts out of scope` : "";
  return {
    what: `pool ${pool.name}: ${picks.name}`,
    ours: `area ${percent(samples.areas)} (${samples.areas.map((area) => percent([area])).join(", ")}), at 200 ${percent(samples.last)}${lost}`,
    ...{ comparedWith: "-", target: "-", samples },
  };
}

async function curveOf(
  { labels, train, test, oosTest }: ClincVectors,
  { wrongLabels, outOfScope }: (typeof POOLS)[number],
  { heuristic, prior }: (typeof PICKS)[number],
  seed: number,
): Promise<{ readonly curve: readonly number[]; readonly wasted: number }> {
  const random = createRandom(seed);
  const inScope = random.shuffled([...Array(train.length).keys()]).slice(0, MOST);
  const outside = random.shuffled([...Array(oosTest.length).keys()]).slice(0, outOfScope);
  const examples = random.shuffled([
    ...inScope.map((position) => {
      const { input, target } = train.at(position);
      const isWrong = random.uniform() < wrongLabels;
      return { input, target: isWrong ? Math.floor(random.uniform() * labels.length) : (target as number) };
    }),
    ...outside.map((position) => ({ input: oosTest.at(position).input, target: -1 })),
  ]);
  const items = createDataset(examples.length, (index) => ({ index, ...examples[index]! }));
  const order = random.shuffled([...examples.keys()]);
  const chosen = new Set(order.slice(0, FIRST));
  const curve: number[] = [];
  await using model = HeadClassifier.fromConfig({ inputDim: train.width, dropout: 0 }, { labels });
  for (;;) {
    const labelled = datasetView(
      items,
      [...chosen].filter((index) => examples[index]!.target >= 0),
    );
    await solveLastLayer(model, labelled);
    curve.push(await accuracyOf(model, test));
    if (chosen.size >= LAST) break;
    const left = order.filter((index) => !chosen.has(index));
    const draws = await predicted(model, labelled, datasetView(items, left), { prior, seed: chosen.size });
    const scores = getHeuristic(heuristic, { seed: seed + chosen.size } as object).score(draws);
    const ranked = [...left.keys()].sort((a, b) => scores[b]! - scores[a]!);
    for (const position of ranked.slice(0, STEP)) chosen.add(left[position]!);
  }
  return { curve, wasted: [...chosen].filter((index) => examples[index]!.target < 0).length };
}

async function accuracyOf(model: HeadClassifier, test: FeatureDataset): Promise<number> {
  const { data, shape } = await joinPredictions(model.predict(test), { total: test.length });
  const probs = Float64Array.from(data);
  return mean(Array.from({ length: test.length }, (_, n) => Number(best(probs, n, shape[1]!) === test.at(n).target)));
}
