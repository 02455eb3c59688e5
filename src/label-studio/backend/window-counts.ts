import type { Store } from "express-rate-limit";

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
