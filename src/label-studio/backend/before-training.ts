import { setTimeout as sleep } from "node:timers/promises";

export interface BeforeTrainingOptions {
  /** Brings in labels that no event told of; nothing without a token. Never throws. */
  readonly compare?: ((projectId: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** How long START_TRAINING waits for the event of its label, in milliseconds; 1,000 by default. */
  readonly settleMs?: number | undefined;
  /** A training waits no longer for Label Studio's labels, in milliseconds; 60,000 by default. */
  readonly compareMs?: number | undefined;
}

export interface BeforeTraining {
  /** Waits until a training of the project can begin. */
  ready(projectId: number, cause: string, signal: AbortSignal): Promise<void>;
  /** Labels of the project have come. */
  labelled(projectId: number): void;
}

/**
 * Label Studio sends START_TRAINING before the event of the label that is the reason for it: a training waits for that, or for a moment where none
 * follows, as after the button. Then it fetches what no event told of.
 */
export function beforeTraining({ compare, settleMs = 1_000, compareMs = 60_000 }: BeforeTrainingOptions): BeforeTraining {
  const expected = new Map<number, AbortController>();
  return {
    async ready(projectId, cause, signal) {
      if (cause === "START_TRAINING") {
        const label = new AbortController();
        expected.set(projectId, label);
        await sleep(settleMs, undefined, { signal: AbortSignal.any([label.signal, signal]), ref: false }).catch(() => undefined);
        if (expected.get(projectId) === label) expected.delete(projectId);
      }
      if (compare === undefined || signal.aborted) return;
      const late = new AbortController();
      await Promise.race([
        compare(projectId, signal),
        sleep(compareMs, undefined, { signal: AbortSignal.any([late.signal, signal]), ref: false }).catch(() => undefined),
      ]);
      late.abort();
    },
    labelled(projectId) {
      expected.get(projectId)?.abort();
    },
  };
}
