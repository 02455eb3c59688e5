import { type RunPlan, shardCount } from "../plan/run-plan.js";
import type { RunStore } from "../store/run-store.js";
import { readResult } from "../work/score-shards.js";

/** The shards that have no whole result; damaged ones are removed, so that they are scored again. */
export async function requireResults(plan: RunPlan, store: RunStore): Promise<number[]> {
  const missing: number[] = [];
  for (let shard = 0; shard < shardCount(plan); shard++)
    if ((await readResult(store, plan, shard)) === undefined) missing.push(shard);
  return missing;
}
