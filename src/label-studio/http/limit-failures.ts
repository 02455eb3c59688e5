import type { RequestHandler } from "express";
import { rateLimit, type Store } from "express-rate-limit";
import { HttpError } from "../contract/http-error.js";

const WINDOW_MS = 60_000;

/** Whoever is refused again and again is no Label Studio: guessing passwords becomes slow, and the log stays readable. */
export function limitFailures(limit: number): RequestHandler {
  return rateLimit({
    ...{ windowMs: WINDOW_MS, limit, skipSuccessfulRequests: true, standardHeaders: "draft-8", legacyHeaders: false },
    store: windowCounts(WINDOW_MS),
    // A full queue or a failing model is no fault of the caller's.
    requestWasSuccessful: (_, { statusCode }) => statusCode < 400 || statusCode >= 499,
    // A label stream behind a proxy comes from one address: the server is told about proxies by nobody.
    validate: { xForwardedForHeader: false },
    handler: () => {
      throw new HttpError(429, "E_BUSY", "Too many failed requests from this address: wait a minute.", {
        headers: { "Retry-After": "60" },
      });
    },
  });
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
