import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ExperimentProgress } from "../../src/cli/experiment-progress.js";
import type { CellEvent } from "../../src/experiment/experiment-plan.js";
import { planCell } from "../../src/experiment/experiment-plan.js";

/** A terminal, or a file, that remembers. */
function screen(isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const size = { isTTY, columns: 200, rows: 40, cursorTo: () => true, moveCursor: () => true, clearLine: () => true };
  return { stream: Object.assign(stream, size) as unknown as NodeJS.WriteStream, text: () => text };
}

const [random, bald] = [planCell("random", 1), planCell("topk:bald", 1)];
const plan = { cells: [random, bald], labels: [10, 20, 30] };
const seconds = { train: 60, evaluate: 5, select: 0 };

function step(cell: typeof random, number: number, stopReason?: string): CellEvent {
  const record = { step: number, numLabelled: 10 * (number + 1), poolSize: 9, metrics: { accuracy: 0.876 } };
  return { type: "step", cell, seconds, step: { ...record, selected: [], scores: [], ...(stopReason && { stopReason }) } };
}

describe("ExperimentProgress", () => {
  it("writes a line per step, with what it took and what is left", () => {
    const { stream, text } = screen(false);
    const progress = new ExperimentProgress({ isSilent: false, stream });
    progress.start(plan, new Map([[random, 2]]));
    progress.show(step(random, 2, "done"));
    progress.show({ type: "progress", cell: bald, phase: "train", done: 0.5 });
    progress.show(step(bald, 0));
    progress.show({ type: "failed", cell: bald, error: new Error("out of luck") });
    progress.stop();
    expect(text().trimEnd().split("\n")).toEqual([
      "3/6  random seed 1, step 3/3: 30 labels, accuracy 87.6 %, 65 s, about 0 s left",
      "4/6  topk:bald seed 1, step 1/3: 10 labels, accuracy 87.6 %, 65 s, about 0 s left",
      "topk:bald seed 1 failed: out of luck",
    ]);
  });

  it("says how many of the draws were made, where some were spared", () => {
    const { stream, text } = screen(false);
    const progress = new ExperimentProgress({ isSilent: false, stream });
    progress.start(plan, new Map());
    const event = step(bald, 0) as Extract<CellEvent, { type: "step" }>;
    progress.show({ ...event, step: { ...event.step, details: { draws: { passes: 250, allPasses: 1000 } } } });
    progress.stop();
    expect(text()).toContain("10 labels, accuracy 87.6 %, 25 % of the draws, 65 s");
  });

  it("draws a bar for each cell that runs, and takes it away at its end", async () => {
    const { stream, text } = screen(true);
    const progress = new ExperimentProgress({ isSilent: false, stream });
    progress.start(plan, new Map());
    progress.show({ type: "progress", cell: random, phase: "train", done: 0.5 });
    progress.show({ type: "progress", cell: bald, phase: "evaluate", done: 1 });
    progress.show(step(random, 0, "The pool is empty."));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const drawn = text();
    progress.stop();
    expect(drawn).toContain("step 1/3 evaluate");
    expect(drawn.slice(drawn.indexOf("3/6  random seed 1"))).toMatch(/topk:bald seed 1 \[.+\] step 1\/3 evaluate/);
    expect(drawn.slice(drawn.indexOf("3/6  random seed 1"))).not.toMatch(/random seed 1 \[/);
  });

  it("is silent where it should be", () => {
    const { stream, text } = screen(true);
    const progress = new ExperimentProgress({ isSilent: true, stream });
    progress.start(plan, new Map());
    progress.show(step(random, 0));
    progress.show({ type: "failed", cell: random, error: new Error("x") });
    progress.stop();
    expect(text()).toBe("");
  });
});
