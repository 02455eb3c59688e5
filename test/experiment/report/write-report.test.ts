import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { planCell } from "../../../src/experiment/experiment-plan.js";
import { cellDetails } from "../../../src/experiment/report/cell-details.js";
import { mergedRuns } from "../../../src/experiment/report/merged-runs.js";
import { writeReport } from "../../../src/experiment/report/write-report.js";
import { itInBrowser, launchBrowser } from "../../browser.js";
import { temporaryFolder } from "../../temporary-folder.js";

interface FakeRun {
  readonly seeds: readonly number[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Accuracy by strategy, seed and step. */
  readonly accuracy: (strategy: string, seed: number, step: number) => number;
  readonly strategies?: readonly string[];
}

const LABELS = [100, 200, 400];

/** A folder as `runExperiment` leaves it, of results that are made up. */
async function fakeRun(
  folder: string,
  { seeds, config = {}, accuracy, strategies = ["random", "topk:bald"] }: FakeRun,
): Promise<string> {
  await mkdir(folder, { recursive: true });
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

/** The log that a cell leaves beside its results: one step. */
async function fakeLog(folder: string, strategy: string, seed: number, details: object): Promise<void> {
  const cell = join(folder, planCell(strategy, seed).folder);
  await mkdir(cell, { recursive: true });
  const step = { step: 0, numLabelled: 100, poolSize: 9, metrics: {}, selected: [], scores: [], details };
  const lines = [{ version: 1, settings: {}, initial: [] }, step].map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(join(cell, "steps.jsonl"), lines.join(""));
}

/** Random: 0.5, 0.6, 0.7 and a little by seed; BALD: 0.1 and a little more. */
const rising = (strategy: string, seed: number, step: number) =>
  0.5 + 0.1 * step + 0.001 * seed + (strategy === "random" ? 0 : 0.1 + 0.01 * seed);

interface DrawnWord {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Not turned. */
  readonly isLevel: boolean;
  /** Within its chart. */
  readonly isInside: boolean;
}

/** For the browser: the words of each chart, and where they are. */
const DRAWN_WORDS = `Array.from(document.querySelectorAll("svg"), (svg) => {
  const frame = svg.getBoundingClientRect();
  return Array.from(svg.querySelectorAll("text"), (word) => {
    const { left, right, top, bottom } = word.getBoundingClientRect();
    const isInside = left > frame.left - 1 && right < frame.right + 1 && top > frame.top - 1 && bottom < frame.bottom + 1;
    const isLevel = !/rotate|matrix/.test(word.getAttribute("transform") ?? "");
    return { text: word.textContent, left, right, top, bottom, isLevel, isInside };
  });
})`;

function meet(a: DrawnWord, b: DrawnWord): boolean {
  return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
}

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
      expect.arrayContaining([
        ...["report.html", "learning-curve-accuracy.svg", "above-random-accuracy.svg", "class-counts.svg", "time-per-step.svg"],
      ]),
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

  it("finds what cells recorded in the folder that has them", async () => {
    const [a, b, merged] = [join(folder, "a"), join(folder, "b"), join(folder, "merged")];
    await fakeRun(a, { seeds: [1], accuracy: rising });
    await fakeRun(b, { seeds: [2], accuracy: rising });
    // A bin of 10 items that are half right, and one of 30 that all are.
    await fakeLog(a, "topk:bald", 1, {
      reliability: [[10, 0.9, 0.5]],
      uncertain: [{ index: 3, score: 0.7, text: "which <one>" }],
      examples: [{ index: 4, score: 0.6, text: "picked by chance" }],
    });
    await fakeLog(b, "topk:bald", 2, { reliability: [[30, 0.9, 1]] });
    const { files } = await writeReport([a, b], { output: merged });
    expect(files).toContain("reliability.svg");
    const series = await mergedRuns([a, b]);
    const details = await Promise.all([1, 2].map((seed) => cellDetails(series[1]!, seed)));
    expect(details.map(([step]) => step!.reliability)).toEqual([[[10, 0.9, 0.5]], [[30, 0.9, 1]]]);
    const html = await readFile(join(merged, "report.html"), "utf8");
    expect(html).toMatch(/Most uncertain<.*which &lt;one&gt;.*Picked first<.*picked by chance/s);
    // Both runs' records.
    expect(html.match(/<dl>/g)).toHaveLength(2);
  });

  it("compares a run that was stopped early as far as it goes, and says so", async () => {
    const run = await fakeRun(join(folder, "run"), { seeds: [1, 2], accuracy: rising });
    const path = join(run, "results.jsonl");
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    // Seed 1 of BALD was stopped at 200 labels.
    const kept = results
      .filter(({ strategy, seed, step }) => !(strategy === "topk:bald" && seed === 1 && step === 2))
      .map((result) =>
        result["strategy"] === "topk:bald" && result["seed"] === 1 && result["step"] === 1
          ? { ...result, stopped: "earlyStopping: enough" }
          : result,
      );
    await writeFile(path, kept.map((result) => `${JSON.stringify(result)}\n`).join(""));
    const { data, text } = await writeReport([run], { output: run });
    // Seed by seed 0.11 and 0.12 above random, wherever they are compared.
    expect(data["areaUnderCurve"]).toMatchObject([
      {},
      {
        seeds: 2,
        difference: { mean: expect.closeTo(0.115, 10), low: expect.closeTo(0.11, 10), high: expect.closeTo(0.12, 10) },
      },
    ]);
    expect(data["earlyEnds"]).toEqual([{ name: "topk:bald", seed: 1, labels: 200, reason: "earlyStopping: enough" }]);
    expect(text).toContain("earlyStopping: enough");
  });

  it("names the cells that are not at their end, and can be made of none", async () => {
    const run = await fakeRun(join(folder, "run"), { seeds: [1, 2], accuracy: rising });
    const path = join(run, "results.jsonl");
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    await writeFile(path, `${lines.slice(0, 8).join("\n")}\n`);
    const { data } = await writeReport([run], { output: run });
    expect(data["earlyEnds"]).toEqual([
      { name: "random", seed: 2, labels: 200, reason: undefined },
      { name: "topk:bald", seed: 2, labels: 0, reason: undefined },
    ]);
    expect(await readFile(join(run, "report.html"), "utf8")).toContain("Not finished");
    await writeFile(path, "");
    expect((await writeReport([run], { output: run })).files).toContain("report.html");
  });

  it("has a colour, or a line, of its own for each of twelve strategies, which the colour-blind tell apart", async () => {
    const strategies = ["random", ...Array.from({ length: 11 }, (_, i) => `s${i}`)];
    const run = await fakeRun(join(folder, "run"), { seeds: [1], accuracy: rising, strategies });
    await writeReport([run], { output: run });
    const svg = await readFile(join(run, "learning-curve-accuracy.svg"), "utf8");
    const looks = [...svg.matchAll(/<path [^>]*fill="none"[^>]*stroke="(#[0-9a-f]{6})" stroke-width="2"[^>]*>/g)].map(
      ([path, colour]) => `${colour} ${/stroke-dasharray="[^"]+"/.exec(path)?.[0] ?? "solid"}`,
    );
    expect(new Set(looks).size).toBe(12);
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
      expect(await page.locator("section svg").count()).toBe(4);
      expect(await page.locator("h1").textContent()).toBe("made <up>");
      const box = await page.locator("section svg").first().boundingBox();
      expect(box!.width).toBeGreaterThan(500);
    } finally {
      await browser.close();
    }
  });

