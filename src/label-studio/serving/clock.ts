/** Time as the serving parts see it, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds that never run backwards; only differences mean something. */
  now(): number;
  /** Calls `run` once, so many milliseconds from now, unless the function that it gives is called before. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The machine's own. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
