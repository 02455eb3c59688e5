import { Writable } from "node:stream";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createProgress } from "../../src/cli/progress.js";

function fakeStream(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  let text = "";
  const writable = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const terminal = { isTTY, columns: 100, cursorTo() {}, clearLine() {}, moveCursor() {} };
  return { stream: Object.assign(writable, terminal) as unknown as NodeJS.WriteStream, text: () => text };
}

describe("createProgress", () => {
  it("writes a line for each tenth where there is no terminal", () => {
    const { stream, text } = fakeStream(false);
    const progress = createProgress("training", 40, stream);
    for (let step = 1; step <= 40; step++) progress.update(step, `loss ${step}`);
    progress.stop();
    const lines = text().trimEnd().split("\n");
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe("training: 4/40 loss 4");
    expect(lines.at(-1)).toBe("training: 40/40 loss 40");
  });

  it("says how long the rest takes, once that is worth saying", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { stream, text } = fakeStream(false);
    const progress = createProgress("training", 10, stream);
    for (let step = 1; step <= 10; step++) {
      progress.update(step, "loss 1");
      vi.advanceTimersByTime(2000);
    }
    expect(text().split("\n").slice(0, 2)).toEqual(["training: 1/10 loss 1", "training: 2/10 loss 1, about 16 s left"]);
    expect(text()).toContain("training: 9/10 loss 1\n");
  });

  it("counts where the total is not known", () => {
    const { stream, text } = fakeStream(false);
    const progress = createProgress("predicting", undefined, stream);
    for (let done = 1024; done <= 25_000; done += 1024) progress.update(done);
    expect(text()).toBe("predicting: 10240\npredicting: 20480\n");
  });

  it("draws a bar on a terminal", () => {
    const { stream, text } = fakeStream(true);
    const progress = createProgress("training", 4, stream);
    progress.update(3, "loss 0.5");
    progress.stop();
    expect(text()).toContain("3/4 loss 0.5");
  });
});
