import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { z } from "zod";
import { BaalError, errorMessage, throwIfAborted } from "../../core/errors.js";
import { tokenRefusal, transientStatuses } from "./api-token.js";
import { exchange, type HttpAnswer, LabelStudioError } from "./http-exchange.js";
import type { LabelStudioServer } from "./label-studio-server.js";

export interface ApiCallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ApiRequestSettings {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly logger?: Logger | undefined;
}

export interface ApiRequest<T> extends ApiCallOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE" | undefined;
  /** Below Label Studio's address, without a slash at its beginning. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly body?: unknown;
  /**
   * Whether the same request sent twice would do its work twice: then it is tried again only where Label Studio surely has not done it, and
   * not where an answer got lost. False by default.
   */
  readonly isDoneOnce?: boolean | undefined;
  /** The form that the answer must have. */
  readonly answer: z.ZodType<T>;
}

export type RequestApi = <T>(request: ApiRequest<T>) => Promise<T>;

/** No server is waited for longer, whatever its Retry-After says. */
const LONGEST_WAIT_MS = 120_000;

/**
 * A function that calls Label Studio's API: with the token, again with a new one after a 401, and again after a while where waiting may
 * help. It throws a `LabelStudioError` that names the address and the status, `E_ABORTED`.
 */
export function apiRequests(server: LabelStudioServer, settings: ApiRequestSettings): RequestApi {
  const { retries, backoffMs, logger } = settings;
  return async (request) => {
    const { method = "GET", path, signal } = request;
    const name = `${method} ${server.base.href}${path}`;
    for (let attempt = 0; ; attempt++) {
      throwIfAborted(signal, name);
      try {
        return await authorised(server, request, { name, timeoutMs: settings.timeoutMs });
      } catch (error) {
        throwIfAborted(signal, name);
        if (!(error instanceof LabelStudioError) || !error.isTransient || attempt >= retries) throw error;
        if (request.isDoneOnce && !isUndone(error)) throw error;
        const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(backoffMs * 2 ** attempt, error.retryAfterMs ?? 0));
        logger?.warn({ attempt: attempt + 1, waitMs, status: error.status }, `${error.message} It is tried again.`);
        await sleep(waitMs, undefined, { signal }).catch(() => throwIfAborted(signal, name));
      }
    }
  };
}

/** Too many requests, a service that says it is away, and a host where nobody listens. */
function isUndone({ status, cause }: LabelStudioError): boolean {
  if (status !== undefined) return status === 429 || status === 503;
  const inner = cause instanceof Error ? cause.cause : undefined;
  const first: unknown = inner instanceof AggregateError ? inner.errors[0] : inner;
  return first instanceof Error && "code" in first && first.code === "ECONNREFUSED";
}

interface Call {
  /** `GET http://label-studio:8080/api/tasks` */
  readonly name: string;
  readonly timeoutMs: number;
}

async function authorised<T>(server: LabelStudioServer, request: ApiRequest<T>, call: Call): Promise<T> {
  const { token, base } = server;
  const first = await token?.authorization();
  let answer = await send(server, request, { ...call, authorization: first });
  if (answer.status === 401 && answer.url.origin === base.origin && first !== undefined && token?.renew(first)) {
    answer = await send(server, request, { ...call, authorization: await token.authorization() });
  }
  if (answer.status >= 200 && answer.status < 300) return parsed(request.answer, answer, call);
  throw refusal(answer, server, call);
}

interface AuthorisedCall extends Call {
  readonly authorization: string | undefined;
}

async function send(
  { base }: LabelStudioServer,
  { method = "GET", path, query = {}, body, signal }: ApiRequest<unknown>,
  { authorization, name, timeoutMs }: AuthorisedCall,
): Promise<HttpAnswer> {
  const url = new URL(path, base);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
  return withDeadline({ ms: timeoutMs, signal }, async (stop, isLate) => {
    try {
      return await exchange(url, {
        ...{ method, authorization, signal: stop },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (cause) {
      throwIfAborted(signal, name);
      if (cause instanceof BaalError) throw cause;
      const reason = isLate() ? `no answer came within ${timeoutMs / 1000} s` : reasonOf(cause);
      throw new LabelStudioError(`${name} failed: ${reason}.`, { isTransient: true, cause });
    }
  });
}

function parsed<T>(schema: z.ZodType<T>, answer: HttpAnswer, { name }: Call): T {
  const json = jsonOf(answer.text);
  if (json === undefined) throw new LabelStudioError(`${name} answered ${answer.status} with ${described(answer)}.`, answer);
  const found = schema.safeParse(json.value);
  if (found.success) return found.data;
  const faults = found.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join(".") || "answer"}: ${message}`);
  throw new LabelStudioError(`${name} answered ${answer.status}, but not what was expected: ${faults.join("; ")}.`, answer);
}

function refusal(answer: HttpAnswer, { base, token }: LabelStudioServer, { name }: Call): LabelStudioError {
  const { status, url } = answer;
  if (url.origin !== base.origin) {
    return new LabelStudioError(
      `${name} is redirected to ${url.origin}, where the token does not follow, and answered ${status}: set LABEL_STUDIO_URL to the address that is meant.`,
      { status },
    );
  }
  const said = detailOf(answer);
  const clean = said === undefined ? undefined : (token?.redact(said) ?? said);
  const detail = clean === undefined ? "" : ` (${clean.length > 300 ? `${clean.slice(0, 300)}...` : clean})`;
  const hint = status === 401 || status === 403 ? `: ${tokenRefusal(token)}` : "";
  return new LabelStudioError(`${name} answered ${status}${detail}${hint}.`, {
    status,
    isTransient: transientStatuses.has(status),
    retryAfterMs: retryAfterMs(answer.retryAfter),
  });
}

/** Label Studio's own words about an error: its `detail`, and its messages on single fields. No page is quoted. */
function detailOf(answer: HttpAnswer): string | undefined {
  const json = jsonOf(answer.text);
  if (json === undefined) return answer.text.trim() === "" ? undefined : described(answer);
  const { value } = json;
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { detail, validation_errors: faults } = fields;
  const said = detail === undefined && faults === undefined ? [value] : [detail, faults];
  return said
    .filter((part) => part !== undefined && part !== null)
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join("; ");
}

function described({ text }: HttpAnswer): string {
  if (text.trim() === "") return "an empty body";
  const kind = /^\s*(?:<!--|<!doctype|<html)/i.test(text) ? "a web page" : "what is no JSON";
  return `${kind}: check that LABEL_STUDIO_URL is Label Studio's address, and that no login page is before it`;
}

function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const first = inner instanceof AggregateError ? inner.errors[0] : inner;
  return errorMessage(first);
}

/** The milliseconds that a `Retry-After` header asks to wait (RFC 9110, section 10.2.3): seconds, or a date. */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/**
 * Runs `work` with a signal that fires with the caller's, or after `ms` milliseconds. Nothing of it stays behind: `AbortSignal.timeout`
 * would keep a timer per request for as long as the deadline is.
 */
async function withDeadline<T>(
  { ms, signal }: { readonly ms: number; readonly signal?: AbortSignal | undefined },
  work: (signal: AbortSignal, isLate: () => boolean) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal, () => late);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
