import type { RunPlan } from "../plan/run-plan.js";
import type { RunStore } from "../store/run-store.js";
import { readResult, requiredShard } from "../work/shard-results.js";
import { mergePicks, type PoolPick } from "./merge-picks.js";
import { type PoolSurvey, surveyPool } from "./survey-pool.js";
import { writePicks, writeScores } from "./write-merged.js";

/** The files that a run is to end in, as absolute paths. */
export interface RunOutputs {
  readonly output?: string | undefined;
  readonly scores?: string | undefined;
}

/** What a store has of a run; damaged results are removed, and among the missing. */
export function surveyRun(plan: RunPlan, store: RunStore): Promise<PoolSurvey> {
  return surveyPool(plan, (shard) => readResult(plan, store, shard));
}

/** Merges a run, and writes what is asked for. Throws `E_STORE` where a shard has no result. */
export async function writeOutputs(
  plan: RunPlan,
  store: RunStore,
  survey: PoolSurvey,
  { output, scores }: RunOutputs,
): Promise<readonly PoolPick[]> {
  const read = (shard: number) => requiredShard(plan, store, shard);
  const picks = await mergePicks(plan, survey, read);
  if (output !== undefined) await writePicks(output, plan, store, picks);
  if (scores !== undefined) await writeScores(scores, plan, store, read);
  return picks;
}

const OUTPUTS_KEY = "outputs.json";

/** Has whoever brings the last result write these files, under the same paths. */
export async function nameOutputs(store: RunStore, outputs: RunOutputs): Promise<void> {
  await store.remove(OUTPUTS_KEY);
  await store.writeOnce(OUTPUTS_KEY, JSON.stringify(outputs));
}

export async function namedOutputs(store: RunStore): Promise<RunOutputs | undefined> {
  const bytes = await store.read(OUTPUTS_KEY);
  return bytes && (JSON.parse(Buffer.from(bytes).toString("utf8")) as RunOutputs);
}
