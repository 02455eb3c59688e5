import type { Row } from "../../data/rows/row.js";
import { writeWhole } from "../../data/rows/write-rows.js";
import { readShardRows } from "../plan/plan-run.js";
import { type RunPlan, shardCount } from "../plan/run-plan.js";
import type { ShardResult } from "../score/shard-result.js";
import type { RunStore } from "../store/run-store.js";
import type { PoolPick, ReadShard } from "./merge-picks.js";

/** Columns that are added; numbered where the data have one of that name. */
const PICK_COLUMNS = ["baal_rank", "baal_score", "baal_label", "baal_probability"] as const;
const SCORE_COLUMNS = ["baal_score", "baal_label", "baal_probability", "baal_error"] as const;

/** Writes the picked rows, all their columns, the best first; the file is there whole or not at all. */
export async function writePicks(path: string, plan: RunPlan, store: RunStore, picks: readonly PoolPick[]): Promise<void> {
  const rankOf = new Map(picks.map(({ index }, rank) => [index, rank]));
  const rows: Row[] = new Array(picks.length);
  const [rank, score, label, probability] = freeNames(plan.columns, PICK_COLUMNS);
  // Shard by shard, since a shard's rows are read together.
  const shards = [...new Set(picks.map(({ index }) => Math.floor(index / plan.rowsPerShard)))].sort((a, b) => a - b);
  for (const shard of shards) {
    const own = await readShardRows(store, shard);
    for (const [n, row] of own.entries()) {
      const at = rankOf.get(shard * plan.rowsPerShard + n);
      if (at === undefined) continue;
      const pick = picks[at]!;
      rows[at] = {
        ...row,
        ...{ [rank!]: at + 1, [score!]: pick.score },
        ...{ [label!]: pick.label ?? null, [probability!]: pick.probability },
      };
    }
  }
  await writeWhole(path, [...plan.columns, rank!, score!, label!, probability!], async (write) => write(rows));
}

/** Writes every row of the pool, in its order, with its score. */
export async function writeScores(path: string, plan: RunPlan, store: RunStore, read: ReadShard): Promise<void> {
  const names = freeNames(plan.columns, SCORE_COLUMNS);
  await writeWhole(path, [...plan.columns, ...names], async (write) => {
    for (let shard = 0; shard < shardCount(plan); shard++) {
      const result = await read(shard);
      const own = await readShardRows(store, shard);
      await write(own.map((row, n) => ({ ...row, ...scoreColumns(names, result, n) })));
    }
  });
}

function scoreColumns(
  names: readonly string[],
  { scores, start, labels, predicted, probability, errors }: ShardResult,
  n: number,
): Row {
  const error = errors.find(({ row }) => row === start + n)?.message ?? null;
  const values = error === null ? [scores[n], labels[predicted[n]!] ?? null, probability[n], null] : [null, null, null, error];
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

function freeNames(taken: readonly string[], wanted: readonly string[]): string[] {
  for (let number = 1; ; number++) {
    const names = wanted.map((name) => (number === 1 ? name : `${name}_${number}`));
    if (!names.some((name) => taken.includes(name))) return names;
  }
}
