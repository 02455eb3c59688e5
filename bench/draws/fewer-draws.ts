import { selectAdaptively } from "../../src/active/adaptive-draws.js";
import { predictAll } from "../../src/active/gather-evidence.js";
import type { DropoutPatchOptions } from "../../src/bayesian/patch-module.js";
import { itemsAt } from "../../src/core/dataset-view.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import { getHeuristic } from "../../src/heuristics/registry.js";
import { spearman } from "../../src/metrics/regression-metrics.js";
import { getStrategy } from "../../src/strategies/registry.js";
import type { ScoreStrategy } from "../../src/strategies/strategy.js";
import type { BenchContext } from "../bench-context.js";
import { seconds } from "../interleave.js";
import type { Measurement, Row } from "../measurement.js";
import { median } from "../statistics.js";
import { type Trained, trainedOnImages, trainedOnTexts, underPatch } from "./trained.js";

const DRAWS = 20;
const REFERENCE = 500;
const MASKS = ["independent", "balanced"] as const;
/** Repetitions of a few draws, each with a seed of its own. */
const SEEDS = [1, 2, 3, 4, 5];

type Measure = (trained: Trained<never>, context: BenchContext) => Promise<readonly Row[]>;

function onTextsAndImages(name: string, about: string, measure: Measure): Measurement {
  return {
    name,
    about: `${about} (BAALJS_WEIGHTS names the folder with the weights of the texts' encoder)`,
    async run(context) {
      const rows: Row[] = [];
      for (const make of [() => trainedOnTexts(context, name), () => trainedOnImages(context)]) {
        const trained = await make();
        if (trained) rows.push(...(await measure(trained, context)));
        await trained?.model.dispose();
      }
      return rows;
    },
  };
}

const draw = ({ trainer, pool }: Trained<never>, iterations: number, seed: number, items = pool) =>
  predictAll(items, (data, options) => trainer.predictOnDatasetGenerator(data, { ...options, seed }), { iterations });

/** How far a few draws' scores are from those of many, for masks of both kinds. */
export const masks = onTextsAndImages(
  "masks",
  `entropy and BALD of 4, 5, 10 and 20 draws against ${REFERENCE}, with independent and balanced masks`,
  async (trained, context) => {
    const count = context.quick ? 10 : 60;
    const items = itemsAt(
      trained.test,
      Array.from({ length: count }, (_, i) => i * Math.floor(trained.test.length / count)),
    );
    const many = await underPatch(trained, {}, () => draw(trained, context.quick ? 100 : REFERENCE, 99, items));
    const drawn = new Map<string, Predictions[]>();
    for (const kind of MASKS) {
      const runs: Predictions[] = [];
      for (const seed of SEEDS) runs.push(await underPatch(trained, { masks: kind }, () => draw(trained, DRAWS, seed, items)));
      drawn.set(kind, runs);
    }
    const rows: Row[] = [];
    for (const name of ["entropy", "bald"]) {
      const heuristic = getHeuristic(name, { average: "probabilities" });
      const truth = heuristic.score(many);
      for (const iterations of [4, 5, 10, DRAWS]) {
        const [independent, balanced] = MASKS.map((kind) =>
          drawn.get(kind)!.flatMap((run) => {
            const scores = heuristic.score(some(run, items, { iterations, firstDraw: 0 }));
            return [...scores].map((score, i) => score - truth[i]!);
          }),
        );
        rows.push({
          what: `${trained.name}: ${name} of ${iterations} draws, balanced masks`,
          ours: showErrors(balanced!),
          comparedWith: `independent masks: ${showErrors(independent!)}`,
          ratio: rootMeanSquare(independent!) / rootMeanSquare(balanced!),
          target: ">= 1",
          met: rootMeanSquare(independent!) >= rootMeanSquare(balanced!),
          samples: { independent: independent!, balanced: balanced! },
        });
      }
    }
    return rows;
  },
);

function rootMeanSquare(errors: readonly number[]): number {
  return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
}

function showErrors(errors: readonly number[]): string {
  const bias = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return `root mean square error ${rootMeanSquare(errors).toFixed(5)}, bias ${bias.toFixed(5)}`;
}

interface Promised {
  readonly strategy: string;
  readonly recall: number;
  readonly passes: number;
}

const PROMISES: readonly Promised[] = [
  { strategy: "topk:entropy", recall: 0.99, passes: 0.25 },
  { strategy: "topk:margin", recall: 0.99, passes: 0.25 },
  { strategy: "power:entropy", recall: 0.99, passes: 0.25 },
  { strategy: "topk:bald", recall: 0.95, passes: 0.5 },
  { strategy: "power:bald", recall: 0.95, passes: 0.5 },
];

