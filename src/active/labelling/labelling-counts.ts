import type { AnswerChange, LabellingState } from "./labelling-state.js";

/** How many items a session has handled, and how many are left. */
export interface LabellingCounts {
  /** Labels given in this session, those of earlier processes included. */
  readonly labelled: number;
  readonly skipped: number;
  /** Handed out and not answered. */
  readonly pending: number;
  /** Picked and not handed out yet. */
  readonly queued: number;
  /** Neither labelled nor skipped, in the whole data set. */
  readonly unanswered: number;
  readonly queries: number;
}

/** `deferred` are the changes that a data set with `numUnlabelled` items has not followed yet. */
export function labellingCounts(
  { answers, pending, queue, queries }: LabellingState,
  numUnlabelled: number,
  deferred: readonly AnswerChange[],
): LabellingCounts {
  const late = deferred.reduce((sum, { before, after }) => sum + Number(before === undefined) - Number(after === undefined), 0);
  let labelled = 0;
  for (const { type } of answers.values()) if (type === "label") labelled++;
  return {
    ...{ labelled, skipped: answers.size - labelled, pending: pending.size, queued: queue.length, queries },
    unanswered: numUnlabelled - late,
  };
}
