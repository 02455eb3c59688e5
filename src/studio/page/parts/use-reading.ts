import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, api } from "../client/api.js";
import { onServerEvent, studio } from "../client/live.js";

export interface Reading<T> {
  /** What came last for this path; it stays while something newer is read, and where reading it failed. */
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  /** Reads once more. */
  readonly again: () => void;
}

/** Between two readings. */
const PAUSE_MS = 300;

/** Reads from the server, and again whenever `revision` is another one. Nothing is read while `path` is `undefined`. */
export function useReading<T>(path: string | undefined, revision: unknown = ""): Reading<T> {
  const [told, setTold] = useState<{
    readonly path: string;
    readonly value?: T | undefined;
    readonly error?: ApiError | undefined;
  }>();
  const [tries, setTries] = useState(0);
  const last = useRef({ path: "", at: 0 });
  useEffect(() => {
    if (path === undefined) return;
    const controller = new AbortController();
    const read = async () => {
      last.current = { path, at: Date.now() };
      try {
        const value = await api<T>(path, { signal: controller.signal });
        if (!controller.signal.aborted) setTold({ path, value });
      } catch (cause) {
        if (controller.signal.aborted) return;
        const error = cause instanceof ApiError ? cause : new ApiError(String(cause), { status: 0, code: "E_PAGE" });
        setTold((known) => ({ path, value: known?.path === path ? known.value : undefined, error }));
      }
    };
    const wait = last.current.path === path ? Math.max(0, PAUSE_MS - (Date.now() - last.current.at)) : 0;
    const timer = setTimeout(() => void read(), wait);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [path, revision, tries]);
  const again = useCallback(() => setTries((known) => known + 1), []);
  const isThis = told !== undefined && told.path === path;
  return { value: isThis ? told.value : undefined, error: isThis ? told.error : undefined, again };
}

/** Counts the points that a training tells, for what is to be read again with each. */
export function useTrainingEvents(): number {
  const [count, setCount] = useState(0);
  useEffect(() => onServerEvent("training", () => setCount((known) => known + 1)), []);
  return count;
}

/** Another text whenever a job of these kinds has begun, gone on or ended. */
export function jobsRevision(kinds: readonly string[]): string {
  const jobs = studio.value?.jobs ?? [];
  return jobs
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ id, state, progress }) => `${id} ${state} ${progress}`)
    .join();
}
