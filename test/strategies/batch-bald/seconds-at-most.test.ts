import { expect, it } from "vitest";
import type { JointInformation } from "../../../src/strategies/batch-bald/joint-information.js";
import { secondsAtMost } from "../../../src/strategies/batch-bald/lazy-greedy.js";

const joint = {
  labels: 1,
  classes: 10,
  draws: 100,
  secondsPerItem: async (configurations: number) => configurations * 1e-6,
} as JointInformation;

it("adds up the rounds, in proportion to their configurations", async () => {
  // 10 + 100 + 1000 + 5 * 1024 configurations for each item
  const run = { items: 10_000, picks: 9, maxConfigurations: 1024 };
  expect(await secondsAtMost(joint, run)).toBeCloseTo(10_000 * 6230e-6, 6);
});

it("does not measure for a short run", async () => {
  expect(await secondsAtMost(joint, { items: 10_000, picks: 1, maxConfigurations: 1024 })).toBeUndefined();
  expect(await secondsAtMost(joint, { items: 100, picks: 5, maxConfigurations: 1024 })).toBeUndefined();
});

it("counts each label of several", async () => {
  const two = { ...joint, classes: 2, draws: 10 } as JointInformation;
  const run = { items: 10_000, picks: 9, maxConfigurations: 64 };
  expect(await secondsAtMost(two, run)).toBeUndefined();
  // 2 + 4 + 8 + 16 + 32 + 3 * 64 configurations for each item; how long all labels take is measured
  expect(await secondsAtMost({ ...two, labels: 300 } as JointInformation, run)).toBeCloseTo(10_000 * 254e-6, 6);
});
