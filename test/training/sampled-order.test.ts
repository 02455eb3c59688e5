import { describe, expect, it } from "vitest";
import type { Target } from "../../src/core/dataset.js";
import type { Task } from "../../src/core/task.js";
import { type SamplerName, sampledOrder } from "../../src/training/sampled-order.js";

/** 90 items of class 0, 9 of class 1 and 1 of class 2. */
const CLASSES: readonly number[] = Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : i < 99 ? 1 : 2));

function order(targets: readonly NonNullable<Target>[], sampler: SamplerName, task: Task = "single", seed = 1) {
  return sampledOrder(targets, { sampler, task, seed });
}

/** The share of the draws of many epochs that fall on each group. */
function shares(
  targets: readonly NonNullable<Target>[],
  sampler: SamplerName,
  groupOf: (position: number) => number,
  epochs = 200,
) {
  const orderOf = order(targets, sampler);
  const counts: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const position of orderOf(epoch)) counts[groupOf(position)] = (counts[groupOf(position)] ?? 0) + 1;
  return counts.map((count) => count / (epochs * targets.length));
}

describe("sampledOrder", () => {
  it("draws each item once by instance, in another order each epoch", () => {
    const orderOf = order(CLASSES, "instance");
    for (const epoch of [0, 1]) expect([...orderOf(epoch)].sort((a, b) => a - b)).toEqual([...CLASSES.keys()]);
    expect(orderOf(0)).not.toEqual(orderOf(1));
  });

  it("draws each class as often by class", () => {
    shares(CLASSES, "class", (position) => CLASSES[position]!).forEach((share) => {
      expect(share).toBeCloseTo(1 / 3, 1.5);
    });
  });

  it("draws classes by the square root of their items by square root", () => {
    const roots = [Math.sqrt(90), 3, 1];
    const total = roots.reduce((sum, root) => sum + root);
    shares(CLASSES, "squareroot", (position) => CLASSES[position]!).forEach((share, c) => {
      expect(share).toBeCloseTo(roots[c]! / total, 1.5);
    });
  });

  it("draws all items of a class before one comes again", () => {
    const few = [0, 0, 0, 0, 1];
    const drawn = order(few, "class")(0).filter((position) => few[position] === 0);
    expect(new Set(drawn.slice(0, 4)).size).toBe(Math.min(4, drawn.length));
  });

  it.each(["instance", "class", "squareroot"] as const)(
    "is the same for the same seed and epoch, whatever came before: %s",
    (sampler) => {
      const [one, other] = [order(CLASSES, sampler), order(CLASSES, sampler)];
      one(0);
      expect(one(3)).toEqual(other(3));
      expect(order(CLASSES, sampler, "single", 2)(3)).not.toEqual(other(3));
      expect(other(3)).toHaveLength(CLASSES.length);
    },
  );

  it("leaves out what does not count", () => {
    expect(new Set(order([0, -100, 1, 1], "class")(0))).not.toContain(1);
    expect(
      new Set(
        order(
          [
            [1, null],
            [null, null],
            [null, 0],
          ],
          "class",
          "multi",
        )(0),
      ),
    ).not.toContain(1);
  });

  it("draws labels by themselves from those that have a label and those that have not, as often", () => {
    // One of 50 items has the label: by its two groups it is every second draw.
    const rare: readonly (readonly number[])[] = Array.from({ length: 50 }, (_, i) => [Number(i === 7)]);
    const orderOf = order(rare, "class", "multi");
    let hits = 0;
    for (let epoch = 0; epoch < 200; epoch++) hits += orderOf(epoch).filter((position) => position === 7).length;
    expect(hits / (200 * 50)).toBeCloseTo(0.5, 1.5);
  });

  it("refuses numbers, and items without a class", () => {
    expect(() => order([1.5, 2], "class", "regression")).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
    expect(() => order([-100], "squareroot")).toThrow(expect.objectContaining({ code: "E_DATA" }));
    expect(() => order([[null]], "class", "multi")).toThrow(expect.objectContaining({ code: "E_DATA" }));
  });
});
