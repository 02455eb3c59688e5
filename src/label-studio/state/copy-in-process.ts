import { WorkerProcess } from "../../system/worker-process.js";

/** What the process that copies databases can be asked. */
export type CopyCalls = {
  copy(request: { readonly database: string; readonly target: string }): null;
};

/** Behind everything else: a copy can wait. */
const NICE = 10;

/** Copies a database that others are working on, in a process of its own: a large one takes seconds. Throws what `VACUUM INTO` throws, `E_MODEL_HOST`. */
export async function copyInProcess(database: string, target: string): Promise<void> {
  const worker = new WorkerProcess<CopyCalls>(new URL("./copy-process.js", import.meta.url), {
    name: "The process that copies the database",
    nice: NICE,
  });
  try {
    await worker.call("copy", { database, target });
  } finally {
    await worker.stop();
  }
}
