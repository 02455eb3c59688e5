import { randomUUID } from "node:crypto";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import helmet from "helmet";
import { type Logger, pino } from "pino";
import { BaalError, errorMessage } from "../../core/errors.js";
import { HttpError, toHttpError } from "../contract/http-error.js";
import type { AppShellOptions } from "./app-options.js";
import { reasonPhrase, shortened, withoutPaths } from "./error-texts.js";

/**
 * An app around the routes: request ids and log, safe headers (scripts and styles only from where pages have them), every error answered as
 * JSON. `calls` is what a wrong address is told.
 */
export function appShell(
  router: Router,
  {
    pathPrefix = "",
    basePath = "",
    trustProxy,
    logger,
    calls,
    pageSources,
    policy,
  }: AppShellOptions & {
    readonly calls: string;
    /** Where scripts and styles of pages may come from, as the Content-Security-Policy has it without quotes: `self`. */
    readonly pageSources?: readonly string[] | undefined;
    /** Further directives of the Content-Security-Policy, or others in place of the usual ones. */
    readonly policy?: Readonly<Record<string, readonly string[]>> | undefined;
  },
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  if (trustProxy !== undefined) setTrustProxy(app, trustProxy);
  app.use(safeHeaders(pageSources ?? [], policy));
  app.use((request, _, next) => {
    request.url = request.url.replace(/^[^?]*/, (path) => path.replace(/\/{2,}/g, "/"));
    next();
  });
  app.use(requestLog(logger ?? pino(pino.destination(2))));
  const prefix = normalisePrefix(pathPrefix);
  const base = normalisePrefix(basePath);
  if (base !== "/") app.use(joinPaths(base, prefix), router);
  app.use(prefix, atBase(base), router);
  app.use((request) => {
    const below = pathPrefix === "" ? "" : ` below ${prefix}`;
    const message = `There is no ${request.method} ${request.path} here. The calls are${below}: ${calls}.`;
    throw new HttpError(404, "E_NOT_FOUND", message);
  });
  app.use(answerError);
  return app;
}

/** The server speaks plain HTTP behind whatever stands in front of it, so nothing is upgraded to HTTPS. */
function safeHeaders(pageSources: readonly string[], policy: Readonly<Record<string, readonly string[]>> = {}) {
  const sources = pageSources.map((source) => `'${source}'`);
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: sources.length > 0 ? sources : ["'none'"],
        styleSrc: sources.length > 0 ? sources : ["'none'"],
        imgSrc: ["'self'"],
        // The typeface is in the style.
        fontSrc: sources.length > 0 ? ["data:"] : ["'none'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        ...Object.fromEntries(Object.entries(policy).map(([name, sources]) => [name, [...sources]])),
      },
    },
  });
}

const answerError: ErrorRequestHandler = (thrown: unknown, _request, response, next) => {
  const error = toHttpError(thrown);
  const { status, code, headers } = error;
  const log = responseLog(response);
  const logged = shortened(error.message);
  // Nobody is left to answer, and the request's log has said so.
  if (response.closed) log.debug({ code }, logged);
  else if (status < 500 || (status === 503 && error.cause === undefined)) log.warn({ status, code }, logged);
  else log.error({ status, code, err: error.cause ?? error }, logged);
  if (response.headersSent) return next(thrown);
  const message = error.cause instanceof BaalError ? withoutPaths(logged) : logged;
  // Label Studio's form shows no body of an error, only this line of it.
  response.statusMessage = reasonPhrase(message);
  response.status(status).set(headers).json({ error: message, code, request_id: response.locals["requestId"] });
};

/** Where a proxy has stripped the base path, links have to have it all the same. */
function atBase(base: string): RequestHandler {
  return (_, response, next) => {
    response.locals["basePath"] = base === "/" ? "" : base;
    next();
  };
}

/** The path of a request's app, as its caller sees it: what links to a page of ours begin with. */
export function callersPath(request: Request, response: Response): string {
  const { basePath = "" } = response.locals as { readonly basePath?: string };
  return `${basePath}${request.baseUrl}`;
}

/** Throws `E_ARGUMENT` for what are no addresses. */
function setTrustProxy(app: Express, proxies: number | readonly string[]): void {
  try {
    app.set("trust proxy", typeof proxies === "number" ? proxies : [...proxies]);
  } catch (cause) {
    const message = `trustProxy is expected to be a number of proxies or their addresses ("10.0.0.0/8", "loopback"): ${errorMessage(cause)}.`;
    throw new BaalError("E_ARGUMENT", message, { cause });
  }
}

function joinPaths(...parts: readonly string[]): string {
  return normalisePrefix(parts.join("/"));
}

function normalisePrefix(prefix: string): string {
  return `/${prefix
    .split("/")
    .filter((part) => part !== "")
    .join("/")}`;
}

/** Logs each request's end with an id, which the response carries too. Neither bodies nor queries nor headers are logged. */
function requestLog(logger: Logger): RequestHandler {
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
      // A stream of events ends when its page is closed.
      if (response.get("content-type") === "text/event-stream") log.debug(fields, "a stream of events");
      else if (!response.writableFinished) log.warn(fields, "the caller went away before the answer");
      else if (response.statusCode < 400) log[path.endsWith("/predict") ? "info" : "debug"](fields, "request");
    });
    next();
  };
}

/** The logger of a request that passed {@link requestLog}. */
export function responseLog(response: Response): Logger {
  return response.locals["log"] as Logger;
}
