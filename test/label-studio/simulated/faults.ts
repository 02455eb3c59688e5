import { setTimeout as sleep } from "node:timers/promises";
import type { RequestHandler } from "express";

/** What goes wrong with requests to Label Studio. */
export type Fault = {
  /** Which requests, by method and path such as `GET /api/tasks`; all by default. */
  readonly match?: RegExp;
  /** How many of them, before it is over; all by default. */
  readonly times?: number;
} & (
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "html"; readonly status?: number }
  | { readonly kind: "garbage" }
  | { readonly kind: "slow"; readonly ms: number }
  | { readonly kind: "unreachable" }
  /** The request is done, its answer gets lost. */
  | { readonly kind: "unanswered" }
  | { readonly kind: "redirect"; readonly to: string; readonly status?: number }
);

type FaultHandlers = {
  readonly [Kind in Fault["kind"]]: (fault: Extract<Fault, { kind: Kind }>, ...rest: Parameters<RequestHandler>) => unknown;
};

const HANDLERS: FaultHandlers = {
  status: ({ status, body = { detail: "Something is wrong" }, headers = {} }, _, response) =>
    response.status(status).set(headers).json(body),
  html: ({ status = 200 }, _, response) =>
    response.status(status).type("html").send("<!DOCTYPE html><html><body>Log in</body></html>"),
  garbage: (_, __, response) => response.type("json").send('{"tasks": [{"id'),
  slow: async ({ ms }, _, __, next) => {
    await sleep(ms);
    next();
  },
  unreachable: (_, request) => request.socket.destroy(),
  unanswered: (_, request, response, next) => {
    response.end = () => {
      request.socket.destroy();
      return response;
    };
    next();
  },
  redirect: ({ to, status = 302 }, request, response) => response.redirect(status, to + request.originalUrl),
};

export interface Faults {
  /** Adds a fault; the first that fits a request is taken. */
  add(fault: Fault): void;
  clear(): void;
  readonly handler: RequestHandler;
}

export function faults(): Faults {
  let active: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      active = [];
    },
    handler(request, response, next) {
      const name = `${request.method} ${request.path}`;
      const found = active.find(({ fault, left }) => left > 0 && (fault.match?.test(name) ?? true));
      if (found === undefined) return next();
      found.left--;
      const handle = HANDLERS[found.fault.kind] as (fault: Fault, ...rest: Parameters<RequestHandler>) => unknown;
      return handle(found.fault, request, response, next) as undefined;
    },
  };
}
