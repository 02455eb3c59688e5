import { BaalError } from "../../core/errors.js";

/**
 * Writes what may be lost (leases, how far a job is), so that a full disk ends nothing that can do without. Whether it was written; throws what is
 * not the machine's fault.
 */
export function ifPossible(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof BaalError && error.code === "E_STORE") return false;
    throw error;
  }
}
