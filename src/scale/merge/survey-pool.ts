import { type RunPlan, shardCount } from "../plan/run-plan.js";
import type { ShardResult } from "../score/shard-result.js";

/** An item's score. */
export interface Scored {
  /** Dataset index. */
  readonly index: number;
  readonly score: number;
}

/** Numbers about all scores. */
export interface PoolStatistics {
  readonly rows: number;
  readonly errors: number;
  readonly lowest: number;
  readonly highest: number;
  readonly mean: number;
  /** Items by their most probable label. */
  readonly predicted: Readonly<Record<string, number>>;
}

/** What there is of a pool's results. */
export interface PoolSurvey {
  /** Shards without a whole result. */
  readonly missing: readonly number[];
  /** The item with the lowest score; `undefined` where none has one. */
  readonly lowest: Scored | undefined;
  readonly statistics: PoolStatistics;
}

/** Reads each result of a pool once: which are missing, and what is to be known of all scores before any is picked. */
export async function surveyPool(plan: RunPlan, read: (shard: number) => Promise<ShardResult | undefined>): Promise<PoolSurvey> {
  const missing: number[] = [];
  const predicted = new Map<string, number>();
  let [rows, errors, sum, highest] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  let lowest: Scored | undefined;
  for (let shard = 0; shard < shardCount(plan); shard++) {
    const result = await read(shard);
    if (result === undefined) {
      missing.push(shard);
      continue;
    }
    rows += result.scores.length;
    errors += result.errors.length;
    for (const [n, score] of result.scores.entries()) {
      if (Number.isNaN(score)) continue;
      sum += score;
      highest = Math.max(highest, score);
      if (lowest === undefined || score < lowest.score) lowest = { index: result.start + n, score };
      const label = result.labels[result.predicted[n]!];
      if (label !== undefined) predicted.set(label, (predicted.get(label) ?? 0) + 1);
    }
  }
  const statistics = {
    ...{ rows, errors, lowest: lowest?.score ?? Number.POSITIVE_INFINITY, highest, mean: sum / (rows - errors) },
    predicted: Object.fromEntries([...predicted].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return { missing, lowest, statistics };
}
