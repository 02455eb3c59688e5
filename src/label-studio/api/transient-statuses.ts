/** Answers after which the same request may succeed: too many requests, and what proxies say while Label Studio is away. */
export const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
