import { type AnswerOf, type ArgumentOf, WorkerProcess } from "../../../system/worker-process.js";
import type { JobCalls, JobEvent } from "./job-calls.js";

/** Behind whoever labels, and behind the ranking. */
const NICE = 15;

/** Does one job in a process of its own, which ends with it: at once where it is cancelled. Throws what the job throws. */
export async function inJobProcess<Name extends keyof JobCalls>(
  name: Name,
  request: ArgumentOf<JobCalls, Name>,
  {
    signal,
    onEvent,
  }: { readonly signal?: AbortSignal | undefined; readonly onEvent?: ((event: JobEvent) => void) | undefined } = {},
): Promise<AnswerOf<JobCalls, Name>> {
  signal?.throwIfAborted();
  const worker = new WorkerProcess<JobCalls, JobEvent>(new URL("./job-process.js", import.meta.url), {
    name: "The process of the job",
    remedy: "nothing of it counts; begin it again",
    nice: NICE,
  });
  const end = () => void worker.stop();
  signal?.addEventListener("abort", end, { once: true });
  try {
    return await worker.call(name, request, { onEvent });
  } finally {
    signal?.removeEventListener("abort", end);
    await worker.stop();
  }
}
