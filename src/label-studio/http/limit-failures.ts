import type { Request, RequestHandler } from "express";
import { rateLimit, type Store } from "express-rate-limit";
import { HttpError } from "../contract/http-error.js";

const WINDOW_MS = 60_000;

/**
 * Passes requests that carry credentials on, always. The others are refused as `refusal` says and counted by address; after `limit` of them in
 * a minute they are told to wait: the log stays readable, and a guess costs little. One address is often many people's, and Label Studio's
 * too, so that others' failures must not cost anybody a label.
 */
export function limitFailures(
  limit: number,
  { isKnown, refusal }: { readonly isKnown: (request: Request) => boolean; readonly refusal: () => HttpError },
): RequestHandler {
  const countFailure = rateLimit({
    ...{ windowMs: WINDOW_MS, limit, standardHeaders: "draft-8", legacyHeaders: false, store: windowCounts(WINDOW_MS) },
    // The header of a proxy that the server was not told of is a guess at most: then the proxy's own address counts.
    validate: { xForwardedForHeader: false },
    handler: () => {
      throw new HttpError(429, "E_BUSY", "Too many failed requests from this address: wait a minute.", {
        headers: { "Retry-After": "60" },
      });
    },
  });
  return (request, response, next) => {
    if (isKnown(request)) return next();
    return countFailure(request, response, (error?: unknown) => next(error ?? refusal()));
  };
}

interface Count {
  hits: number;
  /** By the clock that never jumps. */
  until: number;
}

/** So many addresses may be known before those are forgotten whose time is over. */
const MANY = 1000;

/** Counts per address and window of time. The library's own counts go by the machine's clock: set back by an hour, it refuses for an hour. */
export function windowCounts(windowMs: number, now: () => number = () => performance.now()): Store {
  const counts = new Map<string, Count>();
  const current = (key: string): Count => {
    const known = counts.get(key);
    if (known !== undefined && now() < known.until) return known;
    if (counts.size >= MANY) for (const [other, { until }] of counts) if (now() >= until) counts.delete(other);
    const made = { hits: 0, until: now() + windowMs };
    counts.set(key, made);
    return made;
  };
  return {
    localKeys: true,
    increment(key) {
      const count = current(key);
      count.hits++;
      return { totalHits: count.hits, resetTime: new Date(Date.now() + count.until - now()) };
    },
    decrement(key) {
      const count = current(key);
      count.hits = Math.max(0, count.hits - 1);
    },
    resetKey: (key) => void counts.delete(key),
  };
}
