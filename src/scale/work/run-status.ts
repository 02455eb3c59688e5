import { readPlan, resultsOf, shardBounds, shardCount, shardOfKey } from "../plan/run-plan.js";
import type { RunStore } from "../store/run-store.js";
import { isCancelled } from "./score-shards.js";

export interface RunStatus {
  readonly rows: number;
  readonly shards: number;
  /** With a result. */
  readonly done: number;
  /** Over all machines, by the results of the last hour; `undefined` before the second. */
  readonly rowsPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  readonly isCancelled: boolean;
}

const HOUR_MS = 3_600_000;

/** How far the run of a store is, by the times at which its results came in, of the store's own clock. `undefined` where there is no run. */
export async function runStatus(store: RunStore): Promise<RunStatus | undefined> {
  const plan = await readPlan(store);
  if (plan === undefined) return undefined;
  const results = (await store.list(resultsOf(plan))).filter(({ key }) => shardOfKey(key) < shardCount(plan));
  const latest = results.reduce((last, { modified }) => Math.max(last, modified), 0);
  const recent = results.filter(({ modified }) => modified > latest - HOUR_MS).sort((a, b) => a.modified - b.modified);
  const seconds = (latest - (recent[0]?.modified ?? latest)) / 1000;
  // The first only says when counting begins.
  const rows = recent.slice(1).reduce((sum, { key }) => sum + shardBounds(plan, shardOfKey(key)).length, 0);
  const rowsPerSecond = seconds > 0 ? rows / seconds : undefined;
  const done = results.reduce((sum, { key }) => sum + shardBounds(plan, shardOfKey(key)).length, 0);
  return {
    ...{ rows: plan.rows, shards: shardCount(plan), done: results.length, rowsPerSecond },
    secondsLeft: rowsPerSecond === undefined ? undefined : (plan.rows - done) / rowsPerSecond,
    isCancelled: await isCancelled(store),
  };
}
