import type { RunPlan } from "../plan/run-plan.js";
import type { RunStore } from "../store/run-store.js";
import { readResult } from "../work/score-shards.js";
import { type MergedPicks, mergePicks } from "./merge-picks.js";
import { writePicks, writeScores } from "./write-merged.js";

/** The files that a run is to end in, as absolute paths. */
export interface RunOutputs {
  readonly output?: string | undefined;
  readonly scores?: string | undefined;
}

/** Merges a run all of whose shards have a result, and writes what is asked for. */
export async function writeOutputs(plan: RunPlan, store: RunStore, { output, scores }: RunOutputs): Promise<MergedPicks> {
  const read = async (shard: number) => (await readResult(store, plan, shard))!;
  const merged = await mergePicks(plan, read);
  if (output !== undefined) await writePicks(output, plan, store, merged.picks);
  if (scores !== undefined) await writeScores(scores, plan, store, read);
  return merged;
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
