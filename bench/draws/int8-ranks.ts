import { join } from "node:path";
import { patchModule } from "../../src/bayesian/patch-module.js";
import { joinPredictions } from "../../src/core/join-chunks.js";
import type { Predictions } from "../../src/core/predictions.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import { getHeuristic } from "../../src/heuristics/registry.js";
import { spearman } from "../../src/metrics/regression-metrics.js";
import { TextClassifier } from "../../src/models/text/text-classifier.js";
import { ENCODER } from "../few-labels/solved-head.js";
import type { Measurement, Row } from "../measurement.js";
import { trainedOnTexts } from "./trained.js";

const [DRAWS, TOP] = [20, 100];

/** What rounding to bytes does to scores, to picks and to answers of a fine-tuned encoder. */
export const int8Ranks: Measurement = {
  name: "int8-ranks",
  about: `entropy and BALD of ${DRAWS} draws in int8 against float32: rank correlation, the same top ${TOP}, accuracy (BAALJS_WEIGHTS names the folder with the encoder's weights)`,
  async run(context) {
    const trained = await trainedOnTexts(context, "int8-ranks");
    if (!trained) return [];
    const { model, pool, test } = trained;
    const folder = join(process.env["BAALJS_WEIGHTS"]!, ENCODER);
    const options = { labels: model.labels, threads: context.threads, precision: "int8" } as const;
    await using twin = await TextClassifier.fromPretrained(folder, options);
    twin.loadStateDict(model.stateDict());
    patchModule(model);
    patchModule(twin);
    const draws = async (of: typeof model | TextClassifier, items: typeof pool) =>
      joinPredictions(of.predict(items, { iterations: DRAWS, seed: 5 }), { total: items.length });
    const [floats, bytes] = [await draws(model, pool), await draws(twin, pool)];
    const rows: Row[] = [];
    for (const name of ["entropy", "bald"]) {
      const heuristic = getHeuristic(name, {});
      const [a, b] = [heuristic.score(floats), heuristic.score(bytes)];
      const correlation = spearman([...a], [...b]);
      const first = new Set(top(a));
      const shared = top(b).filter((item) => first.has(item)).length / TOP;
      rows.push({
        what: `${trained.name}: ${name} of ${pool.length} texts in int8`,
        ours: `rank correlation ${correlation.toFixed(4)}, ${(100 * shared).toFixed(0)} % of the top ${TOP}`,
        comparedWith: "float32",
        target: ">= 0.995, 95 %",
        met: correlation >= 0.995 && shared >= 0.95,
        samples: { correlation: [correlation], shared: [shared] },
      });
    }
    const [right, rightInBytes] = [accuracy(await draws(model, test), test), accuracy(await draws(twin, test), test)];
    rows.push({
      what: `${trained.name}: accuracy on ${test.length} texts in int8`,
      ours: `${(100 * rightInBytes).toFixed(2)} %`,
      comparedWith: `float32: ${(100 * right).toFixed(2)} %`,
      target: "within 0.3 points",
      met: Math.abs(right - rightInBytes) <= 0.003,
      samples: { right: [right], rightInBytes: [rightInBytes] },
    });
    await model.dispose();
    return rows;
  },
};

function top(scores: ArrayLike<number>): readonly number[] {
  return Array.from(scores, (_, item) => item)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, TOP);
}

function accuracy(draws: Predictions, items: { at(index: number): { readonly target: unknown } }): number {
  const classes = draws.shape[1]!;
  const probs_N_C = meanProbabilities(draws);
  const count = draws.indices.length;
  let right = 0;
  for (let item = 0; item < count; item++) {
    const probs_C = probs_N_C.subarray(item * classes, (item + 1) * classes);
    if (probs_C.indexOf(Math.max(...probs_C)) === items.at(item).target) right++;
  }
  return right / count;
}
