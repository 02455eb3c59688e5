import type { Feed } from "../runtime/session.js";

/**
 * Running statistics while a step is computed: each pass goes on from the pass before, and the parameters change only when the step
 * is taken, so that a step that fails leaves them as they were.
 */
export interface RunningStatistics {
  /** What the next pass reads in place of the parameters. */
  readonly feeds: ReadonlyMap<string, Feed>;
  /** Takes what a pass gave: `updates` names the output of each statistic. */
  collect(updates: ReadonlyMap<string, string>, outputs: ReadonlyMap<string, Feed>): void;
  /** Forgets what passes gave since the last step. */
  reset(): void;
  /** Writes the statistics into the parameters. */
  commit(): void;
}

export function runningStatistics(parameters: ReadonlyMap<string, Feed>): RunningStatistics {
  const feeds = new Map<string, Feed>();
  return {
    feeds,
    collect(updates, outputs) {
      for (const [name, output] of updates) feeds.set(name, outputs.get(output)!);
    },
    reset: () => feeds.clear(),
    commit() {
      for (const [name, { data }] of feeds) (parameters.get(name)!.data as Float32Array).set(data as Float32Array);
      feeds.clear();
    },
  };
}
