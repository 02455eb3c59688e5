import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";
import type { Logger } from "pino";

/** Logs each request's end with an id, which the response carries too. Neither bodies nor queries nor headers are logged. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get("x-request-id") ?? "";
    const requestId = /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    const started = performance.now();
    const { method } = request;
    const path = request.path;
    const log = logger.child({ requestId });
    response.locals["log"] = log;
    response.locals["requestId"] = requestId;
    response.set("X-Request-Id", requestId);
    response.once("close", () => {
      const fields = { method, path, status: response.statusCode, ms: Math.round(performance.now() - started) };
      if (!response.writableFinished) log.warn(fields, "the caller went away before the answer");
      else if (response.statusCode < 400) log[path.endsWith("/predict") ? "info" : "debug"](fields, "request");
    });
    next();
  };
}

/** The logger of a request that passed {@link requestLog}. */
export function responseLog(response: Response): Logger {
  return response.locals["log"] as Logger;
}
