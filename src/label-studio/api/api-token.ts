import { errorMessage } from "../../core/errors.js";
import { LabelStudioError } from "./http-exchange.js";

/** The token that callers of Label Studio's API show. The token itself never gets into a message. */
export interface ApiToken {
  /**
   * `"legacy"`: a token that is sent as it is. `"personal"`: a personal access token, which gets access tokens that are. `"access"`: one of these,
   * which ends a few minutes after it was made.
   */
  readonly kind: "legacy" | "personal" | "access";
  /** The value of an `Authorization` header. Throws a `LabelStudioError` that says what is wrong with the token or with Label Studio. */
  authorization(): Promise<string>;
  /** After a 401: whether another try, with a new value in place of `refused`, makes sense. */
  renew(refused: string): boolean;
  /** A text without tokens, should somebody have put one there. */
  redact(text: string): string;
}

export interface ApiTokenOptions {
  /** A clock in milliseconds that never jumps; `performance.now` by default. */
  readonly now?: (() => number) | undefined;
}

/** Label Studio's access tokens live 5 minutes, and say so; this is for one that does not. */
const ACCESS_MS = 5 * 60_000;
/** A token that would expire on its way is renewed before. */
const USED_SHARE = 0.8;
const REFRESH_TIMEOUT_MS = 10_000;
/** JSON Web Tokens, access tokens among them. */
const WEB_TOKENS = /eyJ[\w-]*\.[\w-]+(?:\.[\w-]+)?/g;

/**
 * Label Studio's two kinds of tokens: a legacy token is sent as it is; a personal access token is a JSON Web Token that gets an access
 * token every few minutes, one for all requests. `base` is Label Studio's address with a slash at its end.
 */
export function apiToken(base: URL, key: string, { now = () => performance.now() }: ApiTokenOptions = {}): ApiToken {
  const redact = (text: string) => text.replaceAll(key, "***").replace(WEB_TOKENS, "***");
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(key)) {
    return { kind: "legacy", redact, authorization: async () => `Token ${key}`, renew: () => false };
  }
  if (claimsOf(key)["token_type"] === "access") {
    return { kind: "access", redact, authorization: async () => `Bearer ${key}`, renew: () => false };
  }
  let current: Access | undefined;
  return {
    kind: "personal",
    redact,
    async authorization() {
      if (current === undefined || now() > current.until) {
        const access: Access = { header: bearer(base, key), until: Number.POSITIVE_INFINITY, sent: undefined };
        access.header.then(
          (header) => {
            access.until = now() + USED_SHARE * lifetime(header);
          },
          () => {
            if (current === access) current = undefined;
          },
        );
        current = access;
      }
      const access = current;
      access.sent = await access.header;
      return access.sent;
    },
    renew(refused) {
      // Several requests may come back with the same old token; the first of them gets the new one for all.
      if (current?.sent === refused) current = undefined;
      return true;
    },
  };
}

/** The advice when Label Studio answers 401 or 403 to a caller with this token, or without one. */
export function tokenRefusal(token: Pick<ApiToken, "kind"> | undefined): string {
  if (token === undefined) return "Label Studio asks for a token: set LABEL_STUDIO_API_KEY (--label-studio-api-key)";
  const why = REFUSALS[token.kind];
  return `Label Studio refuses the token (LABEL_STUDIO_API_KEY)${why}`;
}

const REFUSALS: Readonly<Record<ApiToken["kind"], string>> = {
  legacy: "; new installations take no legacy tokens: make a personal access token there under Account & Settings",
  personal: ", or its user may not do this",
  access: ": an access token ends minutes after it was made. Give the personal access token that it was made with",
};

interface Access {
  readonly header: Promise<string>;
  until: number;
  /** The header, once it is known. */
  sent: string | undefined;
}

async function bearer(base: URL, key: string): Promise<string> {
  return `Bearer ${await accessToken(base, key)}`;
}

async function accessToken(base: URL, refresh: string): Promise<string> {
  const response = await fetch(new URL("api/token/refresh/", base), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh }),
    redirect: "error",
    signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const message = `Label Studio at ${base.host} gave no access token (${errorMessage(inner)})`;
    throw new LabelStudioError(message, { isTransient: true, cause });
  });
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  if (status === 401 || status === 403) {
    throw new LabelStudioError(
      "Label Studio refuses the personal access token (LABEL_STUDIO_API_KEY): it has expired or is another Label Studio's; make a new one there under Account & Settings",
      { status },
    );
  }
  if (response.ok && typeof body === "object" && body !== null && "access" in body && typeof body.access === "string") {
    return body.access;
  }
  throw new LabelStudioError(`Label Studio at ${base.host} gave no access token, it answered ${status}`, {
    status,
    isTransient: transientStatuses.has(status),
  });
}

/** How long an access token lives by its own words: the two ends are by the same clock, whatever this machine's says. */
function lifetime(header: string): number {
  const { exp, iat } = claimsOf(header);
  const seconds = Number(exp) - Number(iat);
  return seconds > 0 ? seconds * 1000 : ACCESS_MS;
}

/** What a JSON Web Token says of itself; nothing for a token that is none. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload = ""] = token.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return typeof claims === "object" && claims !== null ? (claims as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** Answers after which the same request may succeed: too many requests, and what proxies say while Label Studio is away. */
export const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
