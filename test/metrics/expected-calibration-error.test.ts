import { expect, it } from "vitest";
import { expectedCalibrationError } from "../../src/metrics/calibration-error.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

it("weighs the bins by their items", () => {
  // Confidences 0.7 (right), 0.5 (wrong), 0.4 (wrong), 0.8 (right): each in a bin of its own, then in two halves.
  expect(expectedCalibrationError(probs_N_C, targets_N)).toBeCloseTo((0.3 + 0.5 + 0.4 + 0.2) / 4, 12);
  expect(expectedCalibrationError(probs_N_C, targets_N, { bins: 2 })).toBeCloseTo((0.5 + 0.9) / 4, 12);
  expect(expectedCalibrationError(probs_N_C, targets_N, { bins: 1 })).toBeCloseTo(Math.abs(2 - 2.4) / 4, 12);
});

it("is 0 for certainty that is right", () => {
  expect(expectedCalibrationError([1, 0, 0, 1], [0, 1])).toBe(0);
});

it("refuses to have no bins", () => {
  expect(() => expectedCalibrationError(probs_N_C, targets_N, { bins: 0 })).toThrow(
    expect.objectContaining({ code: "E_ARGUMENT" }),
  );
});
