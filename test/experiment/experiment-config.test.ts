import { describe, expect, it } from "vitest";
import { experimentConfig } from "../../src/experiment/experiment-config.js";
import { parseOverride, withField } from "../../src/experiment/read-config.js";

const good = {
  dataset: { name: "intents" },
  model: { recipe: "distilbert-mini" },
  strategies: ["power:entropy"],
  querySize: 10,
  steps: 2,
};

describe("experimentConfig", () => {
  it("fills in defaults, and always compares with random sampling", () => {
    expect(experimentConfig(good)).toMatchObject({
      strategies: ["random", "power:entropy"],
      seeds: [1, 2, 3],
      weights: "reset",
      evaluation: { iterations: 1 },
    });
    expect(experimentConfig({ ...good, strategies: ["BADGE", "random"], seeds: 2 })).toMatchObject({
      strategies: ["badge", "random"],
      seeds: [1, 2],
    });
  });

  it("is its own input: a child process gets the checked one", () => {
    const config = experimentConfig({ ...good, outOfScope: { protocol: "threshold" }, initialLabels: { perClass: 2 } });
    expect(experimentConfig(config)).toEqual(config);
  });

  it.each([
    [{ queryStep: 3 }, "queryStep"],
    [{ strategies: ["best"] }, 'Unknown strategy "best"'],
    [{ strategies: ["badge", "BADGE"] }, "named twice"],
    [{ seeds: [1, 1] }, "named twice"],
    [{ querySize: 0 }, "querySize: a whole number from 1"],
    [{ model: {} }, "model: one of { recipe }"],
    [{ model: { recipe: "a", pretrained: "b" } }, "model: one of { recipe }"],
    [{ initialLabels: { perclass: 2 } }, "initialLabels: a number"],
    [{ initialLabels: { strategy: "warm", count: 2 } }, "initialLabels"],
    [{ training: { learningrate: 1 } }, "Did you mean learningRate"],
    [{ training: { seed: 1 } }, "seeds names the seeds"],
    [{ training: { batchSize: 0 } }, "batchSize"],
    [{ pretraining: { dropout: false } }, "there is no dropout"],
    [{ evaluation: { draws: 5 } }, "draws"],
    [{ outOfScope: { protocol: "guess" } }, "outOfScope.protocol"],
  ])("refuses %j", (wrong, message) => {
    expect(() => experimentConfig({ ...good, ...wrong })).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });
});

describe("parseOverride", () => {
  it("sets a field however deep, its value in YAML", () => {
    const { path, value } = parseOverride("training.freeze=[a.*, b]");
    expect(withField({ training: { x: 1 } }, path, value)).toEqual({ training: { x: 1, freeze: ["a.*", "b"] } });
  });

  it.each(["steps", "=3", "a..b=1", "a=[1"])("refuses %j", (text) => {
    expect(() => parseOverride(text)).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
