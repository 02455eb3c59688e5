import { errorMessage } from "../../errors.js";

/** What Label Studio is shown by its API's callers. The token itself never gets into a message. */
export interface ApiToken {
  /** The value of an `Authorization` header. Throws an error that says what is wrong with the token or with Label Studio. */
  authorization(): Promise<string>;
  /** After a 401: whether another try, with a new value in place of `refused`, makes sense. */
  renew(refused: string): boolean;
}

/** Access tokens live about 5 minutes. */
const ACCESS_MS = 4 * 60_000;
const REFRESH_TIMEOUT_MS = 10_000;

/**
 * Label Studio's two kinds of tokens: a legacy token is sent as it is; a personal access token is a JSON Web Token that gets an access
 * token every few minutes. `base` is Label Studio's address with a slash at its end.
 */
export function apiToken(base: URL, key: string): ApiToken {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(key)) return { authorization: async () => `Token ${key}`, renew: () => false };
  let current: Access | undefined;
  return {
    async authorization() {
      if (current === undefined || performance.now() > current.until) {
        const access: Access = { header: bearer(base, key), until: performance.now() + ACCESS_MS, sent: undefined };
        access.header.catch(() => {
          if (current === access) current = undefined;
        });
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

interface Access {
  readonly header: Promise<string>;
  readonly until: number;
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
    throw new Error(`Label Studio at ${base.host} gave no access token (${errorMessage(inner)})`, { cause });
  });
  if (response.status === 401 || response.status === 403) {
    throw new Error(
      "Label Studio refuses the personal access token (LABEL_STUDIO_API_KEY): it has expired or is another Label Studio's; make a new one there under Account & Settings",
    );
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof body === "object" && body !== null && "access" in body && typeof body.access === "string") {
    return body.access;
  }
  throw new Error(`Label Studio at ${base.host} gave no access token, it answered ${response.status}`);
}
