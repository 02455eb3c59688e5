import { timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { sha256Bytes } from "../../system/digest.js";
import { HttpError } from "../contract/http-error.js";
import type { BasicAuth } from "./app-options.js";

/** Whether a request carries the user and password (RFC 7617). The comparison takes the same time wherever they differ. */
function basicAuthCheck({ user, password }: BasicAuth): (request: Request) => boolean {
  const expected = sha256Bytes(`${user}:${password}`);
  return (request) => {
    const [, token = ""] = /^Basic +([\w+/=-]+) *$/i.exec(request.get("authorization") ?? "") ?? [];
    return timingSafeEqual(sha256Bytes(Buffer.from(token, "base64").toString("utf8")), expected);
  };
}

/** Lets requests through that carry the user and password. */
export function requireBasicAuth(basicAuth: BasicAuth): RequestHandler {
  const isKnown = basicAuthCheck(basicAuth);
  return (request, response, next) => {
    if (isKnown(request)) {
      next();
      return;
    }
    response.set("WWW-Authenticate", 'Basic realm="baal", charset="UTF-8"');
    throw new HttpError(
      401,
      "E_UNAUTHORIZED",
      "The user name or password is missing or wrong: set them in Label Studio's model settings.",
    );
  };
}

/** Name of the header that a webhook can be told to send, in Label Studio's webhook settings. */
const SECRET_HEADER = "x-baal-secret";

/**
 * Lets events through that carry the secret; the comparison takes the same time wherever they differ. Basic auth, where there is one, will do,
 * too: Label Studio's button "Start training" sends that, and none of the webhook's headers.
 */
export function requireWebhookSecret(secret: string, basicAuth?: BasicAuth): RequestHandler {
  const expected = sha256Bytes(secret);
  const isKnown = basicAuth === undefined ? () => false : basicAuthCheck(basicAuth);
  return (request, _, next) => {
    if (timingSafeEqual(sha256Bytes(request.get(SECRET_HEADER) ?? ""), expected) || isKnown(request)) {
      next();
      return;
    }
    const message = `The event carries no secret, or another one: add the header ${SECRET_HEADER} in Label Studio's webhook settings.`;
    throw new HttpError(401, "E_UNAUTHORIZED", message);
  };
}
