/** The codes that a {@link BaalError} carries; a caller can branch on them, their meaning never changes. */
export type ErrorCode =
  | "E_ABORTED" // the caller's AbortSignal fired
  | "E_ARGUMENT" // an argument or option is out of range or of the wrong kind
  | "E_CHECKPOINT" // a checkpoint or state file does not fit or is damaged
  | "E_CONFLICT" // somebody else has changed meanwhile what was to be changed
  | "E_DATA" // a row, file or column of a data set is not usable
  | "E_DEVICE_UNAVAILABLE" // the execution provider asked for is not there
  | "E_EXPERIMENT" // cells of an experiment failed; the others are done
  | "E_FILE_NOT_FOUND" // a file or folder that was named is not there
  | "E_HUB" // the Hugging Face hub refused, failed or sent damaged data
  | "E_IMAGE" // an image is missing, damaged, too large or of an unknown kind
  | "E_LABEL_CONFIG" // a Label Studio labelling configuration cannot be used
  | "E_LABEL_STUDIO" // Label Studio refused a request, failed, or cannot be reached
  | "E_LABEL_UNKNOWN" // a label that the model or data set does not have
  | "E_LOCKED" // another process works in the folder
  | "E_MODEL_DETERMINISTIC" // several draws were asked of a model without randomness
  | "E_MODEL_FORMAT" // a model file is damaged or of an unsupported kind
  | "E_MODEL_HOST" // the child process that runs the model failed
  | "E_NOT_FINITE" // a loss, prediction or score is NaN or infinite
  | "E_OP_UNSUPPORTED" // an ONNX operator has no gradient, upgrade or shape rule
  | "E_OUTPUT" // a file or folder could not be written: a full disk, a read-only folder
  | "E_POOL_EMPTY" // no unlabelled items are left
  | "E_QUANTIZED" // a quantized model was given to the trainer
  | "E_SHAPE" // array or tensor shapes do not agree
  | "E_STORE"; // the state of a server or a labelling project could not be read or written: a full disk, a closed store

/**
 * The one error class of the library: a stable `code`, and a message that says what was expected, what came and what to do.
 *
 * @example
 * ```ts
 * import { BaalError, readRows } from "baaljs";
 *
 * try {
 *   await readRows("missing.csv");
 * } catch (error) {
 *   if (error instanceof BaalError && error.code === "E_FILE_NOT_FOUND") console.log(error.message);
 *   else throw error;
 * }
 * ```
 */
export class BaalError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BaalError";
    this.code = code;
  }
}

/** Throws `E_ABORTED` once `signal` has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new BaalError("E_ABORTED", `${what} was cancelled.`, { cause: signal.reason });
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
