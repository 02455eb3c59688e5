import { expect, it } from "vitest";
import { windowCounts } from "../../../src/label-studio/http/limit-failures.js";

it("counts within a window of a clock that does not jump, and forgets what is over", () => {
  let now = 0;
  const counts = windowCounts(60_000, () => now);
  const hits = (key: string) => (counts.increment(key) as { totalHits: number }).totalHits;
  expect([hits("a"), hits("a"), hits("b")]).toEqual([1, 2, 1]);
  counts.decrement("a");
  expect(hits("a")).toBe(2);
  now = 59_999;
  expect(hits("a")).toBe(3);
  now = 60_000;
  expect(hits("a")).toBe(1);
  counts.resetKey("a");
  expect(hits("a")).toBe(1);
});
