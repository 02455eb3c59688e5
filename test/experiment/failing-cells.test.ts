import { readFileSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { type CellEvent, planCell } from "../../src/experiment/experiment-plan.js";
import { cellSteps, readResults, readTimings } from "../../src/experiment/experiment-results.js";
import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { type RunExperimentOptions, runExperiment } from "../../src/experiment/run-experiment.js";
import { temporaryFolder } from "../temporary-folder.js";
import { damagedModel, tinyConfig, writeSentences } from "./tiny-config.js";

const golden = fileURLToPath(new URL("./golden/results.jsonl", import.meta.url));

describe("an experiment with cells that fail", () => {
  let folder: string;
  let output: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    output = join(folder, "out");
    await writeSentences(folder);
  });
  const run = async (options: Partial<RunExperimentOptions> = {}) =>
    runExperiment(await prepareExperiment(tinyConfig(folder), {}), { output, threads: 1, ...options });
  const results = () => readFile(join(output, "results.jsonl"), "utf8");

  it("loses nothing of the others, says which failed, and repeats those alone", async () => {
    const failed: string[] = [];
    const onEvent = (event: CellEvent) => {
      if (event.type === "failed") failed.push(`${event.cell.strategy} ${event.cell.seed}`);
      else if (event.type === "step" && event.cell.folder.endsWith("topk-entropy-1") && event.step.step === 1)
        throw new Error("out of luck");
    };
    await expect(run({ onEvent })).rejects.toMatchObject({
      code: "E_EXPERIMENT",
      message: expect.stringMatching(/^1 of 4 cells failed.*topk:entropy seed 1: out of luck$/),
    });
    expect(failed).toEqual(["topk:entropy 1"]);
    // Its first steps are there, the other cells whole.
    const there = (await readResults(output)).map(({ strategy, seed, step }) => `${strategy} ${seed} ${step}`);
    expect(there).toHaveLength(11);
    expect(there).not.toContain("topk:entropy 1 2");
    const again: string[] = [];
    await run({ onEvent: (event) => event.type === "step" && again.push(`${event.cell.strategy} ${event.cell.seed}`) });
    expect(again).toEqual(["topk:entropy 1"]);
    expect(await results()).toBe(await readFile(golden, "utf8"));
  });

  it.skipIf(process.platform !== "linux")(
    "goes on when a process of several dies, with another one",
    { timeout: 120_000 },
    async () => {
      let killed = 0;
      const onEvent = (event: CellEvent) => {
        if (killed > 0 || event.type !== "progress" || event.phase !== "train" || event.done < 0.3) return;
        const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
        const ours = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("cell-process"));
        killed = Number(ours);
        process.kill(killed, "SIGKILL");
      };
      await expect(run({ onEvent, processes: 2 })).rejects.toMatchObject({
        code: "E_EXPERIMENT",
        message: expect.stringMatching(/^1 of 4 cells failed.*seed 1: Its process was ended by SIGKILL\.$/),
      });
      expect(new Set((await readResults(output)).map(({ strategy, seed }) => `${strategy} ${seed}`)).size).toBeGreaterThan(2);
      await run();
      expect(await results()).toBe(await readFile(golden, "utf8"));
    },
  );

  it("writes results after every step, not only at a cell's end", async () => {
    const seen = new Set<number>();
    let isRunning = true;
    const finished = run().finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      const text = await results().catch(() => "");
      seen.add(text.split("\n").length - 1);
      await setTimeout(1);
    }
    await finished;
    // Cells have three steps.
    expect([...seen].some((lines) => lines % 3 !== 0)).toBe(true);
  });

  it("stops at once where no cell can run", async () => {
    const events: string[] = [];
    const config = { ...tinyConfig(folder), model: { pretrained: await damagedModel(join(folder, "damaged")) } };
    const started = runExperiment(await prepareExperiment(config, {}), {
      ...{ output, threads: 1 },
      onEvent: ({ type }) => events.push(type),
    });
    await expect(started).rejects.not.toMatchObject({ code: "E_EXPERIMENT" });
    expect(events).toEqual([]);
  });

  it("keeps the results of an aborted run's steps", async () => {
    const controller = new AbortController();
    let steps = 0;
    const onEvent = ({ type }: CellEvent) => type === "step" && ++steps === 2 && controller.abort();
    await expect(run({ onEvent, signal: controller.signal })).rejects.toMatchObject({ code: "E_ABORTED" });
    expect(await readResults(output)).toHaveLength(2);
  });
});

describe("the logs of a run", () => {
  it("are not changed by who only looks at them", async () => {
    const folder = temporaryFolder();
    const cell = planCell("random", 1);
    const path = join(folder, cell.folder, "steps.jsonl");
    await mkdir(join(folder, cell.folder), { recursive: true });
    // Another process is in the middle of a line.
    await writeFile(path, '{"version":1,"settings":{},"initial":[1]}\n{"step":0,"numLab');
    expect(await cellSteps(folder, cell)).toEqual([]);
    expect(await readFile(path, "utf8")).toContain('{"step":0,"numLab');
  });

  it("are whole again after a kill in the middle of a time", async () => {
    const folder = temporaryFolder();
    await writeSentences(folder);
    const prepared = await prepareExperiment({ ...tinyConfig(folder), seeds: [1], steps: 2 }, {});
    const output = join(folder, "out");
    const controller = new AbortController();
    const onEvent = ({ type }: CellEvent) => type === "step" && controller.abort();
    await expect(runExperiment(prepared, { output, threads: 1, onEvent, signal: controller.signal })).rejects.toThrow();
    await appendFile(join(output, "timings.jsonl"), '{"strategy":"random","seed":1,"st');
    expect(await readTimings(output)).toHaveLength(1);
    await runExperiment(prepared, { output, threads: 1 });
    expect(await readTimings(output)).toHaveLength(4);
  });
});
