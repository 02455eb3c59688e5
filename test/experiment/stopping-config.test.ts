import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { planCell } from "../../src/experiment/experiment-plan.js";
import { cellSteps, readResults } from "../../src/experiment/experiment-results.js";
import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { writeReport } from "../../src/experiment/report/write-report.js";
import { runExperiment } from "../../src/experiment/run-experiment.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig, writeSentences } from "./tiny-config.js";

describe("an experiment with criteria to stop by", () => {
  let folder: string;
  let output: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    output = join(folder, "out");
    await writeSentences(folder);
  });
  const run = async (changes: Record<string, unknown>) => {
    const config = { ...tinyConfig(folder), seeds: [1], steps: 6, evaluation: {}, ...changes };
    await runExperiment(await prepareExperiment(config, {}), { output, threads: 1 });
    return readResults(output);
  };

  it("ends each cell at its budget, says why, and does not begin it again", async () => {
    const results = await run({ stopping: { budget: 20 } });
    expect(results.map(({ labels }) => labels)).toEqual([12, 16, 20, 12, 16, 20]);
    expect(results.map(({ stopped }) => stopped !== undefined)).toEqual([false, false, true, false, false, true]);
    expect(results.at(-1)!.stopped).toBe("labellingBudget: 20 items are labelled, of a budget of 20.");
    expect(await run({ stopping: { budget: 20 } })).toEqual(results);
    const { data } = await writeReport([output], { output });
    expect(data["earlyEnds"]).toMatchObject([
      { name: "random", seed: 1, labels: 20, reason: expect.stringContaining("budget") },
      { name: "topk:entropy" },
    ]);
    expect(data["areaUnderCurve"]).toContainEqual(
      expect.objectContaining({ name: "topk:entropy", metric: "accuracy", seeds: 1 }),
    );
  });

  it("watches a metric on validation items, not on test items", async () => {
    const results = await run({ stopping: { earlyStopping: { metric: "loss", patience: 1, threshold: 100 } } });
    // No loss improves by 100.
    expect(results.map(({ labels }) => labels)).toEqual([12, 16, 12, 16]);
    expect(results[1]!.stopped).toMatch(/^earlyStopping: validationLoss has not improved/);
    for (const { metrics } of results) {
      expect(metrics["validationLoss"]).toBeGreaterThan(0);
      expect(metrics["validationLoss"]).not.toBe(metrics["loss"]);
    }
  });

  it("watches what strategies have that score items, and lets the others go on", async () => {
    const results = await run({ steps: 3, stopping: { lowUncertainty: { threshold: 99 } } });
    expect(results.map(({ strategy, labels }) => `${strategy} ${labels}`)).toEqual([
      ...["random 12", "random 16", "random 20", "topk:entropy 12"],
    ]);
  });

  it("watches how far models agree on a set of items, the same for all strategies", async () => {
    await run({ steps: 5, stopping: { stabilisedPredictions: { kappa: 0.01, steps: 2, items: 25 } } });
    const [random, entropy] = [
      await cellSteps(output, planCell("random", 1)),
      await cellSteps(output, planCell("topk:entropy", 1)),
    ];
    expect(random[0]!.predictedClasses).toHaveLength(25);
    expect(entropy[0]!.predictedClasses).toEqual(random[0]!.predictedClasses);
    expect(random.at(-1)!.stopReason).toMatch(/^stabilisedPredictions: The last 3 models agree/);
    expect(random.length).toBeLessThan(5);
  });

  it("can ask all criteria to agree", async () => {
    const stopping = { when: "all", budget: 16, earlyStopping: { patience: 2, threshold: 100 } };
    expect((await run({ stopping })).map(({ labels }) => labels)).toEqual([12, 16, 20, 12, 16, 20]);
  });
});

describe("an experiment of strategies with options", () => {
  it("runs each under its label, and reports them apart", async () => {
    const folder = temporaryFolder();
    const output = join(folder, "out");
    await writeSentences(folder);
    const strategies = [
      { name: "power:entropy", beta: 50 },
      "power:entropy",
      { name: "power:entropy", beta: 0, label: "uniform" },
    ];
    const config = { ...tinyConfig(folder), strategies, seeds: [1], steps: 2 };
    await runExperiment(await prepareExperiment(config, {}), { output, threads: 1 });
    const results = await readResults(output);
    const first = new Map(results.filter(({ step }) => step === 0).map(({ strategy, selected }) => [strategy, selected]));
    expect([...first.keys()]).toEqual(["random", "power:entropy (beta 50)", "power:entropy", "uniform"]);
    expect(first.get("power:entropy (beta 50)")).not.toEqual(first.get("uniform"));
    // Nearly the top four: the best is among them.
    const [step] = await cellSteps(output, planCell("power:entropy (beta 50)", 1));
    const uncertain = step!.details!["uncertain"] as readonly { readonly index: number }[];
    expect(first.get("power:entropy (beta 50)")).toContain(uncertain[0]!.index);
    const { data } = await writeReport([output], { output });
    expect(data["areaUnderCurve"]).toContainEqual(expect.objectContaining({ name: "uniform", difference: expect.anything() }));
  });
});
