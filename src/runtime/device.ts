import * as ort from "onnxruntime-node";
import { BaalError } from "../errors.js";

export type Device = "cpu" | "cuda" | "webgpu";

export interface DeviceOptions {
  /** Where the graph runs; `"cpu"` by default. */
  readonly device?: Device;
  /** Threads that one operator may use; all cores by default. */
  readonly threads?: number;
}

/** The execution providers that this build of ONNX Runtime was made with. */
export function availableDevices(): string[] {
  return ort.listSupportedBackends().map((backend) => backend.name);
}

/** The provider list for a session, the CPU behind the device asked for. Throws `E_DEVICE_UNAVAILABLE`. */
export function executionProviders(device: Device): string[] {
  const available = availableDevices();
  if (!available.includes(device)) {
    throw new BaalError("E_DEVICE_UNAVAILABLE", `Device "${device}" is not available here; available: ${available.join(", ")}.`);
  }
  return device === "cpu" ? ["cpu"] : [device, "cpu"];
}
