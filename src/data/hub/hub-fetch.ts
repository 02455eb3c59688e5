import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import { describeTarget, type HubTarget } from "./hub-options.js";

/** A failure that may pass by itself: no connection, a cut one, an overloaded server. */
export class TransientHubError extends BaalError {
  constructor(message: string, options: { readonly cause?: unknown | undefined } = {}) {
    super("E_HUB", message, options);
    this.name = "TransientHubError";
  }
}

const localHint = "Without a connection, give a local folder, or fill the cache elsewhere and set HF_HUB_OFFLINE=1.";

/**
 * `fetch` for one repository, also given to `@huggingface/hub`: sends the token to the hub only, and turns refusals and
 * failed connections into errors that say what to check. `what` names the thing asked for in them.
 *
 * `timeout` aborts it when the server says nothing for too long; whoever reads the body keeps it going.
 */
export function hubFetch(target: HubTarget, what: string, timeout: SilenceTimer): typeof fetch {
  return async (input, init) => {
    throwIfAborted(target.signal, `Downloading ${what}`);
    const url = input instanceof Request ? input.url : String(input);
    const headers = new Headers(init?.headers);
    headers.set("User-Agent", "baaljs");
    if (target.token !== undefined && new URL(url).origin === new URL(target.endpoint).origin) {
      headers.set("Authorization", `Bearer ${target.token}`);
    }
    try {
      const response = await fetch(url, { ...init, headers, signal: timeout.signal });
      timeout.heard();
      if (!response.ok) throw await refusal(target, what, response);
      return response;
    } catch (error) {
      throw connectionError(target, what, error);
    }
  };
}

/** Aborts `signal` when `heard` is not called for `timeoutMs`, or when the caller's own signal fires. */
export interface SilenceTimer extends Disposable {
  readonly signal: AbortSignal;
  heard(): void;
}

export function silenceTimer({ timeoutMs, signal }: Pick<HubTarget, "timeoutMs" | "signal">): SilenceTimer {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer for ${timeoutMs / 1000} s`)), timeoutMs);
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    heard: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

/** The error for a connection that could not be made or broke: `E_ABORTED` when the caller wanted it so. */
export function connectionError(target: HubTarget, what: string, error: unknown): BaalError {
  if (error instanceof BaalError) return error;
  if (target.signal?.aborted) return new BaalError("E_ABORTED", `Downloading ${what} was cancelled.`, { cause: error });
  return new TransientHubError(`Downloading ${what} from ${target.endpoint} failed: ${reasonOf(error)}. ${localHint}`, {
    cause: error,
  });
}

/** undici says "fetch failed" and "terminated"; the reason is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner === undefined ? errorMessage(error) : errorMessage(inner);
}

async function refusal(target: HubTarget, what: string, response: Response): Promise<BaalError> {
  const { status, headers } = response;
  const detail = headers.get("x-error-message") ?? (await bodyMessage(response));
  const said = `${target.endpoint} answered ${status}${detail === "" ? "" : ` (${detail})`} to the request for ${what}.`;
  if (status === 401 || status === 403) return new BaalError("E_HUB", `${said} ${accessHint(target)}`);
  if (status === 404) {
    return new BaalError(
      "E_HUB",
      `${said} Check the spelling of the repository, of the file and of the revision: ${describeTarget(target)}.`,
    );
  }
  if (status === 429 || status >= 500)
    return new TransientHubError(`${said} The hub is overloaded or out of order; try again later. ${localHint}`);
  return new BaalError("E_HUB", said);
}

function accessHint({ repo, token }: HubTarget): string {
  const sent =
    token === undefined ? "No token was sent: set HF_TOKEN (or pass token)" : "The token sent was refused: check HF_TOKEN";
  return `The repository ${repo} is private, gated or does not exist. ${sent}, and for a gated repository accept its terms on its page.`;
}

/** The body's message: the `error` of a JSON object, or a short text; a page for browsers says nothing useful. */
async function bodyMessage(response: Response): Promise<string> {
  const text = await response.text();
  const error = /"error"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  return error ?? (text.length < 200 && !text.includes("<") ? text.trim() : "");
}
