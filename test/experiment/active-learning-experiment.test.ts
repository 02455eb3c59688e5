import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ActiveLearningDataset } from "../../src/active/active-learning-dataset.js";
import type { StoppingCriterion } from "../../src/active/stopping.js";
import { temporaryFolder } from "../temporary-folder.js";
import { blobs, blobsExperiment } from "./blobs-experiment.js";

const logOf = (folder: string) => readFile(join(folder, "steps.jsonl"), "utf8");

describe("ActiveLearningExperiment", () => {
  it("labels at random first, then what the strategy picks, and stops after the last step", async () => {
    const dataset = new ActiveLearningDataset(blobs(60, 1), { seed: 3 });
    const steps = await blobsExperiment({ dataset }).run();
    expect(steps.map(({ numLabelled }) => numLabelled)).toEqual([4, 8, 12, 16, 20, 24]);
    expect(steps.map(({ poolSize }) => poolSize)).toEqual([56, 52, 48, 44, 40, 36]);
    expect(steps.slice(0, 5).flatMap(({ selected }) => selected)).toEqual(dataset.labelledIndices.slice(4));
    expect(steps[0]!.meanScore).toBeGreaterThan(0);
    expect(steps.at(-1)).toMatchObject({ selected: [], stopReason: expect.stringContaining("6 steps") });
    expect(steps.at(-1)!.metrics["accuracy"]).toBeGreaterThan(0.6);
  });

  it("is seeded: the same again, and another run with another seed", async () => {
    const steps = await blobsExperiment().run();
    expect(await blobsExperiment().run()).toEqual(steps);
    expect(await blobsExperiment({ seed: 8 }).run()).not.toEqual(steps);
  });

  it("ends when the pool is empty", async () => {
    const dataset = new ActiveLearningDataset(blobs(10, 1));
    const steps = await blobsExperiment({ dataset, strategy: "random", steps: 99 }).run();
    expect(steps.at(-1)).toMatchObject({ numLabelled: 10, poolSize: 0, stopReason: "The pool is empty." });
  });

  it("stops when the criterion says so, and records why", async () => {
    const criterion: StoppingCriterion = {
      name: "enough",
      reasonToStop: (history) => (history.at(-1)!.numLabelled >= 12 ? "12 labels are enough" : undefined),
    };
    const steps = await blobsExperiment({ criterion }).run();
    expect(steps.map(({ numLabelled }) => numLabelled)).toEqual([4, 8, 12]);
    expect(steps.at(-1)!.stopReason).toBe("enough: 12 labels are enough");
  });

  it("scores a part of the pool, by dataset index, and predicts a stop set", async () => {
    const steps = await blobsExperiment({ poolSize: 10, stopSet: blobs(7, 5) }).run();
    expect(new Set(steps.flatMap(({ selected }) => selected)).size).toBe(20);
    expect(steps[0]!.predictedClasses).toHaveLength(7);
  });

  it("goes on where it was aborted, in the same process, to the same log byte for byte", async () => {
    const [whole, parts] = [await temporaryFolder(), await temporaryFolder()];
    await blobsExperiment({ outputDir: whole }).run();
    const experiment = blobsExperiment({ outputDir: parts });
    const controller = new AbortController();
    const aborted = experiment.run({
      signal: controller.signal,
      onStep: ({ step }) => step === 2 && controller.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: "E_ABORTED" });
    await experiment.run();
    expect(await logOf(parts)).toBe(await logOf(whole));
  });

  it("goes on after SIGKILL at different moments, in new processes, to the same log byte for byte", {
    timeout: 60_000,
  }, async () => {
    const [whole, parts] = [await temporaryFolder(), await temporaryFolder()];
    await blobsExperiment({ outputDir: whole }).run();
    const file = fileURLToPath(new URL("./experiment-child.ts", import.meta.url));
    for (const word of ["predict", "1\n", "3\n"]) {
      const child = spawn(process.execPath, ["--import", "tsx", file, parts], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes(word)) child.kill("SIGKILL");
      });
      await once(child, "exit");
    }
    await blobsExperiment({ outputDir: parts }).run();
    expect(await logOf(parts)).toBe(await logOf(whole));
  });

  it("goes on in memory after an abort, without a folder", async () => {
    const whole = await blobsExperiment().run();
    const experiment = blobsExperiment();
    const controller = new AbortController();
    const onStep = ({ step }: { step: number }) => step === 2 && controller.abort();
    await expect(experiment.run({ signal: controller.signal, onStep })).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(await experiment.run()).toEqual(whole);
  });

  it.each(["memory", "folder"] as const)(
    "goes on from the last step's weights, kept in %s, where these are not reset",
    async (place) => {
      const options = { weights: "keep" as const, ...(place === "folder" ? { outputDir: temporaryFolder() } : {}) };
      const whole = await blobsExperiment({ weights: "keep" }).run();
      expect(whole).not.toEqual(await blobsExperiment().run());
      const first = blobsExperiment(options);
      for (const last of [1, 3]) {
        const controller = new AbortController();
        const onStep = ({ step }: { step: number }) => step === last && controller.abort();
        await expect(first.run({ signal: controller.signal, onStep })).rejects.toMatchObject({ code: "E_ABORTED" });
      }
      // A folder continues in another object (another process), memory only in the same one.
      expect(await (place === "folder" ? blobsExperiment(options) : first).run()).toEqual(whole);
      if (options.outputDir === undefined) return;
      expect(await readdir(options.outputDir)).toEqual(["steps.jsonl", "weights-0005.safetensors"]);
    },
  );

  it("says which weights are missing", async () => {
    const options = { weights: "keep" as const, outputDir: temporaryFolder() };
    await blobsExperiment(options).run();
    await rm(join(options.outputDir, "weights-0005.safetensors"));
    await expect(blobsExperiment(options).run()).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringContaining("weights-0005"),
    });
  });

  it("keeps a metric that is not defined through the log", async () => {
    const folder = temporaryFolder();
    const experiment = blobsExperiment({ outputDir: folder, steps: 1 });
    await experiment.run();
    const log = await logOf(folder);
    await writeFile(join(folder, "steps.jsonl"), log.replace(/"accuracy":[\d.]+/, '"accuracy":null'));
    const [step] = await experiment.run();
    expect(step!.metrics["accuracy"]).toBeNaN();
  });

  it("drops a line that was cut short, and refuses a damaged one", async () => {
    const folder = await temporaryFolder();
    await blobsExperiment({ outputDir: folder }).run();
    const whole = await logOf(folder);
    const lines = whole.split("\n");
    await writeFile(join(folder, "steps.jsonl"), `${lines.slice(0, 4).join("\n")}\n`);
    await appendFile(join(folder, "steps.jsonl"), lines[4]!.slice(0, 20));
    await blobsExperiment({ outputDir: folder }).run();
    expect(await logOf(folder)).toBe(whole);
    await writeFile(join(folder, "steps.jsonl"), whole.replace('"step":2', '"step":"two"'));
    await expect(blobsExperiment({ outputDir: folder }).run()).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringContaining("line 4"),
    });
  });

  it("refuses a folder of another experiment", async () => {
    const folder = await temporaryFolder();
    await blobsExperiment({ outputDir: folder, steps: 2 }).run();
    await expect(blobsExperiment({ outputDir: folder, steps: 2, querySize: 5 }).run()).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringMatching(/another experiment: settings\.querySize was \d+, now 5\. Use another folder/),
    });
  });

  it("refuses unusable options at once", () => {
    const refused = expect.objectContaining({ code: "E_ARGUMENT" });
    expect(() => blobsExperiment({ querySize: 0 })).toThrow(refused);
    expect(() => blobsExperiment({ strategy: "best" })).toThrow(refused);
    expect(() => blobsExperiment({ poolSize: 1.5 })).toThrow(refused);
  });

  it("needs a target data set for a strategy that asks for one, before any training", () => {
    const strategy = { name: "asking", needs: ["target"] as const, select: () => ({ indices: [], scores: [] }) };
    expect(() => blobsExperiment({ strategy })).toThrow(expect.objectContaining({ code: "E_ARGUMENT" }));
  });
});
