import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { type BasicAuth, basicAuthCheck } from "./basic-auth.js";
import { HttpError } from "./http-error.js";

/** Name of the header that a webhook can be told to send, in Label Studio's webhook settings. */
const SECRET_HEADER = "x-baal-secret";

/**
 * Lets events through that carry the secret; the comparison takes the same time wherever they differ. Basic auth, where there is one, will do,
 * too: Label Studio's button "Start training" sends that, and none of the webhook's headers.
 */
export function requireWebhookSecret(secret: string, basicAuth?: BasicAuth): RequestHandler {
  const expected = digest(secret);
  const isKnown = basicAuth === undefined ? () => false : basicAuthCheck(basicAuth);
  return (request, _, next) => {
    if (timingSafeEqual(digest(request.get(SECRET_HEADER) ?? ""), expected) || isKnown(request)) {
      next();
      return;
    }
    const message = `The event carries no secret, or another one: add the header ${SECRET_HEADER} in Label Studio's webhook settings.`;
    throw new HttpError(401, "E_UNAUTHORIZED", message);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
