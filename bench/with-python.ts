import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchContext } from "./bench-context.js";
import { findPython, type PythonCall, type PythonWorker, startPython } from "./python-worker.js";

export type PythonArray = PythonCall["arrays"][number];

/** A Python process for one measurement, with a folder for what both sides read and write. */
export interface PythonSide extends Pick<PythonWorker, "call"> {
  /** Of the module that was asked for. */
  readonly version: string;
  readonly folder: string;
  /** Writes an array to where Python reads it. */
  array(data: Float32Array, shape: readonly number[]): Promise<PythonArray>;
}

/**
 * Gives `work` a Python that can import `module`, `undefined` where there is none or none is wanted; ends it and removes its files
 * afterwards.
 */
export async function withPython<Result>(
  context: BenchContext,
  module: string,
  work: (python: PythonSide | undefined) => Promise<Result>,
): Promise<Result> {
  const installation = context.withPyTorch ? findPython(module) : undefined;
  if (!installation) return work(undefined);
  const folder = await mkdtemp(join(tmpdir(), "baal-bench-"));
  const worker = startPython(installation.python, { threads: context.threads });
  let arrays = 0;
  try {
    return await work({
      version: installation.version,
      folder,
      call: (request) => worker.call(request),
      async array(data, shape) {
        const path = join(folder, `${arrays++}.f32`);
        await writeFile(path, data);
        return { path, shape };
      },
    });
  } finally {
    await worker.stop();
    await rm(folder, { recursive: true });
  }
}
