/**
 * Runs `work` with a signal that fires with the caller's, or after `ms` milliseconds. Nothing of it stays behind: `AbortSignal.timeout`
 * would keep a timer per request for as long as the deadline is.
 */
export async function withDeadline<T>(
  { ms, signal }: { readonly ms: number; readonly signal?: AbortSignal | undefined },
  work: (signal: AbortSignal, isLate: () => boolean) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, ms);
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal, () => late);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
