import { describe, expect, it } from "vitest";
import { type StartPolicy, startPolicy, type TrainingNeed } from "../../../src/label-studio/training/training-queue.js";

const need: TrainingNeed = { isAskedFor: false, newAnnotations: 0, minAnnotations: 0, hasVersion: false };
const every20 = { everyAnnotations: 20 };

describe("when a training starts", () => {
  it.each<readonly [StartPolicy, Partial<TrainingNeed>, string | undefined]>([
    [{}, { isAskedFor: true }, "START_TRAINING"],
    [{ useProjectMinimum: false }, { isAskedFor: true, hasVersion: true }, "START_TRAINING"],
    [{}, { newAnnotations: 1000 }, undefined],
    [every20, { newAnnotations: 19 }, undefined],
    [every20, { newAnnotations: 20 }, "annotations"],
    [every20, { newAnnotations: 25, hasVersion: true }, "annotations"],
    [{}, { newAnnotations: 9, minAnnotations: 10 }, undefined],
    [{}, { newAnnotations: 10, minAnnotations: 10 }, "min_annotations_to_start_training"],
    [{}, { newAnnotations: 10, minAnnotations: 10, hasVersion: true }, undefined],
    [{ useProjectMinimum: false }, { newAnnotations: 10, minAnnotations: 10 }, undefined],
    [every20, { newAnnotations: 10, minAnnotations: 10 }, "min_annotations_to_start_training"],
  ])("%o with %o: %s", (policy, changes, cause) => {
    expect(startPolicy(policy)({ ...need, ...changes })).toBe(cause);
  });

  it("refuses a number of annotations that is none", () => {
    for (const everyAnnotations of [0, -5, 1.5, Number.NaN])
      expect(() => startPolicy({ everyAnnotations })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
