import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { createSchedule, type ScheduleName } from "../../src/training/schedules.js";
import { itShared, sharedPath } from "../shared.js";

it.each<[ScheduleName, number[]]>([
  // transformers.get_scheduler(name, num_warmup_steps=2, num_training_steps=6) at steps 0 to 6
  ["linear", [0, 0.5, 1, 0.75, 0.5, 0.25, 0]],
  ["cosine", [0, 0.5, 1, 0.8535533905932737, 0.5, 0.1464466094067262, 0]],
  ["constant", [1, 1, 1, 1, 1, 1, 1]],
  ["constant_with_warmup", [0, 0.5, 1, 1, 1, 1, 1]],
])("%s gives Hugging Face's shares", (name, expected) => {
  const schedule = createSchedule(name, { warmupSteps: 2, totalSteps: 6 });
  expected.forEach((share, step) => {
    expect(schedule(step)).toBeCloseTo(share, 12);
  });
});

it("starts at the full rate without a warm-up and never falls below zero", () => {
  const schedule = createSchedule("linear", { warmupSteps: 0, totalSteps: 4 });
  expect([0, 2, 4, 9].map(schedule)).toEqual([1, 0.5, 0, 0]);
});

itShared("a function of the step gives the golden run's own warm-up", () => {
  const { training } = JSON.parse(readFileSync(sharedPath("fixtures", "distilbert-tiny", "expected.json"), "utf8")) as {
    training: { steps: { learningRate: number }[] };
  };
  const schedule = createSchedule((step) => (step < 2 ? (step + 1) / 2 : (8 - step) / 6), { warmupSteps: 0, totalSteps: 8 });
  expect(training.steps).toHaveLength(8);
  training.steps.forEach(({ learningRate }, step) => {
    expect(5e-4 * schedule(step)).toBeCloseTo(learningRate, 12);
  });
});
