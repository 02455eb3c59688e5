import { expect, it } from "vitest";
import { confusionMatrix } from "../../src/metrics/classification-metrics.js";
import { probs_N_C, targets_N } from "./hand-checked.js";

it("counts targets in rows and predictions in columns", () => {
  expect([...confusionMatrix(probs_N_C, targets_N)]).toEqual([1, 1, 0, 0, 0, 0, 0, 1, 1]);
});
