import { createRandom } from "../../core/random.js";
import { isWhole, type Quartiles, quartiles } from "./learning-curve.js";
import type { Series } from "./merged-runs.js";

/** A strategy's mean height over all its numbers of labels, and how that differs from random sampling with the same seeds. */
export interface AreaRow {
  readonly name: string;
  readonly metric: string;
  readonly seeds: number;
  readonly area: Quartiles;
  /** Against random sampling of the same seeds; absent for that itself, and where no seed has both. */
  readonly difference?: {
    readonly mean: number;
    /** 95 % of the paired bootstrap over seeds. */
    readonly low: number;
    readonly high: number;
    /** Wilcoxon's signed-rank test, exact, of two sides. */
    readonly pValue: number;
    readonly pairs: number;
  };
}

const RESAMPLES = 2000;

/** The area under each learning curve, by the trapezoid rule and divided by the range of labels; `undefined` for curves of one point. */
export function areaUnderCurve(series: Series, metric: string): AreaRow | undefined {
  const runs = wholeRuns(series, metric);
  const areas = runs.map(([, points]) => areaOf(points, range(points)));
  if (areas.length === 0) return undefined;
  const row = { name: series.name, metric, seeds: areas.length, area: quartiles(areas) };
  const random = new Map(series.baseline ? wholeRuns(series.baseline, metric) : []);
  const differences = runs.flatMap(([seed, points]) => {
    const other = random.get(seed);
    if (other === undefined) return [];
    // One of them may have been stopped early: as far as both go.
    const common = Math.min(range(points), range(other));
    return common > 0 ? [areaOf(points, common) - areaOf(other, common)] : [];
  });
  if (differences.length === 0) return row;
  const { pValue, pairs } = signedRankTest(differences);
  return { ...row, difference: { mean: mean(differences), ...bootstrapOfMean(differences), pValue, pairs } };
}

type Points = readonly { readonly labels: number; readonly value: number }[];

/** Runs at their end, by seed: one that is not has another area for that alone. */
function wholeRuns(series: Series, metric: string): (readonly [seed: number, points: Points])[] {
  return [...series.seeds].flatMap(([seed, results]) => {
    const points = results.map(({ labels, metrics }) => ({ labels, value: metrics[metric] ?? Number.NaN }));
    const isUsable = range(points) > 0 && points.every(({ value }) => !Number.isNaN(value));
    return isUsable && isWhole(series, results) ? [[seed, points] as const] : [];
  });
}

/** From the first number of labels to the last. */
function range(points: Points): number {
  return (points.at(-1)?.labels ?? 0) - (points[0]?.labels ?? 0);
}

/** Mean height over so many labels from the first on. */
function areaOf(points: Points, wanted: number): number {
  const end = points[0]!.labels + wanted;
  let area = 0;
  for (const [i, { labels, value }] of points.entries()) {
    const before = points[i - 1];
    if (before === undefined || before.labels >= end) continue;
    const share = Math.min(1, (end - before.labels) / (labels - before.labels));
    const height = before.value + share * (value - before.value);
    area += (share * (labels - before.labels) * (before.value + height)) / 2;
  }
  return area / wanted;
}

/** Seeds drawn with replacement (Efron 1979): the interval of the mean difference. */
function bootstrapOfMean(differences: readonly number[]): { readonly low: number; readonly high: number } {
  const random = createRandom(0);
  const means = Float64Array.from({ length: RESAMPLES }, () =>
    mean(differences.map(() => differences[random.integer(0, differences.length - 1)]!)),
  ).sort();
  return { low: means[Math.floor(0.025 * RESAMPLES)]!, high: means[Math.ceil(0.975 * RESAMPLES) - 1]! };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Wilcoxon's signed-rank test of paired differences. */
export interface SignedRankTest {
  /** Sum of the ranks of the positive differences. */
  readonly statistic: number;
  /** Of two sides, exact. */
  readonly pValue: number;
  /** Differences other than 0. */
  readonly pairs: number;
}

/**
 * Whether paired differences lie around 0 (Wilcoxon 1945), exactly: by counting all signs that the ranks could have had, ties sharing their
 * mean rank, differences of 0 left out. With n pairs no p-value can be below 2 / 2^n: three seeds give 0.25 at best, six 0.031.
 */
export function signedRankTest(differences: readonly number[]): SignedRankTest {
  const kept = differences.filter((difference) => difference !== 0);
  const order = [...kept].sort((a, b) => Math.abs(a) - Math.abs(b));
  // Twice the ranks, which are whole numbers with ties, too.
  const ranks = order.map((difference) => {
    const first = order.findIndex((other) => Math.abs(other) === Math.abs(difference));
    const count = order.filter((other) => Math.abs(other) === Math.abs(difference)).length;
    return 2 * first + count + 1;
  });
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranks.reduce((sum, rank, i) => (order[i]! > 0 ? sum + rank : sum), 0);
  // How probable each sum is when every sign is a coin's.
  let chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    const next = new Float64Array(total + 1);
    for (let sum = 0; sum <= total; sum++) {
      const chance = chances[sum]! / 2;
      if (chance === 0) continue;
      next[sum]! += chance;
      next[sum + rank]! += chance;
    }
    chances = next;
  }
  const lower = Math.min(positive, total - positive);
  let tail = 0;
  for (let sum = 0; sum <= lower; sum++) tail += chances[sum]!;
  return { statistic: positive / 2, pValue: Math.min(1, 2 * tail), pairs: kept.length };
}
