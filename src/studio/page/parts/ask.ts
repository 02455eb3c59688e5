import { ApiError, type ApiOptions, api } from "../client/api.js";
import { toast, toastError } from "../client/toasts.js";

/** Asks the server for a change, says what went wrong, and `good` where it did not. Whether it was done. */
export async function ask(path: string, options: ApiOptions, good?: string): Promise<boolean> {
  try {
    await api(path, { method: "POST", ...options });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    toastError(error);
    return false;
  }
  if (good !== undefined) toast(good, { kind: "good" });
  return true;
}
