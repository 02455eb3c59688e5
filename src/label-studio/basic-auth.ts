import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { HttpError } from "./http-error.js";

export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

/** Lets requests through that carry the user and password (RFC 7617). The comparison takes the same time wherever they differ. */
export function requireBasicAuth({ user, password }: BasicAuth): RequestHandler {
  const expected = digest(`${user}:${password}`);
  return (request, response, next) => {
    const [, token = ""] = /^Basic +([\w+/=-]+) *$/i.exec(request.get("authorization") ?? "") ?? [];
    if (timingSafeEqual(digest(Buffer.from(token, "base64").toString("utf8")), expected)) {
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
