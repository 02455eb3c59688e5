import { datasetView } from "../../src/core/dataset-view.js";
import type { FeatureDataset } from "../../src/data/features/feature-dataset.js";
import { auroc } from "../../src/metrics/ranking-metrics.js";
import { HeadClassifier } from "../../src/models/head/head-classifier.js";
import { fitOutOfScope } from "../../src/training/fit-out-of-scope.js";
import { solveLastLayer } from "../../src/training/solve-last-layer.js";
import type { Measurement, Row } from "../measurement.js";
import { type ClincVectors, clincVectors, someOfEach } from "./clinc-vectors.js";
import { CONFUSABLE, ENCODER } from "./solved-head.js";

interface Task {
  readonly name: string;
  readonly labels: readonly string[] | undefined;
  readonly shots: number;
  /** Least AUROC promised. */
  readonly target: number;
}

const TASKS: readonly Task[] = [
  { name: "20 confusable intents", labels: CONFUSABLE, shots: 8, target: 0.995 },
  { name: "150 intents", labels: undefined, shots: 4, target: 0.95 },
  { name: "150 intents", labels: undefined, shots: 16, target: 0.966 },
];
const SEEDS = [0, 1, 2];

/** How the solved head tells texts out of scope; score and threshold are found on CLINC-OOS's validation texts, the figures are of its test texts. */
export const outOfScope: Measurement = {
  name: "out-of-scope",
  about: `out-of-scope texts of CLINC-OOS by the solved head on ${ENCODER}'s vectors: AUROC, accuracy in scope and recall out of scope (BAALJS_WEIGHTS names the folder with the weights)`,
  async run(context) {
    const rows: Row[] = [];
    for (const task of context.quick ? TASKS.slice(0, 1) : TASKS) {
      const vectors = await clincVectors(context, task.labels);
      if (!vectors) return [];
      for (const way of ["validation", "labels"] as const) rows.push(await outOfScopeRow(task, way, vectors));
      context.progress(`out-of-scope: ${rows.at(-2)!.what}: ${rows.at(-2)!.ours}`);
    }
    return rows;
  },
};

/** One way to find the rule: on validation texts, or on the labelled texts in turns. */
async function outOfScopeRow(
  { name, shots, target }: Task,
  way: "validation" | "labels",
  { labels, train, val, test, oosVal, oosTest }: ClincVectors,
): Promise<Row> {
  const samples = { aurocs: [] as number[], accuracies: [] as number[], recalls: [] as number[] };
  const chosen: string[] = [];
  for (const seed of SEEDS) {
    const labelled = datasetView(train, someOfEach(train, labels.length, shots, seed));
    await using model = HeadClassifier.fromConfig({ inputDim: train.width, dropout: 0 }, { labels });
    await solveLastLayer(model, labelled);
    const validation = way === "validation" ? val : undefined;
    const { score } = await fitOutOfScope(model, { labelled, outOfScope: oosVal, validation });
    const [inside, outside] = [await answers(model, test), await answers(model, oosTest)];
    const scores = [...inside.beyond, ...outside.beyond];
    samples.aurocs.push(
      auroc(
        scores,
        scores.map((_, i) => i >= inside.beyond.length),
      ),
    );
    const right = inside.best.filter((c, n) => inside.beyond[n]! <= 0 && c === test.at(n).target).length;
    samples.accuracies.push(right / test.length);
    samples.recalls.push(outside.beyond.filter((beyond) => beyond > 0).length / oosTest.length);
    chosen.push(score);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const percent = (values: readonly number[]) => (100 * mean(values)).toFixed(1);
  return {
    what: `${name}, ${shots} labels per class, rule found on ${way === "labels" ? "the labels in turns" : "validation texts"}`,
    ours: `AUROC ${percent(samples.aurocs)}, in scope ${percent(samples.accuracies)}, recall ${percent(samples.recalls)} (${[...new Set(chosen)].join(", ")})`,
    ...{ comparedWith: "-", target: `AUROC ${(100 * target).toFixed(1)}`, met: mean(samples.aurocs) >= target - 5e-4, samples },
  };
}

/** How far each item is beyond the model's scope, and its most probable class. */
async function answers(
  model: HeadClassifier,
  items: FeatureDataset,
): Promise<{ readonly beyond: number[]; readonly best: number[] }> {
  const [beyond, best]: [number[], number[]] = [[], []];
  for await (const { data, beyondScope_N, shape } of model.predict(items, { iterations: 1, mode: "deterministic" })) {
    beyond.push(...beyondScope_N!);
    const classes = shape[1]!;
    for (let start = 0; start < data.length; start += classes) {
      const row = data.subarray(start, start + classes);
      best.push(row.indexOf(Math.max(...row)));
    }
  }
  return { beyond, best };
}
