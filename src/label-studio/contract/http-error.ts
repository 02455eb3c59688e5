import { BaalError, type ErrorCode } from "../../core/errors.js";

export interface HttpErrorOptions {
  readonly cause?: unknown;
  /** Headers of the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** What the answer says beside the error. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A request that failed, with the status that says whose fault it is. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, { cause, headers = {}, details = {} }: HttpErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** 503: not the caller's fault, and worth another try. */
const statuses: Partial<Record<ErrorCode, number>> = {
  E_LABEL_CONFIG: 400,
  E_ARGUMENT: 500,
  E_ABORTED: 499,
  E_STORE: 503,
  E_MODEL_HOST: 503,
};

/** Any error as an {@link HttpError}: Express's, ours, and unexpected ones (500). */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof BaalError) return new HttpError(statuses[error.code] ?? 500, error.code, error.message, { cause: error });
  // Express's own messages are not used: they quote the request.
  if (isRequestError(error)) return new HttpError(error.status, "E_REQUEST", `The request cannot be read (${error.name}).`);
  return new HttpError(500, "E_INTERNAL", "Something unexpected failed: the log has the details.", { cause: error });
}

/** An error that Express calls the caller's fault. */
function isRequestError(error: unknown): error is Error & { readonly status: number } {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return false;
  return error.status >= 400 && error.status < 500;
}