/** What is found of the picks of all draws, and by how many. */
export const adaptive = onTextsAndImages(
  "adaptive",
  `picks of adaptive draws against those of ${DRAWS} draws of all items`,
  async (trained, context) => {
    const { pool } = trained;
    const indices = Array.from({ length: pool.length }, (_, i) => pool.at(i).index);
    const view = { ...pool, indices, at: pool.at.bind(pool) };
    const rows: Row[] = [];
    for (const kind of MASKS) {
      const seeds = context.quick ? SEEDS.slice(0, 1) : SEEDS.slice(0, 3);
      const drawn = new Map<number, Predictions>();
      for (const seed of seeds) drawn.set(seed, await underPatch(trained, { masks: kind }, () => draw(trained, DRAWS, seed)));
      for (const { strategy: name, recall: wanted, passes: most } of PROMISES) {
        const strategy = getStrategy(name) as ScoreStrategy;
        const [recalls, shares]: [number[], number[]] = [[], []];
        for (const count of [20, 50, Math.floor(pool.length / 20)]) {
          for (const seed of seeds) {
            const all = drawn.get(seed)!;
            const random = () => createRandom(seed);
            const truth = new Set(strategy.selectFromScores(indices, strategy.heuristic.score(all), count, random()).indices);
            const { selection, spent } = await selectAdaptively(view, strategy, {
              ...{ count, iterations: DRAWS, draws: {}, random: random() },
              predict: async (items, { iterations, firstDraw = 0 }) => some(all, items, { iterations, firstDraw }),
            });
            recalls.push(selection.indices.filter((index) => truth.has(index)).length / count);
            shares.push(spent.passes / spent.allPasses);
          }
        }
        const mean = recalls.reduce((a, b) => a + b, 0) / recalls.length;
        const highest = Math.max(...shares);
        rows.push({
          what: `${trained.name}, pool of ${pool.length}, ${kind} masks: ${name}, 20, 50 and 5 % picks`,
          ours: `${(100 * mean).toFixed(1)} % of the picks, lowest ${(100 * Math.min(...recalls)).toFixed(0)} %`,
          comparedWith: `by ${Math.min(...shares).toFixed(2)} to ${highest.toFixed(2)} of the passes`,
          target: `${100 * wanted} % by at most ${most}`,
          met: mean >= wanted && highest <= most,
          samples: { recalls, shares },
        });
      }
    }
    return rows;
  },
);

/** Some of the draws of some of the items, as a model would give them. */
function some(
  all: Predictions,
  items: { readonly length: number; at(i: number): { readonly index: number } },
  { iterations, firstDraw }: { readonly iterations: number; readonly firstDraw: number },
): Predictions {
  const [, classes = 0, draws = 0] = all.shape;
  const rowOf = new Map(all.indices.map((index, row) => [index, row]));
  const indices = Array.from({ length: items.length }, (_, i) => items.at(i).index);
  const data = new Float32Array(indices.length * classes * iterations);
  for (const [i, index] of indices.entries()) {
    for (let c = 0; c < classes; c++) {
      const start = (rowOf.get(index)! * classes + c) * draws + firstDraw;
      data.set(all.data.subarray(start, start + iterations), (i * classes + c) * iterations);
    }
  }
  return predictions(all.kind, [indices.length, classes, iterations], data, indices);
}

/** What dropout in the last layers alone costs and saves. */
export const lastLayers = onTextsAndImages(
  "last-layers",
  `${DRAWS} draws with dropout in the last layers alone, against dropout everywhere`,
  async (trained, context) => {
    const count = context.quick ? 30 : 400;
    const items = itemsAt(
      trained.pool,
      Array.from({ length: Math.min(count, trained.pool.length) }, (_, i) => i),
    );
    const under = async (where: DropoutPatchOptions["where"]) => {
      const times: number[] = [];
      let drawn: Predictions | undefined;
      await underPatch(trained, { where }, async () => {
        for (let round = 0; round < context.rounds; round++) {
          times.push(
            await seconds(async () => {
              drawn = await draw(trained, DRAWS, 1, items);
            }),
          );
        }
      });
      return { time: median(times), drawn: drawn! };
    };
    const whole = await under("all");
    const again = await underPatch(trained, {}, () => draw(trained, DRAWS, 2, items));
    const rows: Row[] = [];
    for (const n of [3, 2, 1, 0]) {
      const part = await under({ lastLayers: n }).catch(() => undefined);
      if (part === undefined) continue;
      const rank = (name: string, drawn: Predictions) => {
        const heuristic = getHeuristic(name, { average: "probabilities" });
        return spearman(heuristic.score(drawn), heuristic.score(whole.drawn)).toFixed(3);
      };
      rows.push({
        what: `${trained.name}: dropout in the last ${n} layers and the head`,
        ours: `rank correlation with dropout everywhere: entropy ${rank("entropy", part.drawn)}, BALD ${rank("bald", part.drawn)}`,
        comparedWith: `everywhere, another seed: entropy ${rank("entropy", again)}, BALD ${rank("bald", again)}`,
        ratio: whole.time / part.time,
        target: "-",
        notes: ["the ratio is how many times quicker it is"],
        samples: { seconds: part.time, wholeSeconds: whole.time },
      });
    }
    return rows;
  },
);
