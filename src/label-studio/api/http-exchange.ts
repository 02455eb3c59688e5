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

export interface HttpExchangeOptions {
  readonly method: string;
  /** Sent to the first address's own host only. */
  readonly authorization?: string | undefined;
  /** JSON. */
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;
/** A page of tasks takes a few MB at most. */
const MAX_BYTES = 256_000_000;

/**
 * One request with its redirects. Only GET follows them, and the token does not follow to another host; anything else that is redirected
 * is sent to a wrong address. Throws `LabelStudioError`, and what `fetch` throws.
 */
export async function exchange(url: URL, options: HttpExchangeOptions): Promise<HttpAnswer> {
  const { method, signal, authorization } = options;
  let address = url;
  for (let redirects = 0; ; redirects++) {
    const isHome = address.origin === url.origin;
    const response = await fetch(address, {
      method,
      headers: {
        accept: "application/json",
        "user-agent": "baaljs",
        ...(isHome && authorization !== undefined ? { authorization } : {}),
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: options.body ?? null,
      redirect: "manual",
      signal,
    });
    const { status, headers } = response;
    const next = REDIRECTS.includes(status) ? headers.get("location") : null;
    if (next === null) {
      return { url: address, status, retryAfter: headers.get("retry-after") ?? undefined, text: await textOf(response, url) };
    }
    await response.body?.cancel();
    const target = URL.canParse(next, address.href) ? new URL(next, address) : undefined;
    const name = `${method} ${url.origin}${url.pathname}`;
    if (target === undefined || !/^https?:$/.test(target.protocol)) {
      throw new LabelStudioError(`${name} answered ${status} with a redirect to nowhere.`, { status });
    }
    if (method !== "GET") {
      throw new LabelStudioError(
        `${name} answered ${status} with a redirect to ${target.origin}${target.pathname}: set LABEL_STUDIO_URL to the address that is meant.`,
        { status },
      );
    }
    if (redirects === MAX_REDIRECTS) throw new LabelStudioError(`${name} is redirected too often.`, { status });
    address = target;
  }
}

async function textOf(response: Response, url: URL): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      throw new LabelStudioError(`${url.origin}${url.pathname} answered more than ${MAX_BYTES} bytes.`, response);
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
