import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { HttpError } from "./http-error.js";

export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

/** Whether a request carries the user and password (RFC 7617). The comparison takes the same time wherever they differ. */
export function basicAuthCheck({ user, password }: BasicAuth): (request: Request) => boolean {
  const expected = digest(`${user}:${password}`);
  return (request) => {
    const [, token = ""] = /^Basic +([\w+/=-]+) *$/i.exec(request.get("authorization") ?? "") ?? [];
    return timingSafeEqual(digest(Buffer.from(token, "base64").toString("utf8")), expected);
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

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
