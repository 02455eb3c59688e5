import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { type CellEvent, planCell } from "../../src/experiment/experiment-plan.js";
import { cellSteps, drawsOf, readResults, readTimings } from "../../src/experiment/experiment-results.js";
import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { runExperiment } from "../../src/experiment/run-experiment.js";
import { readRunRecord } from "../../src/experiment/run-record.js";
import { temporaryFolder } from "../temporary-folder.js";
import { damagedModel, sentences, tinyConfig, writeSentences } from "./tiny-config.js";

const golden = fileURLToPath(new URL("./golden/results.jsonl", import.meta.url));
const child = fileURLToPath(new URL("./run-child.ts", import.meta.url));

describe("runExperiment", () => {
  let folder: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    await writeSentences(folder);
  });
  const run = async (changes: Record<string, unknown> = {}, output = join(folder, "out"), signal?: AbortSignal) => {
    const prepared = await prepareExperiment({ ...tinyConfig(folder), ...changes }, {});
    await runExperiment(prepared, { output, threads: 1, ...(signal && { signal }) });
    return readFile(join(output, "results.jsonl"), "utf8");
  };

  /** Starts the tiny experiment in a process of its own, and kills it as soon as it says `word`. */
  async function killedAt(word: string, output: string, processes = 1): Promise<boolean> {
    const running = spawn(process.execPath, ["--import", "tsx", child, folder, output, String(processes)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    running.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes(word)) running.kill("SIGKILL");
    });
    const [, signal] = (await once(running, "exit")) as [number | null, NodeJS.Signals | null];
    return signal === "SIGKILL";
  }

  it("gives the results that are known, byte for byte", async () => {
    expect(await run()).toBe(await readFile(golden, "utf8"));
    const record = await readRunRecord(join(folder, "out"));
    expect(record).toMatchObject({ config: { seeds: [1, 2], strategies: ["random", "topk:entropy"] }, machine: { threads: 1 } });
    expect(Object.keys(record!.versions)).toEqual(["baaljs", "node", "onnxruntime-node"]);
    const timings = await readTimings(join(folder, "out"));
    expect(timings).toHaveLength(12);
    expect(timings.every(({ seconds }) => seconds.train > 0)).toBe(true);
    // Strategies of one seed start alike, those of another do not.
    const results = await readResults(join(folder, "out"));
    const first = results.filter(({ step }) => step === 0).map(({ metrics }) => metrics["macroF1"]);
    expect([first[0], first[2]]).toEqual([first[1], first[3]]);
    expect(results.map(({ labels }) => labels).slice(0, 3)).toEqual([12, 16, 20]);
    expect(results[2]!.classCounts!.reduce((a, b) => a + b, 0)).toBe(20);
  });

  it("spends most draws on the items that may be picked, by the masks and the layers that are asked for", async () => {
    const { model } = tinyConfig(folder) as { readonly model: object };
    const patch = { masks: "balanced", where: { lastLayers: 1 } };
    await run({ iterations: 8, draws: { min: 2, keep: 2 }, seeds: [1], model: { ...model, patch } });
    const log = await readFile(join(folder, "out", "cells", "topk-entropy-1", "steps.jsonl"), "utf8");
    const [, first] = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly details?: { readonly draws?: object } });
    const { passes, allPasses } = first!.details!.draws as { readonly passes: number; readonly allPasses: number };
    expect(allPasses).toBe((60 - 12) * 8);
    // 2 draws of all, then 3 more of 8 items, then the last 3 of those that are left.
    expect(passes).toBeGreaterThan((60 - 12) * 2);
    expect(passes).toBeLessThan(allPasses / 2);
  });

  it("records what adaptive draws have cost, of a continued run all of it", async () => {
    const stop = new AbortController();
    const output = join(folder, "adaptive");
    const prepared = await prepareExperiment({ ...tinyConfig(folder), iterations: 8, draws: { min: 2, keep: 2 } }, {});
    const options = { output, threads: 1 };
    const onEvent = ({ type, cell }: CellEvent) => {
      if (type === "step" && cell.strategy !== "random") stop.abort();
    };
    await expect(runExperiment(prepared, { ...options, signal: stop.signal, onEvent })).rejects.toMatchObject({
      code: "E_ABORTED",
    });
    const half = (await readRunRecord(output))!.drawsSpent!;
    const record = await runExperiment(prepared, options);
    expect(await readRunRecord(output)).toEqual(record);
    // Two seeds pick twice, from 48 and from 44 candidates; random sampling draws nothing.
    expect(record.drawsSpent).toEqual([{ strategy: "topk:entropy", passes: expect.any(Number), allPasses: 2 * (48 + 44) * 8 }]);
    expect(half).toMatchObject([{ strategy: "topk:entropy", allPasses: 48 * 8 }]);
    const steps = await Promise.all([1, 2].map((seed) => cellSteps(output, planCell("topk:entropy", seed))));
    const passes = steps.flat().map((step) => drawsOf(step)?.passes ?? 0);
    expect(record.drawsSpent![0]!.passes).toBe(passes.reduce((a, b) => a + b));
  });

  it("says nothing of draws where all are made", async () => {
    await run({ seeds: [1] });
    expect(await readFile(join(folder, "out", "run.json"), "utf8")).not.toContain("drawsSpent");
  });

  it("goes on after SIGKILL in the middle of a training, of a selection and between steps, to the same bytes", {
    timeout: 120_000,
  }, async () => {
    const output = join(folder, "killed");
    for (const word of ["train 0.33", "step random 1", "select ", "step topk:entropy 1"])
      expect(await killedAt(word, output)).toBe(true);
    expect(await run({}, output)).toBe(await readFile(golden, "utf8"));
  });

  it("gives the same in several processes, after a kill too, whose children end with it", { timeout: 120_000 }, async () => {
    const output = join(folder, "processes");
    expect(await killedAt("step random 0", output, 2)).toBe(true);
    const prepared = await prepareExperiment(tinyConfig(folder), {});
    await runExperiment(prepared, { output, processes: 2, threads: 1 });
    expect(await readFile(join(output, "results.jsonl"), "utf8")).toBe(await readFile(golden, "utf8"));
  });

  it("stops when it is aborted, and goes on", async () => {
    const controller = new AbortController();
    const output = join(folder, "aborted");
    const prepared = await prepareExperiment(tinyConfig(folder), {});
    const onEvent = ({ type }: { readonly type: string }) => type === "step" && controller.abort();
    await expect(runExperiment(prepared, { output, threads: 1, signal: controller.signal, onEvent })).rejects.toMatchObject({
      code: "E_ABORTED",
    });
    expect(await run({}, output)).toBe(await readFile(golden, "utf8"));
  });

  it("refuses a folder of another configuration or of other data, naming what differs", async () => {
    const short = { seeds: [1], steps: 1 };
    await run(short);
    // What only a report asks may change.
    await run({ ...short, name: "other", targets: { accuracy: [0.5] } });
    expect((await readRunRecord(join(folder, "out")))!.config["targets"]).toEqual({ accuracy: [0.5] });
    await expect(run({ ...short, querySize: 5 })).rejects.toMatchObject({
      ...{ code: "E_CHECKPOINT", message: expect.stringContaining("different are querySize") },
    });
    await writeFile(
      join(folder, "test.jsonl"),
      sentences(30, 9)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(""),
    );
    await expect(run(short)).rejects.toMatchObject({ code: "E_CHECKPOINT", message: expect.stringContaining("data.files") });
  });

  it("begins each cell with the same weights, where steps keep them", async () => {
    await run({ weights: "keep", seeds: [1], steps: 2, evaluation: {} });
    const results = await readResults(join(folder, "out"));
    const starts = results.filter(({ step }) => step === 0).map(({ metrics }) => metrics["loss"]);
    expect(starts[1]).toBe(starts[0]);
    expect(new Set(results.map(({ metrics }) => metrics["loss"])).size).toBe(3);
  });

  it("trains on everything, once, for the ceiling", async () => {
    await run({ seeds: [1], initialLabels: "all", strategies: ["random"] });
    const results = await readResults(join(folder, "out"));
    expect(results.map(({ strategy, labels }) => [strategy, labels])).toEqual([["random", 60]]);
    expect(results[0]!.classCounts).toEqual([20, 20, 20]);
  });

  it("lets a run that never began be replaced", async () => {
    const short = { seeds: [1], steps: 1 };
    const model = { pretrained: await damagedModel(join(folder, "damaged")) };
    await expect(run({ ...short, model })).rejects.toThrow();
    expect(await readRunRecord(join(folder, "out"))).toBeDefined();
    expect(await run(short)).toContain('"step":0');
  });

  it("goes on with the threads that it was begun with", async () => {
    await run({ seeds: [1], steps: 1 });
    const prepared = await prepareExperiment({ ...tinyConfig(folder), seeds: [1], steps: 1 }, {});
    const notes: string[] = [];
    await runExperiment(prepared, { output: join(folder, "out"), threads: 2, onNote: (text) => notes.push(text) });
    expect(notes).toEqual([expect.stringContaining("begun with 1 threads")]);
  });

  it("begins with items per class, or those that a strategy picks, and pretrains once per seed", async () => {
    const one = { seeds: [1], steps: 1, strategies: ["badge"] };
    await run({ ...one, initialLabels: { classes: { food: 3, oos: 1 } } }, join(folder, "classes"));
    expect((await readResults(join(folder, "classes")))[0]!.classCounts).toEqual([3, 1, 0]);
    const cold = { ...one, initialLabels: { strategy: "typiclust", count: 6 }, pretraining: { maxSteps: 2 } };
    await run(cold, join(folder, "cold"));
    expect((await readResults(join(folder, "cold"))).map(({ labels }) => labels)).toEqual([6, 6]);
    expect((await readdir(join(folder, "cold", "pretraining"))).filter((name) => name.startsWith("seed"))).toEqual([
      "seed-1.safetensors",
    ]);
  });

  /** All that looks at more than labelled items: pretraining, checkpoints, stopping, strategies that look at targets or features. */
  const everything = {
    strategies: ["topk:entropy", "topk:epig", "typiclust"],
    pretraining: { maxSteps: 2, batchSize: 8 },
    training: { maxSteps: 12, batchSize: 8, learningRate: 0.02, evalStrategy: "steps", evalSteps: 4, loadBestModelAtEnd: true },
    stopping: { earlyStopping: { metric: "loss", patience: 9 }, stabilisedPredictions: { kappa: 1, items: 10 } },
  };

  it.each<[string, Record<string, unknown>, boolean]>([
    ["threshold", { outOfScope: { label: "oos", protocol: "threshold", score: "entropy" } }, false],
    ["threshold", { outOfScope: { label: "oos", protocol: "threshold" }, ...everything }, true],
    ["class", { outOfScope: { label: "oos" }, ...everything }, true],
  ])(
    "never trains or tunes on test items (%s, %j): other ones change no pick and no threshold, other validation items do",
    {
      timeout: 60_000,
    },
    async (protocol, changes, isTuned) => {
      const threshold = { seeds: [1], steps: 2, strategies: ["topk:entropy"], ...changes, evaluation: {} };
      const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      const decided = async (name: string) => {
        const output = join(folder, name);
        await mkdir(output);
        await run(threshold, output);
        const results = await readResults(output);
        return {
          picks: results.map(({ selected, classCounts }) => ({ selected, classCounts })),
          thresholds: results.map(({ metrics }) => metrics["outOfScopeThreshold"]),
          accuracies: results.map(({ metrics }) => metrics["inScopeAccuracy"]),
          validations: results.map(({ metrics }) => metrics["validationLoss"]),
        };
      };
      const before = await decided("before");
      // Words that the pool does not have, and labels turned around.
      const turned = { food: "oos", oos: "weather", weather: "food" } as const;
      const others = sentences(33, 77).map(({ text, kind }) => ({
        text: `zebra ${text} quux`,
        kind: turned[kind as keyof typeof turned],
      }));
      await writeFile(join(folder, "test.jsonl"), lines(others));
      const after = await decided("after");
      expect(after.picks).toEqual(before.picks);
      expect(after.thresholds).toEqual(before.thresholds);
      expect(after.validations).toEqual(before.validations);
      expect(after.accuracies).not.toEqual(before.accuracies);
      await writeFile(join(folder, "validation.jsonl"), lines(others));
      const tuned = await decided("tuned");
      // Here they choose the threshold alone; else a checkpoint, and EPIG's picks, too.
      if (!isTuned) expect(tuned.picks).toEqual(before.picks);
      if (isTuned) expect(tuned.validations).not.toEqual(before.validations);
      if (protocol === "threshold") expect(tuned.thresholds).not.toEqual(before.thresholds);
    },
  );
});
