import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { getStrategy, strategyNames } from "../../src/strategies/registry.js";
import { isScoreStrategy } from "../../src/strategies/strategy.js";

describe("getStrategy", () => {
  it("knows the strategies over every heuristic, in any case of letters", () => {
    expect(strategyNames).toEqual(expect.arrayContaining(["random", "power:entropy", "topk:bald"]));
    expect(getStrategy("topK:BALD").name).toBe("topk:bald");
  });

  it("hands the options on", () => {
    const strategy = getStrategy("power:bald", { beta: 0, allowSingleDraw: true });
    expect(strategy.needs).toEqual(["probabilities"]);
    if (!isScoreStrategy(strategy)) throw new Error("power is a strategy over scores");
    const firsts = Array.from(
      { length: 50 },
      (_, seed) => strategy.selectFromScores([0, 1], [0, 1], 1, createRandom(seed)).indices[0],
    );
    expect(new Set(firsts)).toEqual(new Set([0, 1])); // with beta 0 the scores do not count
  });

  it.each(["bald", "power", "topk:", "power:bold", "random:bald", "topk:random", "toString", "power:entropy:x"])(
    "lists the known names for %j",
    (name) => {
      expect(() => getStrategy(name)).toThrow(
        expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(strategyNames.join(", ")) }),
      );
    },
  );
});
