import { createRequire } from "node:module";
import type * as OnnxRuntime from "onnxruntime-node";
import { BaalError, errorMessage } from "../../core/errors.js";

let loaded: typeof OnnxRuntime | undefined;

/**
 * ONNX Runtime, whose native library is loaded by the first call: importing this file loads nothing. No other file imports the package.
 * Throws `E_DEVICE_UNAVAILABLE` where the library cannot be loaded: an unsupported platform, an installation cut short.
 */
export function onnxRuntime(): typeof OnnxRuntime {
  loaded ??= load();
  return loaded;
}

function load(): typeof OnnxRuntime {
  try {
    return createRequire(import.meta.url)("onnxruntime-node") as typeof OnnxRuntime;
  } catch (cause) {
    throw new BaalError(
      "E_DEVICE_UNAVAILABLE",
      `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch}: ${errorMessage(cause)}. Install the package onnxruntime-node again, on a platform that it supports.`,
      { cause },
    );
  }
}

/**
 * The execution providers that this build of ONNX Runtime was made with (`"cpu"`, `"cuda"`, `"webgpu"`, ...). A device behind
 * one may still be missing. Loads ONNX Runtime. Throws `E_DEVICE_UNAVAILABLE` where that fails.
 *
 * @example
 * ```ts
 * import { availableDevices } from "baaljs/engine";
 *
 * const device = availableDevices().includes("cuda") ? "cuda" : "cpu";
 * ```
 */
export function availableDevices(): string[] {
  return onnxRuntime()
    .listSupportedBackends()
    .map((backend) => backend.name);
}

/** The provider list for a session, the CPU behind the device asked for. Throws `E_DEVICE_UNAVAILABLE`. */
export function executionProviders(device: string): string[] {
  const available = availableDevices();
  if (!available.includes(device)) {
    throw new BaalError("E_DEVICE_UNAVAILABLE", `Device "${device}" is not available here; available: ${available.join(", ")}.`);
  }
  return device === "cpu" ? ["cpu"] : [device, "cpu"];
}
