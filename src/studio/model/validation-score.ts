import { createRandom } from "../../core/random.js";
import { auroc } from "../../metrics/ranking-metrics.js";
import type { LabelHistogram } from "../api/work-contract.js";
import type { LabelTask } from "../store/records.js";

type Entries = readonly (0 | 1 | null)[];

/** An item's labels beside what a model says of it. */
export interface JudgedItem {
  readonly entries: Entries;
  readonly probs_C: ArrayLike<number>;
}

/** Counts of an item that the score is made of: `[right]`, or of several labels true and false yes and missed ones of each. */
type Summary = readonly number[];

/** The share of items whose likeliest label is right, or of several labels the mean F1 over those that occur, at one half. */
export function validationScore(items: readonly JudgedItem[], task: LabelTask): number | undefined {
  return scoreOf(
    items.map((item) => summary(item, task)),
    task,
  );
}

export interface ScoreBand {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 200;

/** The score, with where it lies for 95 % of resamples of the items (Efron 1979); `undefined` without items. */
export function scoreBand(items: readonly JudgedItem[], task: LabelTask, seed = 0): ScoreBand | undefined {
  const summaries = items.map((item) => summary(item, task));
  const value = scoreOf(summaries, task);
  if (value === undefined) return undefined;
  const random = createRandom(seed);
  const found: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const score = scoreOf(
      summaries.map(() => summaries[random.integer(0, summaries.length - 1)]!),
      task,
    );
    if (score !== undefined) found.push(score);
  }
  found.sort((a, b) => a - b);
  const at = (share: number) => found[Math.round(share * (found.length - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

function summary({ entries, probs_C }: JudgedItem, task: LabelTask): Summary {
  if (task === "single") {
    let best = 0;
    for (let c = 1; c < entries.length; c++) if (probs_C[c]! > probs_C[best]!) best = c;
    return [Number(entries[best] === 1)];
  }
  return entries.flatMap((entry, c) => {
    const isSaid = probs_C[c]! >= 0.5;
    return [Number(entry === 1 && isSaid), Number(entry === 0 && isSaid), Number(entry === 1 && !isSaid)];
  });
}

function scoreOf(summaries: readonly Summary[], task: LabelTask): number | undefined {
  const [first] = summaries;
  if (!first) return undefined;
  const sums = first.map((_, i) => summaries.reduce((sum, own) => sum + own[i]!, 0));
  if (task === "single") return sums[0]! / summaries.length;
  const scores: number[] = [];
  for (let at = 0; at < sums.length; at += 3) {
    const [right, wrong, missed] = [sums[at]!, sums[at + 1]!, sums[at + 2]!];
    if (right + missed > 0) scores.push((2 * right) / (2 * right + wrong + missed));
  }
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Bins of a histogram. */
const BINS = 14;

/** What histograms are made of. */
export interface HistogramSources {
  readonly labels: readonly number[];
  readonly learnt: readonly JudgedItem[];
  readonly validated: readonly JudgedItem[];
  /** Probabilities of items without an answer. */
  readonly open: readonly ArrayLike<number>[];
}

/** For each label how its probability is spread over items that have it, that have it not, and that nobody has looked at; densities. */
export function labelHistograms({ labels, learnt, validated, open }: HistogramSources): LabelHistogram[] {
  return labels.map((label, c) => {
    const of = (items: readonly JudgedItem[], value: 0 | 1) =>
      items.flatMap(({ entries, probs_C }) => (entries[c] === value ? [probs_C[c]!] : []));
    const both = (items: readonly JudgedItem[]) => ({ positive: density(of(items, 1)), negative: density(of(items, 0)) });
    const [positive, negative] = [of(validated, 1), of(validated, 0)].map((some) => some.filter((p) => !Number.isNaN(p)));
    const isJudged = positive!.length > 0 && negative!.length > 0;
    const scores = [...positive!, ...negative!];
    const right = positive!.filter((p) => p >= 0.5).length + negative!.filter((p) => p < 0.5).length;
    return {
      label,
      train: both(learnt),
      validation: both(validated),
      unlabelled: density(open.map((probs_C) => probs_C[c]!)),
      auc: isJudged
        ? auroc(
            scores,
            scores.map((_, i) => i < positive!.length),
          )
        : undefined,
      accuracy: isJudged ? right / scores.length : undefined,
    };
  });
}

/** Sums to 14 over the bins, so that the mean height is 1; zeros without values. */
function density(values: readonly number[]): number[] {
  const bins = new Array<number>(BINS).fill(0);
  let count = 0;
  for (const p of values) {
    if (Number.isNaN(p)) continue;
    bins[Math.min(BINS - 1, Math.max(0, Math.floor(p * BINS)))]!++;
    count++;
  }
  return count === 0 ? bins : bins.map((value) => (value * BINS) / count);
}
