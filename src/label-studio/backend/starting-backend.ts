import { HttpError } from "../contract/http-error.js";
import { withoutPaths } from "../http/error-texts.js";
import type { Backend } from "./backend.js";

/**
 * Stands in for a backend that is not open yet: the server listens, and says what it waits for. Each call is a 503 (`E_STARTING`) with
 * `Retry-After`, that of `/health` too, so that nobody sends tasks or labels here before they can be taken.
 */
export function startingBackend(modelClass: string, what: () => string): Backend {
  const refuse = (): never => {
    throw new HttpError(503, "E_STARTING", `The server is starting (${withoutPaths(what())}): try again in a moment.`, {
      headers: { "Retry-After": "5" },
    });
  };
  return {
    modelClass,
    trainMessage: "The server is starting: nothing is trained yet.",
    checkReady: refuse,
    setup: refuse,
    predict: async () => refuse(),
    webhook: refuse,
    versions: refuse,
    validate: refuse,
    endStreams() {},
    async close() {},
  };
}
