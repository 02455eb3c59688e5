import { BaalError } from "../../core/errors.js";
import type { Store } from "../state/store.js";

export interface LostEventsOptions {
  readonly store: Pick<Store, "logEvent">;
  /** Tells the operator how to get them back. */
  readonly advice: string;
  /** The store takes events again. */
  readonly onRecovered: () => void;
}

/** After so many failures in a row Label Studio sends none any more. */
const SWITCHED_OFF = 50;

export interface LostEvents {
  /** Does `store`, which stores an event. Throws what it throws. */
  watch<T>(store: () => Promise<T>): Promise<T>;
  /** Looks whether events could be stored again: Label Studio may have stopped sending any. */
  look(): void;
}

/** Label Studio sends no event twice, so those that a full disk has cost are counted, and told of once there is space. */
export function lostEvents({ store, advice, onRecovered }: LostEventsOptions): LostEvents {
  let lost = 0;

  function recover(): void {
    const hint = lost < SWITCHED_OFF ? "" : " Label Studio may have switched its webhook off: see Settings > Webhooks.";
    const message = `${lost} events of Label Studio's could not be stored: ${advice}.${hint}`;
    try {
      store.logEvent({ projectId: undefined, level: "error", message });
    } catch (error) {
      // Not yet: what came had nothing to store.
      if (isUnstored(error)) return;
      throw error;
    }
    lost = 0;
    onRecovered();
  }

  const look = () => {
    if (lost > 0) recover();
  };

  return {
    look,
    async watch(work) {
      try {
        const result = await work();
        look();
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
