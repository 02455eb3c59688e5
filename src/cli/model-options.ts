import type { FromPretrainedOptions } from "../models/text-classifier.js";
import type { CommandContext } from "./base-command.js";

export interface ModelOptions {
  readonly device?: "cpu" | "cuda" | "webgpu";
  readonly threads?: number;
}

/** What loading a model is told: where it runs, when to stop, and to report each downloaded file. */
export function pretrainedOptions(
  { device, threads }: ModelOptions,
  { output, signal }: CommandContext,
): Pick<FromPretrainedOptions, "device" | "threads" | "onProgress" | "signal"> {
  const announced = new Set<string>();
  return {
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { threads }),
    signal,
    onProgress({ file, total }) {
      if (announced.has(file)) return;
      announced.add(file);
      output.note(`downloading ${file} (${(total / 1e6).toFixed(1)} MB)`);
    },
  };
}
