import { BaalError } from "../../core/errors.js";
import { packageManifest } from "../../system/package-files.js";
import { readShardRows } from "../plan/plan-run.js";
import { modelHash, type RunPlan, resultKey } from "../plan/run-plan.js";
import { encodeShardResult } from "../score/shard-result.js";
import type { ShardScorer } from "../score/shard-scorer.js";
import type { RunStore } from "../store/run-store.js";
import { readResult } from "./shard-results.js";

/** Key of the word that a run is not to go on. */
const CANCELLED_KEY = "cancelled";

/** Scores a shard into the store, unless it is there: the first result stays, and another's would have the same bytes. */
export async function scoreShard(
  { plan, store, scorer }: { readonly plan: RunPlan; readonly store: RunStore; readonly scorer: ShardScorer },
  shard: number,
  signal?: AbortSignal,
): Promise<void> {
  if ((await readResult(plan, store, shard)) !== undefined) return;
  const result = await scorer.score(shard, await readShardRows(store, shard), signal);
  await store.writeOnce(resultKey(plan, shard), encodeShardResult(result));
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
  if (modelHash(version) !== modelHash(plan.model.version)) throw refuse("model", version, plan.model.version);
}