  itInBrowser("has charts without words on top of each other, with many strategies and long names", async () => {
    const strategies = [
      "random",
      ...["topk", "power", "softmax"].flatMap((how) => [`${how}:entropy`, `${how}:bald`, `${how}:bald (beta 8)`]),
    ];
    const a = await fakeRun(join(folder, "a"), { seeds: [1, 2, 3], accuracy: rising, strategies });
    const b = await fakeRun(join(folder, "b"), {
      ...{ seeds: [1, 2, 3], accuracy: rising, strategies },
      config: { querySize: 7, name: "a name of some length" },
    });
    await writeReport([a, b], { output: folder });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      await page.goto(pathToFileURL(join(folder, "report.html")).href);
      const charts = await page.evaluate<readonly DrawnWord[][]>(DRAWN_WORDS);
      expect(charts.length).toBeGreaterThan(2);
      for (const words of charts) {
        expect(words.length).toBeGreaterThan(20);
        expect(words.filter(({ isInside }) => !isInside)).toEqual([]);
        const level = words.filter(({ isLevel }) => isLevel);
        const overlaps = level.flatMap((one, i) =>
          level.slice(i + 1).flatMap((other) => (meet(one, other) ? [[one, other]] : [])),
        );
        expect(overlaps).toEqual([]);
      }
      // Nothing is cut off at the side.
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1200);
    } finally {
      await browser.close();
    }
  });
});
