import { isIP } from "node:net";
import { hostname } from "node:os";
import type { Request, RequestHandler } from "express";
import { HttpError } from "../contract/http-error.js";
import type { HostRule } from "./app-options.js";

/** Of this machine, as itself and as containers on it call it. */
const LOOPBACK_NAMES = ["localhost", "host.docker.internal", "host.containers.internal"];
/** Endings that nobody can register, so that no page of a stranger's has such a name. */
const LOCAL_ENDINGS = /\.(local|localhost|internal|home\.arpa)$/;

/**
 * Refuses what a browser sends on behalf of a page of another site, with 403. A request whose `Host` is a name that the server does not go by
 * comes from a page whose owner has pointed that name here; one with a foreign `Origin` says so itself.
 */
export function checkSites(hosts: HostRule | undefined): RequestHandler {
  const isServed = hosts === undefined ? () => true : hostCheck(hosts);
  const isListed = nameCheck((hosts?.allowed ?? []).filter((name) => name !== "*"));
  return (request, _, next) => {
    const { hostname: called } = request;
    if (called !== undefined && !isServed(plainName(called))) {
      const name = plainName(called).slice(0, 100);
      throw new HttpError(403, "E_HOST", `This server does not go by the name ${name}: start it with --allowed-host ${name}.`);
    }
    const origin = request.get("origin");
    if (origin !== undefined && !isOwnOrigin(origin, request, isListed)) throw foreign();
    next();
  };
}

/** Refuses, with 403, what a browser sends for another page than the server's own: not even one of the same site presses its buttons. */
export const refuseOtherPages: RequestHandler = (request, _, next) => {
  if (!["same-origin", "none"].includes(request.get("sec-fetch-site") ?? "none")) throw foreign();
  next();
};

function foreign(): HttpError {
  return new HttpError(403, "E_UNAUTHORIZED", "A page of another site may not call this server: use its own status page.");
}

/** Whatever its scheme: TLS may end at a proxy. */
function isOwnOrigin(origin: string, request: Request, isListed: (name: string) => boolean): boolean {
  if (!URL.canParse(origin)) return false;
  const { host, hostname: name, protocol } = new URL(origin);
  if (protocol !== "http:" && protocol !== "https:") return false;
  return host === withoutDefaultPort(request.host ?? "", protocol) || isListed(plainName(name));
}

function withoutDefaultPort(host: string, protocol: string): string {
  const address = `${protocol}//${host}`;
  return URL.canParse(address) ? new URL(address).host : host;
}

/** Whether a name is one of the server's: those of the address that it listens on, and those that are allowed. */
export function hostCheck({ listensOn, allowed = [] }: HostRule): (name: string) => boolean {
  const own = plainName(listensOn);
  const isEverywhere = own === "0.0.0.0" || own === "::";
  const isLoopback = isLoopbackName(own);
  const isAllowed = nameCheck(allowed);
  return (name) => {
    if (name === own || isAllowed(name)) return true;
    if ((isLoopback || isEverywhere) && isLoopbackName(name)) return true;
    if (isIP(name) !== 0) return isEverywhere;
    // Who is in the local network reaches such a server anyhow: names that only count there are no strangers'.
    return !isLoopback && (!name.includes(".") || LOCAL_ENDINGS.test(name) || name === plainName(hostname()));
  };
}

function isLoopbackName(name: string): boolean {
  return LOOPBACK_NAMES.includes(name) || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** `labels.example.org` is that name, `.example.org` all below it, `*` any. */
function nameCheck(names: readonly string[]): (name: string) => boolean {
  const plain = names.map(plainName);
  return (name) => plain.some((known) => known === "*" || known === name || (known.startsWith(".") && name.endsWith(known)));
}

/** Without brackets, the dot at the end, and capitals. */
function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/(?<=.)\.$/, "");
}
