export const LEGACY_TOKEN = "0123456789abcdef0123456789abcdef01234567";

/** A JSON Web Token with an unchecked signature. */
function webToken(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.${Buffer.from("signature").toString("base64url")}`;
}

export const PERSONAL_TOKEN = webToken({ token_type: "refresh", exp: 8_000_000_000, iat: 1_700_000_000, jti: "personal" });

export interface SimulatedTokens {
  /** Whether the organisation still takes legacy tokens. */
  legacyAllowed: boolean;
  accessLifetimeMs: number;
  /** Access tokens given so far. */
  readonly given: string[];
  /** Makes all access tokens invalid, before their time. */
  revoke(): void;
  /** An access token for the personal token, or nothing. */
  refresh(refresh: unknown): string | undefined;
  /** What Label Studio says about an `Authorization` header that it does not take. */
  refusal(authorization: string | undefined): string | undefined;
}

export function simulatedTokens(now: () => number): SimulatedTokens {
  let valid = new Map<string, number>();
  const tokens: SimulatedTokens = {
    legacyAllowed: true,
    accessLifetimeMs: 5 * 60_000,
    given: [],
    revoke() {
      valid = new Map();
    },
    refresh(refresh) {
      if (refresh !== PERSONAL_TOKEN) return undefined;
      const until = now() + tokens.accessLifetimeMs;
      const claims = { token_type: "access", exp: Math.floor(until / 1000), iat: Math.floor(now() / 1000) };
      const token = webToken({ ...claims, jti: `access-${tokens.given.length}` });
      valid.set(token, until);
      tokens.given.push(token);
      return token;
    },
    refusal(authorization) {
      const [, scheme, token = ""] = /^(Token|Bearer) (.+)$/.exec(authorization ?? "") ?? [];
      if (scheme === undefined) return "Authentication credentials were not provided.";
      if (scheme === "Bearer") {
        return (valid.get(token) ?? 0) > now() ? undefined : "Given token not valid for any token type";
      }
      if (token !== LEGACY_TOKEN) return "Invalid token.";
      if (tokens.legacyAllowed) return undefined;
      return "Authentication token no longer valid: legacy token authentication has been disabled for this organization";
    },
  };
  return tokens;
}
