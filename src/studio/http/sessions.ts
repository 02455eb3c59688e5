import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256, sha256Bytes } from "../../system/digest.js";
import { unlessMissing } from "../../system/files.js";
import { makePrivateFile } from "../../system/private-files.js";

/** Whose browser it is. */
export interface Session {
  readonly user: string;
  /** Names the browser. */
  readonly id: string;
  /** What the user's token was then, in short: with another one it ends. */
  readonly proof: string;
}

/**
 * Cookies that say whose browser it is, signed so that nobody can make one. They last while the folder's secret does, also over a restart of the
 * server, and end when they are old.
 */
export interface Sessions {
  /** Of the cookie; one per project, since browsers send those of one port to all ports of a host. */
  readonly cookieName: string;
  /** A cookie's value for a new session. */
  begin(user: string, proof?: string): string;
  /** `undefined` for a value that is not ours, or too old. */
  read(value: string | undefined): Session | undefined;
}

const SECRET_FILE = "session-secret";
export const SESSION_DAYS = 30;

export async function openSessions(folder: string, now: () => number = Date.now): Promise<Sessions> {
  const secret = await readSecret(join(folder, SECRET_FILE));
  const sign = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");
  return {
    cookieName: `baal-studio-${sha256(folder).slice(0, 8)}`,
    begin(user, proof = "") {
      const content = [user, randomBytes(12).toString("base64url"), now(), proof];
      const payload = Buffer.from(JSON.stringify(content)).toString("base64url");
      return `${payload}.${sign(payload)}`;
    },
    read(value = "") {
      const [payload = "", signature = ""] = value.split(".");
      if (!timingSafeEqual(sha256Bytes(signature), sha256Bytes(sign(payload)))) return undefined;
      const content = JSON.parse(Buffer.from(payload, "base64url").toString()) as [string, string, number, string?];
      const [user, id, begun, proof = ""] = content;
      return now() - begun > SESSION_DAYS * 86_400_000 ? undefined : { user, id, proof };
    },
  };
}

async function readSecret(path: string): Promise<Buffer> {
  await makePrivateFile(path);
  const known = await readFile(path).catch(unlessMissing);
  if (known !== undefined && known.length >= 32) return known;
  const made = randomBytes(32);
  await writeFile(path, made);
  return made;
}

/** The token that lets the first browser in, and a new one for the next. */
export interface OneTimeToken {
  /** The one that is good now. */
  current(): string;
  /** Whether it is that, which it is no more after this. */
  use(token: string): boolean;
}

/** `onNew` is called with each token that follows one that was used. */
export function oneTimeToken(onNew: (token: string) => void): OneTimeToken {
  const make = () => randomBytes(24).toString("base64url");
  let token = make();
  return {
    current: () => token,
    use(given) {
      if (!timingSafeEqual(sha256Bytes(given), sha256Bytes(token))) return false;
      token = make();
      onNew(token);
      return true;
    },
  };
}
