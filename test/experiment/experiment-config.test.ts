import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { experimentConfig } from "../../src/experiment/experiment-config.js";
import { planCell } from "../../src/experiment/experiment-plan.js";
import { parseOverride, withField } from "../../src/experiment/read-config.js";
import { strategyLabel, strategyOf } from "../../src/experiment/strategy-spec.js";
import { isScoreStrategy } from "../../src/strategies/strategy.js";

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

  it("takes strategies with options of their own, under labels that differ", () => {
    const strategies = [
      { name: "Power:BALD", beta: 4 },
      "power:bald",
      { name: "power:bald", beta: 8, label: "colder" },
      { name: "subset:50:topk:entropy", average: "probabilities" },
      { name: "badge" },
    ];
    const config = experimentConfig({ ...good, strategies });
    expect(config.strategies.map(strategyLabel)).toEqual([
      ...["random", "power:bald (beta 4)", "power:bald", "colder", "subset:50:topk:entropy (average probabilities)", "badge"],
    ]);
    expect(config.strategies[5]).toBe("badge");
    expect(experimentConfig(config)).toEqual(config);
    const folders = config.strategies.map((spec) => planCell(strategyLabel(spec), 3).folder);
    expect(folders.slice(0, 3)).toEqual(["cells/random-3", "cells/power-bald-beta-4-3", "cells/power-bald-3"]);
  });

  it("makes a strategy with its options", () => {
    const pool = { indices: Array.from({ length: 50 }, (_, i) => i) };
    const scores = Float64Array.from(pool.indices, (i) => (i + 1) / 50);
    const picked = (beta: number) => {
      const strategy = strategyOf({ name: "power:entropy", beta });
      if (!isScoreStrategy(strategy)) throw new Error("power sampling picks from scores");
      return strategy.selectFromScores(pool.indices, scores, 5, createRandom(1)).indices;
    };
    expect(picked(200)).toEqual([49, 48, 47, 46, 45]);
    expect(picked(1)).not.toEqual(picked(200));
  });

  it("takes criteria to stop by", () => {
    const stopping = {
      budget: 50,
      earlyStopping: { patience: 2 },
      lowUncertainty: { threshold: 0.1 },
      stabilisedPredictions: {},
    };
    const config = experimentConfig({ ...good, stopping });
    expect(config.stopping).toMatchObject({
      when: "any",
      earlyStopping: { metric: "accuracy" },
      stabilisedPredictions: { items: 500 },
    });
    expect(experimentConfig(config)).toEqual(config);
  });

  it("is its own input: a child process gets the checked one", () => {
    const config = experimentConfig({ ...good, outOfScope: { protocol: "threshold" }, initialLabels: { perClass: 2 } });
    expect(experimentConfig(config)).toEqual(config);
  });

  it.each([
    [{ queryStep: 3 }, "queryStep"],
    [{ strategies: ["best"] }, 'Unknown strategy "best"'],
    [{ strategies: ["badge", "BADGE"] }, "named twice"],
    [{ strategies: [{ name: "badge", label: "random" }] }, "named twice"],
    [
      {
        strategies: [
          { name: "power:bald", label: "a b" },
          { name: "badge", label: "A-B" },
        ],
      },
      "named twice",
    ],
    [{ strategies: [{ name: "best", beta: 1 }] }, 'Unknown strategy "best"'],
    [
      { strategies: [{ name: "power:bald", betta: 4 }] },
      "power:bald has no option betta; it has beta, labelReduction, allowSingleDraw",
    ],
    [{ strategies: [{ name: "power:bald", beta: "4" }] }, 'power:bald: beta cannot be "4"'],
    [{ strategies: [{ name: "power:bald", beta: -1 }] }, "a finite beta of at least 0"],
    [{ strategies: [{ name: "topk:bald", beta: 1 }] }, "topk:bald has no option beta"],
    [{ strategies: [{ name: "random", label: "chance" }] }, "keeps its name"],
    [{ strategies: [{ beta: 4 }] }, "the name of a strategy is needed"],
    [{ stopping: {} }, "names no criterion"],
    [{ stopping: { budget: 0 } }, "stopping.budget"],
    [{ stopping: { earlyStopping: { patience: 0 } } }, "stopping.earlyStopping.patience"],
    [{ stopping: { patience: 3 } }, "patience"],
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
