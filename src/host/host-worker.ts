import { WorkerProcess } from "../system/worker-process.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { HostCalls } from "./host-calls.js";

/** The parent's side of a {@link ModelHost}'s process. */
export type HostWorker = WorkerProcess<HostCalls, TrainerProgress>;

/**
 * Starts a process that has no model yet, `nice` levels behind this one. Loading its program takes it half a second, which passes while whoever
 * will need it does something else: this file loads next to nothing.
 */
export function startHostWorker(nice?: number): HostWorker {
  return new WorkerProcess(new URL("./host-process.js", import.meta.url), {
    name: "The process that runs the model",
    remedy: "the next call starts a new one",
    nice,
  });
}

/** The nice value of models that answer: behind the server, which answers `/health` while they compute. */
export const SERVING_NICE = 5;
