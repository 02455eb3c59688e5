import { timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { BaalError } from "../../core/errors.js";
import { sha256Bytes } from "../../system/digest.js";
import { HttpError } from "../contract/http-error.js";
import { webhookSecretHeader } from "../contract/webhook-secret.js";
import type { BasicAuth } from "./app-options.js";
import { limitFailures } from "./limit-failures.js";

/** Who may call, as `AppOptions` has it. */
export interface Credentials {
  readonly basicAuth?: BasicAuth | undefined;
  readonly webhookSecret?: string | undefined;
}

/**
 * Refuses credentials that protect nothing: a variable that is not set would become the password "undefined", or none at all. Throws
 * `E_ARGUMENT`.
 */
export function checkCredentials({ basicAuth, webhookSecret }: Credentials): void {
  const parts: Readonly<Record<string, unknown>> = {
    ...(basicAuth !== undefined && { "basicAuth.user": basicAuth?.user, "basicAuth.password": basicAuth?.password }),
    ...(webhookSecret !== undefined && { webhookSecret }),
  };
  for (const [name, value] of Object.entries(parts)) {
    if (typeof value === "string" && value.trim() !== "") continue;
    const came = typeof value === "string" ? "an empty one" : String(value);
    const message = `${name} is expected to be a text, ${came} came: is a variable not set? Leave it out for a server that asks nobody.`;
    throw new BaalError("E_ARGUMENT", message);
  }
  if (basicAuth?.user.includes(":"))
    throw new BaalError("E_ARGUMENT", "basicAuth.user has a colon, which basic auth ends a user name at: choose one without.");
}

/** Whether a request carries the user and password (RFC 7617). The comparison takes the same time wherever they differ. */
function basicAuthCheck({ user, password }: BasicAuth): (request: Request) => boolean {
  const expected = sha256Bytes(`${user}:${password}`);
  return (request) => {
    const [, token = ""] = /^Basic +([\w+/=-]+) *$/i.exec(request.get("authorization") ?? "") ?? [];
    return timingSafeEqual(sha256Bytes(Buffer.from(token, "base64").toString("utf8")), expected);
  };
}

/** Lets requests through that carry the user and password; of the others so many per minute and address get a 401. */
export function requireBasicAuth(
  basicAuth: BasicAuth,
  { failuresPerMinute }: { readonly failuresPerMinute: number },
): RequestHandler {
  return limitFailures(failuresPerMinute, {
    isKnown: basicAuthCheck(basicAuth),
    refusal: () =>
      new HttpError(
        401,
        "E_UNAUTHORIZED",
        "The user name or password is missing or wrong: set them in Label Studio's model settings.",
        { headers: { "WWW-Authenticate": 'Basic realm="baal", charset="UTF-8"' } },
      ),
  });
}

/** Name of the header that a webhook can be told to send, in Label Studio's webhook settings. */

/**
 * Lets events through that carry the secret; the comparison takes the same time wherever they differ. Basic auth, where there is one, will do,
 * too: Label Studio's button "Start training" sends that, and none of the webhook's headers. Nobody is made to wait: an event that is refused is
 * a label that is lost.
 */
export function requireWebhookSecret(secret: string, basicAuth?: BasicAuth): RequestHandler {
  const expected = sha256Bytes(secret);
  const isKnown = basicAuth === undefined ? () => false : basicAuthCheck(basicAuth);
  return (request, _, next) => {
    if (timingSafeEqual(sha256Bytes(request.get(webhookSecretHeader) ?? ""), expected) || isKnown(request)) {
      next();
      return;
    }
    const message = `The event carries no secret, or another one: add the header ${webhookSecretHeader} in Label Studio's webhook settings.`;
    throw new HttpError(401, "E_UNAUTHORIZED", message);
  };
}
