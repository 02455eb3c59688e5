import { expect, it } from "vitest";
import { shareDifference, wilsonInterval } from "../../src/metrics/wilson-interval.js";

it("ends where the share that was counted is 1.96 standard errors away, within [0, 1] for all counts", () => {
  for (const [right, items] of [
    [8, 10],
    [52, 60],
    [0, 5],
    [5, 5],
  ] as const) {
    const share = right / items;
    const { low, high } = wilsonInterval(share, items);
    const ends = [...(right > 0 ? [low] : []), ...(right < items ? [high] : [])];
    for (const end of ends) expect(Math.abs(share - end)).toBeCloseTo(1.959964 * Math.sqrt((end * (1 - end)) / items), 8);
    expect([low, high].map((end) => Math.min(1, Math.max(0, end)))).toEqual([low, high]);
  }
  expect(wilsonInterval(0, 5).low).toBe(0);
  expect(wilsonInterval(0.5, 0)).toEqual({ low: 0, high: 1 });
});

it("gives Newcombe's intervals of differences", () => {
  // Table II of the paper, method 10.
  const rows = [
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [5, 56, 0, 29, -0.0381, 0.1926],
  ] as const;
  for (const [a, n, b, m, low, high] of rows) {
    const interval = shareDifference({ share: a / n, items: n }, { share: b / m, items: m });
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  }
});
