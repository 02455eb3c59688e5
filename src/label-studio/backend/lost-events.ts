import { BaalError } from "../../errors.js";
import type { Store } from "../state/store.js";

export interface LostEventsOptions {
  readonly store: Pick<Store, "logEvent">;
  /** What is to be done about them. */
  readonly advice: string;
  /** The store takes events again. */
  readonly onRecovered: () => void;
}

export interface LostEvents {
  /** Does `store`, which stores an event. Throws what it throws. */
  watch<T>(store: () => T): T;
}

/** Label Studio sends no event twice, so those that a full disk has cost are counted, and told of once there is space. */
export function lostEvents({ store, advice, onRecovered }: LostEventsOptions): LostEvents {
  let lost = 0;

  function recover(): void {
    const count = lost;
    try {
      store.logEvent({
        projectId: undefined,
        level: "error",
        message: `${count} events of Label Studio's could not be stored: ${advice}.`,
      });
    } catch (error) {
      // Not yet: the event that came had nothing to store.
      if (isUnstored(error)) return;
      throw error;
    }
    lost = 0;
    onRecovered();
  }

  return {
    watch(work) {
      try {
        const result = work();
        if (lost > 0) recover();
        return result;
      } catch (error) {
        if (isUnstored(error)) lost++;
        throw error;
      }
    },
  };
}

function isUnstored(error: unknown): boolean {
  return error instanceof BaalError && error.code === "E_STORE";
}
