import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { mergedRuns } from "../../../src/experiment/report/merged-runs.js";
import { writeReport } from "../../../src/experiment/report/write-report.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { temporaryFolder } from "../../temporary-folder.js";

interface FakeRun {
  readonly seeds: readonly number[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Accuracy by strategy, seed and step. */
  readonly accuracy: (strategy: string, seed: number, step: number) => number;
}

const LABELS = [100, 200, 400];

/** A folder as `runExperiment` leaves it, of results that are made up. */
async function fakeRun(folder: string, { seeds, config = {}, accuracy }: FakeRun): Promise<string> {
  await mkdir(folder, { recursive: true });
  const strategies = ["random", "topk:bald"];
  const record = {
    ...{ version: 1, hash: "h", labels: ["a", "b"], versions: { node: "20" }, started: "2026" },
    config: { strategies, seeds, querySize: 100, ...config },
    data: { name: "made <up>", classes: 2, licence: "none" },
    machine: { cpu: "c", cores: 2, platform: "linux", threads: 1 },
  };
  await writeFile(join(folder, "run.json"), JSON.stringify(record));
  const lines = seeds.flatMap((seed) =>
    strategies.flatMap((strategy) =>
      LABELS.map((labels, step) => ({
        ...{ strategy, seed, step, labels, selected: [], classCounts: [labels / 2, labels / 2] },
        metrics: { accuracy: accuracy(strategy, seed, step), loss: 1 },
      })),
    ),
  );
  await writeFile(join(folder, "results.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const timings = lines.map(({ strategy, seed, step, labels }) => ({
    ...{ strategy, seed, step, labels },
    seconds: { train: 1, evaluate: 2, select: 3 },
  }));
  await writeFile(join(folder, "timings.jsonl"), timings.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return folder;
}

/** Random: 0.5, 0.6, 0.7 and a little by seed; BALD: 0.1 and a little more. */
const rising = (strategy: string, seed: number, step: number) =>
  0.5 + 0.1 * step + 0.001 * seed + (strategy === "random" ? 0 : 0.1 + 0.01 * seed);

describe("writeReport", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  it("writes medians and quartiles, labels to targets, and areas with a paired test", async () => {
    const run = await fakeRun(join(folder, "run"), {
      seeds: [1, 2, 3],
      accuracy: rising,
      config: { targets: { accuracy: [0.7, 0.95] } },
    });
    const { files, data } = await writeReport([run], { output: run });
    const rows = (await readFile(join(run, "summary.csv"), "utf8")).trim().split("\n");
    expect(rows[0]).toBe("strategy,step,labels,metric,seeds,median,q1,q3");
    expect(rows).toContain("random,1,200,accuracy,3,0.602,0.6015,0.6025");
    expect(rows).toContain("topk:bald,2,400,accuracy,3,0.822,0.8165,0.8275");
    expect(rows).toHaveLength(1 + 2 * 3 * 2);
    expect(data["labelsToTarget"]).toMatchObject([
      { name: "random", target: 0.7, reached: 3, labels: { median: 400 }, ofMedian: 400 },
      { name: "topk:bald", target: 0.7, reached: 3, labels: { median: 200 } },
      { name: "random", target: 0.95, reached: 0, labels: { median: Number.POSITIVE_INFINITY } },
      { name: "topk:bald", target: 0.95, reached: 0 },
    ]);
    expect(await readFile(join(run, "labels-to-target.csv"), "utf8")).toContain("random,accuracy,0.95,3,0,not reached");
    // Random, seed 2: (100 * (0.502 + 0.602) / 2 + 200 * (0.602 + 0.702) / 2) / 300
    expect(data["areaUnderCurve"]).toMatchObject([
      { name: "random", area: { median: expect.closeTo((100 * 0.552 + 200 * 0.652) / 300, 10) } },
      {
        name: "topk:bald",
        difference: {
          mean: expect.closeTo(0.12, 10),
          low: expect.closeTo(0.11, 10),
          high: expect.closeTo(0.13, 10),
          pValue: 0.25,
          pairs: 3,
        },
      },
    ]);
    expect(files).toEqual(
      expect.arrayContaining(["report.html", "learning-curve-accuracy.svg", "class-counts.svg", "time-per-step.svg"]),
    );
  });

  it("takes runs that differ in their seeds for one", async () => {
    const [a, b, whole] = [join(folder, "a"), join(folder, "b"), join(folder, "whole")];
    await fakeRun(a, { seeds: [1, 2], accuracy: rising });
    await fakeRun(b, { seeds: [2, 3], accuracy: rising });
    await fakeRun(whole, { seeds: [1, 2, 3], accuracy: rising });
    await writeReport([a, b], { output: join(folder, "merged") });
    await writeReport([whole], { output: whole });
    const summary = (name: string) => readFile(join(folder, name, "summary.csv"), "utf8");
    expect(await summary("merged")).toBe(await summary("whole"));
  });

  it("sets runs of other experiments beside each other, each against its own random sampling", async () => {
    const a = await fakeRun(join(folder, "a"), { seeds: [1], accuracy: rising });
    const b = await fakeRun(join(folder, "b"), {
      seeds: [1],
      accuracy: (...of) => rising(...of) / 2,
      config: { querySize: 7, name: "half" },
    });
    const series = await mergedRuns([a, b]);
    expect(series.map(({ name }) => name)).toEqual(["a: random", "a: topk:bald", "half: random", "half: topk:bald"]);
    expect(series[3]!.baseline).toBe(series[2]);
  });

  it("leaves the areas of unfinished runs out", async () => {
    const run = await fakeRun(join(folder, "run"), { seeds: [1, 2], accuracy: rising });
    const path = join(run, "results.jsonl");
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    await writeFile(path, `${lines.slice(0, -1).join("\n")}\n`);
    const { data } = await writeReport([run], { output: run });
    expect(data["areaUnderCurve"]).toMatchObject([{ seeds: 2 }, { seeds: 1, difference: { pairs: 1 } }]);
  });

  it("refuses a folder that holds no run, and damaged results", async () => {
    await expect(writeReport([folder], { output: folder })).rejects.toMatchObject({ code: "E_FILE_NOT_FOUND" });
    const run = await fakeRun(join(folder, "run"), { seeds: [1], accuracy: rising });
    await writeFile(join(run, "results.jsonl"), '{"strategy": 3}\n');
    await expect(writeReport([run], { output: run })).rejects.toMatchObject({
      code: "E_CHECKPOINT",
      message: expect.stringContaining("line 1"),
    });
  });

  itInBrowser("opens offline, with its charts, and no text becomes markup", async () => {
    const run = await fakeRun(join(folder, "run"), { seeds: [1, 2, 3], accuracy: rising });
    await writeReport([run], { output: run });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      const url = pathToFileURL(join(run, "report.html")).href;
      await page.goto(url);
      expect(asked).toEqual([url]);
      expect(await page.locator("section svg").count()).toBe(3);
      expect(await page.locator("h1").textContent()).toBe("made <up>");
      const box = await page.locator("section svg").first().boundingBox();
      expect(box!.width).toBeGreaterThan(500);
    } finally {
      await browser.close();
    }
  });
});
