import { BaalError } from "../../core/errors.js";
import { type RunPlan, resultKey, resultsOf, runId, type Share, shardCount, shardOfKey, shardsOf } from "../plan/run-plan.js";
import { decodeShardResult, type ShardResult } from "../score/shard-result.js";
import type { RunStore } from "../store/run-store.js";

/** The shards of a run, or of a share of it, that have no result in the store; whether those that have one are whole is seen when they are read. */
export async function missingShards(plan: RunPlan, store: RunStore, share?: Share): Promise<number[]> {
  const known = new Set((await store.list(resultsOf(plan))).map(({ key }) => shardOfKey(key)));
  return shardsOf(plan, share).filter((shard) => !known.has(shard));
}

/** A shard's result; `undefined` where there is none, or a damaged one, which is removed so that it is scored again. */
export async function readResult(plan: RunPlan, store: RunStore, shard: number): Promise<ShardResult | undefined> {
  const key = resultKey(plan, shard);
  const bytes = await store.read(key);
  if (bytes === undefined) return undefined;
  try {
    const result = decodeShardResult(bytes, `${store.address}/${key}`);
    if (result.run === runId(plan) && result.shard === shard) return result;
    throw new BaalError("E_CHECKPOINT", `${store.address}/${key} is the result of another shard: it is scored again.`);
  } catch (error) {
    if (!(error instanceof BaalError && error.code === "E_CHECKPOINT")) throw error;
    process.emitWarning(error.message, { type: "BaalWarning", code: "BAAL_SHARD" });
    await store.remove(key);
    return undefined;
  }
}

/** A shard's result. Throws `E_STORE`, with what to run, where there is none. */
export async function requiredShard(plan: RunPlan, store: RunStore, shard: number): Promise<ShardResult> {
  const result = await readResult(plan, store, shard);
  if (result === undefined) throw withoutResults(plan, store, [shard]);
  return result;
}

/** What is missing, and what to run. */
export function withoutResults(plan: RunPlan, store: RunStore, shards: readonly number[]): BaalError {
  const some = `${shards.slice(0, 5).join(", ")}${shards.length > 5 ? ", ..." : ""}`;
  return new BaalError(
    "E_STORE",
    `${shards.length} of ${shardCount(plan)} shards have no result in ${store.address} (${some}): score them first, by the same command without --merge.`,
  );
}
