import { describe, expect, it } from "vitest";
import { defaultStrategy } from "../../../src/active/picks/default-strategy.js";
import { strategyNames } from "../../../src/strategies/registry.js";

describe("defaultStrategy", () => {
  it.each([
    ["without a label", { labelled: 0, classes: 0, pool: 2000, count: 20 }, "kmeans", "nothing is labelled"],
    ["without a label, the classes named", { labelled: 0, classes: 20, pool: 2000, count: 20 }, "kmeans", "nothing is labelled"],
    ["one class", { labelled: 9, classes: 1, pool: 2000, count: 20 }, "typiclust", "one class alone"],
    ["one label short", { labelled: 39, classes: 20, pool: 2000, count: 20 }, "typiclust", "39 labels of 20 classes"],
    ["two per class", { labelled: 40, classes: 20, pool: 2000, count: 100 }, "topk:margin", "border"],
    ["more than 5 % of the pool", { labelled: 40, classes: 20, pool: 2000, count: 101 }, "power:margin", "5 % of the pool"],
    ["more than 100", { labelled: 40, classes: 20, pool: 100_000, count: 101 }, "power:margin", "more than 100"],
  ] as const)("%s", (_, situation, name, reason) => {
    const chosen = defaultStrategy(situation);
    expect(chosen).toEqual({ name, reason: expect.stringContaining(reason) });
    expect(strategyNames).toContain(chosen.name);
  });
});
