import { describe, expect, it } from "vitest";
import {
  adaptiveCalibrationError,
  classwiseCalibrationError,
  expectedCalibrationError,
  perClassCalibrationError,
  reliabilityBins,
} from "../../src/metrics/calibration-error.js";
import { probs_N_C, targets_N } from "./hand-checked.js";
import { sineProbs_N_C, sineTargets_N } from "./sine-data.js";

describe("expectedCalibrationError", () => {
  it("is numpy's", () => {
    expect(expectedCalibrationError(sineProbs_N_C, sineTargets_N, { bins: 15 })).toBeCloseTo(0.19379979176447584, 12);
  });
});

describe("classwiseCalibrationError", () => {
  it("is numpy's per class and on average", () => {
    const errors_C = perClassCalibrationError(sineProbs_N_C, sineTargets_N, { bins: 15 });
    [0.17501021902972888, 0.09155353217379263, 0.11139461338076537, 0.16296040241971166].forEach((error, c) => {
      expect(errors_C[c]).toBeCloseTo(error, 12);
    });
    expect(classwiseCalibrationError(sineProbs_N_C, sineTargets_N, { bins: 15 })).toBeCloseTo(0.13522969175099964, 12);
  });

  it("is, with one bin, how far the classes' mean probabilities are from their shares", () => {
    const errors_C = perClassCalibrationError(probs_N_C, targets_N, { bins: 1 });
    [1.3 / 4 - 2 / 4, 1.2 / 4, 1.5 / 4 - 2 / 4].forEach((gap, c) => {
      expect(errors_C[c]).toBeCloseTo(Math.abs(gap), 12);
    });
  });
});

describe("adaptiveCalibrationError", () => {
  it("is numpy's, of the predictions and of the classes", () => {
    expect(adaptiveCalibrationError(sineProbs_N_C, sineTargets_N, { bins: 6 })).toBeCloseTo(0.17536240571986683, 12);
    const ofClasses = adaptiveCalibrationError(sineProbs_N_C, sineTargets_N, { bins: 6, of: "classes" });
    expect(ofClasses).toBeCloseTo(0.09418344995833558, 12);
  });

  it("fills the bins alike, by hand", () => {
    // Confidences 0.4 and 0.5, both wrong, are one bin; 0.7 and 0.8, both right, the other.
    expect(adaptiveCalibrationError(probs_N_C, targets_N, { bins: 2 })).toBeCloseTo((0.9 + 0.5) / 4, 12);
  });

  it("shares the right ones among equal confidences, so that the items' order does not matter", () => {
    const probs = [0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25];
    for (const targets of [
      [0, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]) {
      expect(adaptiveCalibrationError(probs, targets, { bins: 2 })).toBeCloseTo(0, 12);
    }
  });

  it("takes more bins than items", () => {
    expect(adaptiveCalibrationError([0.75, 0.25], [0], { bins: 10 })).toBeCloseTo(0.25, 12);
  });
});

describe("reliabilityBins", () => {
  it("holds the items, mean confidence and accuracy of each bin", () => {
    const rows = reliabilityBins(probs_N_C, targets_N, { bins: 4 });
    expect(rows.map(({ items }) => items)).toEqual([0, 2, 1, 1]);
    expect(rows[0]).toEqual({ low: 0, high: 0.25, items: 0, confidence: undefined, accuracy: undefined });
    expect(rows[1]).toMatchObject({ low: 0.25, high: 0.5, accuracy: 0 });
    expect(rows[1]!.confidence).toBeCloseTo(0.45, 12);
  });

  it("gives the calibration error", () => {
    const gaps = reliabilityBins(sineProbs_N_C, sineTargets_N, { bins: 15 }).map(
      ({ items, confidence, accuracy }) => (items / 60) * Math.abs((accuracy ?? 0) - (confidence ?? 0)),
    );
    expect(gaps.reduce((a, b) => a + b)).toBeCloseTo(0.19379979176447584, 12);
  });
});

it("refuses an unknown way of binning", () => {
  expect(() => adaptiveCalibrationError.with({ of: "class" as "classes" })).toThrow(
    expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringMatching(/prediction, classes; "class" came/) }),
  );
});

it.each([classwiseCalibrationError, perClassCalibrationError, adaptiveCalibrationError, reliabilityBins])(
  "refuses to have no bins",
  (metric) => {
    expect(() => metric(probs_N_C, targets_N, { bins: 0 })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  },
);
