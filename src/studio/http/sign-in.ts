import type { Request, RequestHandler, Response } from "express";
import { HttpError } from "../../label-studio/contract/http-error.js";
import { callersPath } from "../../label-studio/http/app-shell.js";
import { limitFailures } from "../../label-studio/http/limit-failures.js";
import type { Role } from "../api/contract.js";
import type { Viewer } from "../desk/desk.js";
import { SESSION_DAYS, type Sessions } from "./sessions.js";
import type { UserAccounts } from "./user-accounts.js";

export interface SignIn {
  readonly sessions: Sessions;
  readonly accounts: UserAccounts;
}

/** Wrong tokens per minute and address that are told so; others are told to wait. */
const FAILURES_PER_MINUTE = 30;

/**
 * Whose browser it is, by its cookie. `?token=` gives that cookie, and leads to the same address without the token. Everybody else gets a 401:
 * browsers the page that asks for the token, programs JSON.
 */
export function requireSignIn({ sessions, accounts }: SignIn): RequestHandler[] {
  const readCookie: RequestHandler = (request, response, next) => {
    const session = sessions.read(cookie(request, sessions.cookieName));
    const role = session && session.proof === accounts.proofOf(session.user) ? accounts.roleOf(session.user) : undefined;
    if (session && role) {
      accounts.seen(session.user);
      response.locals["viewer"] = { name: session.user, role, session: session.id } satisfies Viewer;
    }
    next();
  };
  const tokenOf = ({ query }: Request) => (typeof query["token"] === "string" ? query["token"].trim().slice(0, 300) : undefined);
  const isKnown = (response: Response) => response.locals["viewer"] !== undefined;
  const useToken: RequestHandler = async (request, response, next) => {
    const token = request.method === "GET" ? tokenOf(request) : undefined;
    if (token === undefined) return next();
    const user = await accounts.userOf(token);
    if (user === undefined) {
      // Who is signed in and opens the old address again goes on.
      return isKnown(response) ? response.redirect(303, withoutToken(request, response)) : next();
    }
    const path = `${callersPath(request, response)}/`;
    response.cookie(sessions.cookieName, sessions.begin(user, accounts.proofOf(user)), {
      ...{ httpOnly: true, sameSite: "strict", secure: request.secure, path, maxAge: SESSION_DAYS * 86_400_000 },
    });
    response.redirect(303, withoutToken(request, response));
  };
  const refuse = limitFailures(FAILURES_PER_MINUTE, {
    isKnown: (request) => isKnown(request.res!) || tokenOf(request) === undefined,
    refusal: () => new HttpError(401, "E_UNAUTHORIZED", "The token is wrong, or was used already."),
  });
  const ask: RequestHandler = (_, response, next) => {
    if (isKnown(response)) return next();
    throw new HttpError(401, "E_UNAUTHORIZED", "Sign in first: open the address with the token that baal studio has printed.");
  };
  return [readCookie, useToken, refuse, ask];
}

/** Whoever is signed in. */
export function viewerOf(response: Response): Viewer {
  return response.locals["viewer"] as Viewer;
}

const RANK: Readonly<Record<Role, number>> = { annotator: 0, reviewer: 1, admin: 2 };

/** Throws a 403 for those who are less. */
export function requireRole({ role }: Viewer, least: Role): void {
  if (RANK[role] >= RANK[least]) return;
  throw new HttpError(403, "E_ROLE", `This takes the role ${least}, and yours is ${role}: ask whoever looks after the project.`);
}

function cookie(request: Request, name: string): string | undefined {
  for (const part of (request.get("cookie") ?? "").split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}

function withoutToken(request: Request, response: Response): string {
  const search = new URLSearchParams(request.query as Record<string, string>);
  search.delete("token");
  const rest = search.toString();
  return `${callersPath(request, response)}${request.path}${rest === "" ? "" : `?${rest}`}`;
}

/** Asks for the token, and says what was wrong with the last one. */
export function signInPage(base: string, problem: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in: baal studio</title>
<link rel="stylesheet" href="${base}/page.css">
</head>
<body>
<main class="sign-in">
<h1>baal studio</h1>
<form method="get" action="${base}/">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Sign in</button>
</form>
<p role="alert">${problem}</p>
<p>The token is in the address that <code>baal studio</code> has printed; with a file of users, everybody has one.</p>
</main>
</body>
</html>
`;
}
