import { errorMessage } from "../../core/errors.js";
import type { LabelStudioClient } from "../api/label-studio-client.js";
import { type Clock, systemClock } from "../serving/bounded-queue.js";
import type { EventRecord } from "../state/records.js";

export interface WatchStudioOptions {
  readonly client: Pick<LabelStudioClient, "whoami" | "server">;
  /** Tells the log and the status page. */
  readonly tell: (level: EventRecord["level"], message: string) => void;
  readonly onChange?: (() => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** The Label Studio whose token the server has. */
export interface StudioStatus {
  readonly url: string;
  /** `"looking"` before the first answer; `"away"` while it cannot be reached or refuses the token, which is tried again. */
  readonly state: "looking" | "connected" | "away";
  /** What is in the way. */
  readonly problem: string | undefined;
  /** Of the last answer, or of the last try, in milliseconds since 1970. */
  readonly checkedAt: number | undefined;
}

export interface StudioWatch {
  status(): StudioStatus;
  close(): Promise<void>;
}

/** Before the second try; doubled with each further one, up to the longest. */
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Looks, behind everything else, whether Label Studio can be reached and takes the token, and again until it does: it may start after this
 * server. What is in the way is told once, and so is its end. The result ends the looking.
 */
export function watchStudio({ client, tell, clock = systemClock, onChange = () => {} }: WatchStudioOptions): StudioWatch {
  const closing = new AbortController();
  const where = `Label Studio at ${client.server.base.host}`;
  let problem: string | undefined;
  let state: StudioStatus["state"] = "looking";
  let checkedAt: number | undefined;
  let cancel = () => {};
  let looking = look(FIRST_PAUSE_MS);

  async function look(pauseMs: number): Promise<void> {
    try {
      await client.whoami({ signal: closing.signal });
      if (problem !== undefined) tell("info", `${where} answers now, and takes the token.`);
      saw("connected", undefined);
    } catch (error) {
      if (closing.signal.aborted) return;
      const message = errorMessage(error);
      if (message !== problem) {
        tell(
          "warn",
          `${where} cannot be used yet; earlier labels and scores wait until it can, which is tried again and again: ${message}`,
        );
      }
      saw("away", message);
      cancel = clock.after(pauseMs, () => {
        looking = look(Math.min(LONGEST_PAUSE_MS, 2 * pauseMs));
      });
    }
  }

  function saw(now: StudioStatus["state"], message: string | undefined): void {
    state = now;
    problem = message;
    checkedAt = Date.now();
    onChange();
  }

  return {
    status: () => ({ url: client.server.base.href, state, problem, checkedAt }),
    async close() {
      closing.abort();
      cancel();
      await looking;
    },
  };
}
