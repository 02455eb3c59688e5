import { BaalError } from "../../core/errors.js";
import { packageManifest } from "../../system/package-files.js";
import { readShardRows } from "../plan/plan-run.js";
import { type RunPlan, resultKey, runId, shardOfKey } from "../plan/run-plan.js";
import { decodeShardResult, encodeShardResult, type ShardResult } from "../score/shard-result.js";
import type { ShardScorer } from "../score/shard-scorer.js";
import type { RunStore } from "../store/run-store.js";

/** Key of the word that a run is not to go on. */
const CANCELLED_KEY = "cancelled";

/** Scores a shard into the store, unless it is there: the first result stays, and another's would have the same bytes. */
export async function scoreShard(
  { plan, store, scorer }: { readonly plan: RunPlan; readonly store: RunStore; readonly scorer: ShardScorer },
  shard: number,
  signal?: AbortSignal,
): Promise<void> {
  const known = await readResult(store, plan, shard);
  if (known !== undefined) return;
  const result = await scorer.score(shard, await readShardRows(store, shard), signal);
  await store.writeOnce(resultKey(shard), encodeShardResult(result));
}

/** A shard's result; `undefined` where there is none, or a damaged one, which is removed so that it is scored again. */
export async function readResult(store: RunStore, plan: RunPlan, shard: number): Promise<ShardResult | undefined> {
  const key = resultKey(shard);
  const bytes = await store.read(key);
  if (bytes === undefined) return undefined;
  try {
    const result = decodeShardResult(bytes, `${store.address}/${key}`);
    if (result.run === runId(plan) && result.shard === shard) return result;
    throw new BaalError("E_CHECKPOINT", `${store.address}/${key} is the result of another run: it is scored again.`);
  } catch (error) {
    if (!(error instanceof BaalError && error.code === "E_CHECKPOINT")) throw error;
    process.emitWarning(error.message, { type: "BaalWarning", code: "BAAL_SHARD" });
    await store.remove(key);
    return undefined;
  }
}

/** The shards of a run that have a result; whether it is whole is seen when it is read. */
export async function doneShards(store: RunStore): Promise<ReadonlySet<number>> {
  return new Set((await store.list("results/")).map(({ key }) => shardOfKey(key)));
}

export async function cancelRun(store: RunStore): Promise<void> {
  await store.writeOnce(CANCELLED_KEY, "The run is not to go on; baal score --resume removes this.\n");
}

export async function resumeRun(store: RunStore): Promise<void> {
  await store.remove(CANCELLED_KEY);
}

export async function isCancelled(store: RunStore): Promise<boolean> {
  return (await store.read(CANCELLED_KEY)) !== undefined;
}

/**
 * Throws `E_CONFLICT` unless this machine's scores are those of the plan: the same package, and the same model, whose `version` is found from its
 * files.
 */
export function requireSameScores(plan: RunPlan, version: string): void {
  const { version: own } = packageManifest();
  const refuse = (what: string, has: string, needs: string) =>
    new BaalError(
      "E_CONFLICT",
      `This run was begun with ${what} ${needs}, and here is ${has}: their scores would be no others' equals. Nothing was scored; use the same ${what} everywhere.`,
    );
  if (own !== plan.packageVersion) throw refuse("baaljs", own, plan.packageVersion);
  // The hash alone: folders may be called as they like.
  const hashOf = (name: string) => name.slice(-12);
  if (hashOf(version) !== hashOf(plan.model.version)) throw refuse("model", version, plan.model.version);
}
