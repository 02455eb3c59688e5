import { BaalError } from "../../core/errors.js";
import { features } from "../../core/features.js";
import { predictions } from "../../core/predictions.js";
import { createRandom } from "../../core/random.js";
import type { ScoreStrategy } from "../../strategies/strategy.js";
import { type RunPlan, shardCount } from "../plan/run-plan.js";
import { poolStrategy } from "../score/pool-strategy.js";
import type { ShardCandidates, ShardResult } from "../score/shard-result.js";
import { joined } from "../score/shard-scorer.js";
import type { PoolSurvey, Scored } from "./survey-pool.js";

/** A picked item. */
export interface PoolPick {
  /** Dataset index. */
  readonly index: number;
  readonly score: number;
  readonly label: string | undefined;
  /** Of the label; of a regression the number itself. */
  readonly probability: number;
}

/** The result of a shard by its number. */
export type ReadShard = (shard: number) => Promise<ShardResult>;

/**
 * The picks of the whole pool, from the results of its shards, one after the other: memory is that of one shard and the picks. By scores it is exactly what the strategy
 * picks from the whole pool, by candidates what it picks from the shards' candidates. Throws `E_POOL_EMPTY` where no item has a score, and what `read` throws.
 */
export async function mergePicks(plan: RunPlan, { lowest }: PoolSurvey, read: ReadShard): Promise<PoolPick[]> {
  const shards = shardCount(plan);
  const pool = poolStrategy(plan.strategy);
  if (lowest === undefined) throw new BaalError("E_POOL_EMPTY", "No item of the pool has a score: see the errors of its shards.");
  const known = new Map<number, PoolPick>();
  const remember = (result: ShardResult, indices: readonly number[]) => {
    for (const index of indices) {
      const n = index - result.start;
      const label = result.labels[result.predicted[n]!];
      known.set(index, { index, score: result.scores[n]!, label, probability: result.probability[n]! });
    }
  };
  const chosen =
    pool.kind === "scores"
      ? await bestScores(plan, pool.strategy, { read, shards, lowest, remember })
      : await chosenCandidates(plan, { read, shards, remember });
  return chosen.map(({ index, score }) => ({ ...known.get(index)!, score }));
}

interface Merging {
  readonly read: ReadShard;
  readonly shards: number;
  readonly remember: (result: ShardResult, indices: readonly number[]) => void;
}

/**
 * The best so far and a shard's items compete, again and again. What an item is ranked by is its own (score, and noise keyed by its index), but for one thing: power sampling
 * takes the pool's lowest score for 0 where there are negative ones, so that item takes part each time.
 */
async function bestScores(
  { count, seed }: RunPlan,
  strategy: ScoreStrategy,
  { read, shards, lowest, remember }: Merging & { readonly lowest: Scored },
): Promise<Scored[]> {
  let best: Scored[] = [];
  for (let shard = 0; shard < shards; shard++) {
    const result = await read(shard);
    const items = new Map(best.map(({ index, score }) => [index, score]));
    for (const [n, score] of result.scores.entries()) if (!Number.isNaN(score)) items.set(result.start + n, score);
    items.set(lowest.index, lowest.score);
    const { indices, scores } = strategy.selectFromScores([...items.keys()], [...items.values()], count, createRandom(seed));
    best = indices.map((index, n) => ({ index, score: scores[n]! }));
    const end = result.start + result.scores.length;
    remember(
      result,
      indices.filter((index) => index >= result.start && index < end),
    );
  }
  return best;
}

async function chosenCandidates(plan: RunPlan, { read, shards, remember }: Merging): Promise<Scored[]> {
  const pool = poolStrategy(plan.strategy);
  const parts: ShardCandidates[] = [];
  let [classes, isIndependent] = [0, false];
  for (let shard = 0; shard < shards; shard++) {
    const result = await read(shard);
    if (!result.candidates) continue;
    parts.push(result.candidates);
    [classes, isIndependent] = [result.labels.length, result.task === "multi"];
    remember(result, result.candidates.indices);
  }
  const { indices, probs, features: rows } = joined(parts);
  const items = indices.length;
  const { indices: picked, scores } = await pool.strategy.select(
    {
      indices,
      predictions:
        probs.length > 0
          ? predictions(isIndependent ? "sigmoid" : "probabilities", [items, classes, 1], probs, indices)
          : undefined,
      features: rows.length > 0 ? features([items, rows.length / items], rows, indices) : undefined,
    },
    plan.count,
    createRandom(plan.seed),
  );
  return picked.map((index, n) => ({ index, score: scores[n]! }));
}
