import { BaalError } from "../../core/errors.js";

export interface LabelStudioFault {
  /** Of Label Studio's answer; `undefined` without one. */
  readonly status?: number | undefined;
  /** Whether the same request may succeed a little later. */
  readonly isTransient?: boolean | undefined;
  /** How long Label Studio asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A request that Label Studio refused or that did not reach it, code `E_LABEL_STUDIO`. Its message holds no token. */
export class LabelStudioError extends BaalError {
  readonly status: number | undefined;
  readonly isTransient: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, isTransient = false, retryAfterMs, cause }: LabelStudioFault = {}) {
    super("E_LABEL_STUDIO", message, { cause });
    this.name = "LabelStudioError";
    this.status = status;
    this.isTransient = isTransient;
    this.retryAfterMs = retryAfterMs;
  }
}
