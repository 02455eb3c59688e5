import { BaalError, errorMessage } from "../errors.js";

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
