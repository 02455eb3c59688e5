import { defineConfig } from "vitest/config";

/** Rooms whose tests leave nothing behind in their process: one process for many files, so that the package is loaded once and not by each. */
const SHARED = [
  "core",
  "engine",
  "metrics",
  "neighbours",
  "heuristics",
  "strategies",
  "calibration",
  "hygiene",
  "data",
  "bayesian",
].map((room) => `test/${room}/**/*.test.ts`);
/** Counts the sessions of its process. */
const ALONE = "test/engine/runtime/session.test.ts";

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    // A test that takes 30 s alone may share two cores with another: limits are for what hangs, not for what is slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: "alone", include: ["test/**/*.test.ts"], exclude: SHARED } },
      { extends: true, test: { name: "runtime", include: [ALONE] } },
      { extends: true, test: { name: "shared", include: SHARED, exclude: [ALONE], isolate: false } },
    ],
  },
});
