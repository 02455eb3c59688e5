import express, { type ErrorRequestHandler, type Express, Router } from "express";
import type { Logger } from "pino";
import { BaalError, type ErrorCode } from "../../core/errors.js";
import { HttpError, toHttpError } from "../../label-studio/contract/http-error.js";
import type { HostRule } from "../../label-studio/http/app-options.js";
import { appShell, callersPath, responseLog } from "../../label-studio/http/app-shell.js";
import { checkSites, refuseOtherPages } from "../../label-studio/http/call-sites.js";
import { shortened, withoutPaths } from "../../label-studio/http/error-texts.js";
import { requireJson } from "../../label-studio/http/json-body.js";
import { pageFiles } from "../../page/page-files.js";
import { pageHtml } from "../../page/page-html.js";
import { diskFullMessage } from "../../system/disk-reserve.js";
import type { Desk } from "../desk/desk.js";
import { dataRoutes } from "./data-routes.js";
import type { EventStreams } from "./event-stream.js";
import { itemRoutes } from "./item-routes.js";
import { labelRoutes } from "./label-routes.js";
import { modelRoutes } from "./model-routes.js";
import { projectRoutes } from "./project-routes.js";
import { requireSignIn, type SignIn, signInPage } from "./sign-in.js";
import type { UserAccounts } from "./user-accounts.js";
import { userRoutes } from "./user-routes.js";

export interface StudioAppOptions {
  /** Resolves when the data are read; calls wait for it. */
  readonly desk: Promise<Desk>;
  readonly streams: EventStreams;
  readonly signIn: SignIn;
  /** Names by which the server may be called; not looked at without it. */
  readonly hosts?: HostRule | undefined;
  readonly basePath?: string | undefined;
  readonly trustProxy?: number | readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  /** Of a project that is begun now. */
  readonly seed: number;
}

const BODY_LIMIT = "32mb";
/** The typeface is in the style sheet; the page draws pictures of its own; the form that asks for the token is sent here. */
const POLICY = { fontSrc: ["'self'", "data:"], imgSrc: ["'self'", "data:", "blob:"], formAction: ["'self'"] };

/** The studio's page and its calls. The page's own files are anybody's; everything else takes a session. */
export function studioApp({ desk, streams, signIn, hosts, basePath, trustProxy, logger, seed }: StudioAppOptions): Express {
  const root = Router();
  root.use(checkSites(hosts));
  root.get("/page.js", async (_, response) => {
    response.type("js").send((await pageFiles("studio")).script);
  });
  root.get("/page.css", async (_, response) => {
    response.type("css").send((await pageFiles("studio")).style);
  });
  root.get("/favicon.ico", (_, response) => {
    response.status(204).end();
  });
  root.use(...requireSignIn(signIn));
  const api = Router();
  const readJson = express.json({ limit: BODY_LIMIT });
  api.use((request, _, next) => (request.method === "GET" ? next() : refuseOtherPages(request, _, next)));
  // A file that is brought in is read as it comes.
  api.use((request, response, next) => (request.path === "/import" ? next() : requireJson(request, response, next)));
  api.use((request, response, next) => (request.path === "/import" ? next() : readJson(request, response, next)));
  // Nothing of it is a browser's to keep but pictures, which say so themselves.
  api.use((_, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  let routes: Router | undefined;
  api.use(async (request, response, next) => {
    routes ??= apiRoutes(await desk, { streams, seed, accounts: signIn.accounts });
    routes(request, response, next);
  });
  root.use("/api", api, (request) => {
    throw new HttpError(404, "E_NOT_FOUND", `There is no ${request.method} ${request.originalUrl.slice(0, 200)} here.`);
  });
  root.get("/{*screen}", (request, response) => {
    const base = `${callersPath(request, response)}/`;
    response
      .type("html")
      .send(pageHtml({ title: "baal studio", files: base, base, withoutScript: "This page needs JavaScript." }));
  });
  root.use(answerError);
  return appShell(root, { basePath, trustProxy, logger, calls: "api/...", pageSources: ["self"], policy: POLICY });
}

interface ApiOptions extends Pick<StudioAppOptions, "streams" | "seed"> {
  readonly accounts: UserAccounts;
}

function apiRoutes(desk: Desk, { streams, seed, accounts }: ApiOptions): Router {
  return Router().use(
    projectRoutes(desk, streams, seed),
    labelRoutes(desk),
    itemRoutes(desk),
    modelRoutes(desk),
    dataRoutes(desk),
    userRoutes(desk, accounts, streams),
  );
}

/** The caller's fault, unlike where a server's own options are wrong. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  E_ARGUMENT: 400,
  E_CONFLICT: 409,
  E_DATA: 400,
  E_LABEL_UNKNOWN: 400,
  E_POOL_EMPTY: 409,
  E_IMAGE: 422,
  E_FILE_NOT_FOUND: 404,
};

/** `{ error: { code, message } }`, and what else there is to say; browsers without a session get the page that asks for the token. */
const answerError: ErrorRequestHandler = (thrown: unknown, request, response, next) => {
  const status = thrown instanceof BaalError ? STATUSES[thrown.code] : undefined;
  const full = thrown instanceof BaalError ? undefined : diskFullMessage(thrown);
  const known = full === undefined ? toHttpError(thrown) : new HttpError(507, "E_STORE", full, { cause: thrown });
  const error =
    status === undefined || !(thrown instanceof BaalError)
      ? known
      : new HttpError(status, thrown.code, thrown.message, { cause: thrown });
  const log = responseLog(response);
  const message = shortened(error.message);
  if (error.status < 500) log.debug({ status: error.status, code: error.code }, message);
  else log.error({ status: error.status, code: error.code, err: error.cause ?? error }, message);
  if (response.headersSent) return next(thrown);
  response.status(error.status).set(error.headers);
  const told = error.cause instanceof BaalError || error.status === 507 ? withoutPaths(message) : message;
  if (error.status === 401 && !request.path.startsWith("/api/") && request.accepts(["json", "html"]) === "html")
    response.type("html").send(signInPage(callersPath(request, response), told));
  else response.json({ error: { code: error.code, message: told }, ...error.details });
};
