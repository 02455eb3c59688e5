import { expect, it } from "vitest";
import { availableDevices, executionProviders } from "../../../src/engine/runtime/onnx-runtime.js";

it("puts the CPU behind another device", () => {
  expect(availableDevices()).toContain("cpu");
  expect(executionProviders("cpu")).toEqual(["cpu"]);
});

it("lists what is available when a device is not", () => {
  // No build of ONNX Runtime has it; a JavaScript caller may write anything.
  const unknown = "abacus" as "cpu";
  expect(() => executionProviders(unknown)).toThrow(
    expect.objectContaining({
      code: "E_DEVICE_UNAVAILABLE",
      message: expect.stringContaining(`available: ${availableDevices().join(", ")}`),
    }),
  );
});
