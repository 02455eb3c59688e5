import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type PredictionKind, type Predictions, predictions } from "../../src/core/predictions.js";
import { createRandom } from "../../src/core/random.js";
import type { Heuristic } from "../../src/heuristics/heuristic.js";
import type { Reduction } from "../../src/heuristics/position-heuristic.js";
import { getHeuristic, heuristicNames } from "../../src/heuristics/registry.js";
import { expectedCalibrationError } from "../../src/metrics/calibration-error.js";
import { accuracy } from "../../src/metrics/classification-metrics.js";
import { power, softmax, softRank } from "../../src/strategies/ranked.js";
import { chiSquare } from "../chi-square.js";
import { hasShared, itShared, sharedPath } from "../shared.js";

interface Golden {
  readonly inputs: readonly {
    readonly kind: PredictionKind;
    readonly shape: readonly number[];
    readonly data: readonly number[];
  }[];
  readonly heuristics: readonly {
    readonly heuristic: string;
    readonly input: number;
    readonly target?: number;
    readonly reduction?: Reduction;
    readonly uncertainties: readonly number[];
    readonly mostUncertainFirst: readonly number[];
  }[];
  readonly stochastic: readonly {
    readonly sampler: string;
    readonly temperature: number;
    readonly scores: readonly number[];
    readonly distribution: readonly number[];
  }[];
  readonly metrics: readonly {
    readonly probabilities: readonly number[];
    readonly targets: readonly number[];
    readonly ece10: number;
    readonly topkAccuracy: Readonly<Record<string, number>>;
  }[];
}

const FILE = sharedPath("fixtures", "heuristics.json");
const golden: Golden = hasShared
  ? (JSON.parse(readFileSync(FILE, "utf8")) as Golden)
  : { inputs: [], heuristics: [], stochastic: [], metrics: [] };

/** The reference's low margin and low certainty mean uncertain; ours are 1 less these. */
const toOurSign: Readonly<Record<string, (value: number) => number>> = { margin: (v) => 1 - v, certainty: (v) => 1 - v };

function inputOf(row: { readonly input: number }): Predictions {
  const { kind, shape, data } = golden.inputs[row.input]!;
  return predictions(kind, shape, Float32Array.from(data), undefined, { isConsistent: true });
}

describe("scores of the reference library", () => {
  const known = golden.heuristics.filter((row) => heuristicNames.includes(row.heuristic.toLowerCase()));

  itShared("cover the six deterministic heuristics and all reductions", () => {
    expect(new Set(known.map((row) => row.heuristic))).toEqual(
      new Set(["BALD", "Entropy", "Margin", "Certainty", "Variance", "EPIG"]),
    );
    expect(new Set(known.flatMap((row) => row.reduction ?? []))).toEqual(new Set(["mean", "max", "min", "sum"]));
  });

  for (const row of known) {
    const name = row.heuristic.toLowerCase();
    // The reference averages logits where it has them; its certainty takes them for probabilities and is compared on these.
    const average: "logits" | undefined =
      ["entropy", "margin"].includes(name) && golden.inputs[row.input]!.kind === "logits" ? "logits" : undefined;
    const options = { allowSingleDraw: true, average, ...(row.reduction === undefined ? {} : { reduction: row.reduction }) };
    const heuristic: Heuristic = getHeuristic(name, options);

    it(`${row.heuristic} of input ${row.input}${row.reduction ? `, ${row.reduction}` : ""}: values and order`, () => {
      const target = row.target === undefined ? undefined : inputOf({ input: row.target });
      const scores = heuristic.score(inputOf(row), target ? { target } : {});
      const expected = row.uncertainties.map(toOurSign[name] ?? ((value) => value));
      expect(scores).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(Math.abs(scores[i]! - value), `item ${i}: ${scores[i]}, expected ${value}`).toBeLessThan(1e-5);
      });
      const ordered = row.mostUncertainFirst.map((position) => scores[position]!);
      ordered.forEach((score, i) => {
        if (i > 0) expect(score, `rank ${i} of ${ordered}`).toBeLessThanOrEqual(ordered[i - 1]! + 1e-9);
      });
    });
  }
});

describe("sampling distributions of the reference library", () => {
  /** The reference's sampler, and ours at the same coldness 1 / temperature. */
  const SAMPLERS = { PowerSampling: power, GibbsSampling: softmax, RankBasedSampling: softRank } as const;

  itShared("cover three samplers at three temperatures", () => {
    expect(golden.stochastic.map(({ sampler, temperature }) => `${sampler} ${temperature}`)).toEqual(
      Object.keys(SAMPLERS).flatMap((sampler) => [0.5, 1, 2].map((temperature) => `${sampler} ${temperature}`)),
    );
  });

  for (const { sampler, temperature, scores, distribution } of golden.stochastic) {
    it(`${sampler} at temperature ${temperature} is ours with beta ${1 / temperature}`, () => {
      const strategy = SAMPLERS[sampler as keyof typeof SAMPLERS](getHeuristic("entropy"), { beta: 1 / temperature });
      const indices = scores.map((_, i) => 1000 + i);
      const random = createRandom(11);
      const counts = new Array<number>(scores.length).fill(0);
      const draws = 40_000;
      for (let draw = 0; draw < draws; draw++) {
        const [picked = Number.NaN] = strategy.selectFromScores(indices, scores, 1, random).indices;
        counts[picked - 1000]!++;
      }
      const { statistic, limit } = chiSquare(
        counts,
        distribution.map((p) => p * draws),
      );
      expect(statistic).toBeLessThan(limit);
    });
  }
});

describe("metrics of the reference library", () => {
  itShared("are there", () => {
    expect(Object.keys(golden.metrics[0]?.topkAccuracy ?? {})).toEqual(["1", "2", "3"]);
  });
  for (const { probabilities, targets, ece10, topkAccuracy } of golden.metrics) {
    it("expected calibration error with 10 bins", () => {
      expect(expectedCalibrationError(probabilities, targets, { bins: 10 })).toBeCloseTo(ece10, 5);
    });
    for (const [topK, value] of Object.entries(topkAccuracy)) {
      it(`top-${topK} accuracy`, () => {
        expect(accuracy(probabilities, targets, { topK: Number(topK) })).toBeCloseTo(value, 5);
      });
    }
  }
});
