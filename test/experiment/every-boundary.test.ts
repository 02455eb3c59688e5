import { appendFileSync, cpSync, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CellEvent } from "../../src/experiment/experiment-plan.js";
import { prepareExperiment } from "../../src/experiment/prepare-experiment.js";
import { runExperiment } from "../../src/experiment/run-experiment.js";
import { temporaryFolder } from "../temporary-folder.js";
import { tinyConfig, writeSentences } from "./tiny-config.js";

/**
 * Locks are the running process's own; that a dead one's are taken over is tested with processes that are killed. Files that become others
 * in a moment may be gone before they are copied.
 */
const isPassing = (path: string) => /^\.?lock\.|\.tmp$/.test(basename(path));

describe.each([
  ["reset", { seeds: [1] }],
  ["keep", { seeds: [1], weights: "keep" }],
])("an experiment whose steps %s the weights", (_, changes) => {
  it("ends with the same bytes from what is on the disk at every step's end and in the middle of each of its parts", {
    timeout: 120_000,
  }, async () => {
    const folder = temporaryFolder();
    await writeSentences(folder);
    const prepared = await prepareExperiment({ ...tinyConfig(folder), ...changes }, {});
    const whole = join(folder, "whole");
    const copies: string[] = [];
    const seen = new Set<string>();
    // What a kill at this moment leaves behind.
    const keep = (moment: string): string => {
      const copy = join(folder, "copies", moment);
      cpSync(whole, copy, { recursive: true, filter: (path) => !isPassing(path) });
      copies.push(copy);
      return copy;
    };
    const steps = new Map<string, number>();
    const onEvent = (event: CellEvent) => {
      if (event.type === "failed") throw event.error;
      const { cell } = event;
      const step = steps.get(cell.folder) ?? 0;
      if (event.type === "step") {
        steps.set(cell.folder, step + 1);
        const copy = keep(`${basename(cell.folder)}-${step}-end`);
        // The next line, and the time, were begun.
        if (event.step.stopReason === undefined) appendFileSync(join(copy, cell.folder, "steps.jsonl"), '{"step":1,"numLab');
        if (existsSync(join(copy, "timings.jsonl"))) appendFileSync(join(copy, "timings.jsonl"), '{"strat');
        return;
      }
      const moment = `${basename(cell.folder)}-${step}-${event.phase}`;
      if (event.done < 0.5 || seen.has(moment)) return;
      seen.add(moment);
      keep(moment);
    };
    await runExperiment(prepared, { output: whole, threads: 1, onEvent });
    // Two cells of three steps: an end each, training and evaluating, and in all but the last also selecting (random does without).
    expect(copies).toHaveLength(2 * 3 * 3 + 2);
    const expected = await readFile(join(whole, "results.jsonl"), "utf8");
    for (const copy of copies) {
      await runExperiment(prepared, { output: copy, threads: 1 });
      expect(await readFile(join(copy, "results.jsonl"), "utf8"), basename(copy)).toBe(expected);
    }
  });
});
