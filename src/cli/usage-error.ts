import { BaalError, errorMessage } from "../core/errors.js";

/** The command line is wrong, not the work: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "UsageError";
  }
}

/** Runs a check of option values: what it finds out of range is the command line's fault. */
export function checkUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof BaalError && error.code === "E_ARGUMENT")) throw error;
    throw new UsageError(errorMessage(error), { cause: error });
  }
}

/** What `baal` ends with. An interruption adds 128 to the signal's number, as shells do. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130, unread: 141, terminated: 143 } as const;
