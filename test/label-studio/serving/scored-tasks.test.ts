import { describe, expect, it } from "vitest";
import type { LabelStudioPrediction } from "../../../src/label-studio/contract/prediction.js";
import { ScoredTasks } from "../../../src/label-studio/serving/scored-tasks.js";

const task = (id: number, text = `text ${id}`) => ({ id, data: { number: id, text } });
const prediction = (score: number, choices: readonly (string | readonly string[])[] = ["a"]): LabelStudioPrediction => ({
  ...{ model_version: "v1", score },
  result: choices.map((choice) => ({
    ...{ from_name: "c", to_name: "t", type: "choices", score },
    value: { choices: [choice] },
  })),
});

describe("tasks that were predicted", () => {
  it("come in the order in which they should be labelled, with what people know them by", () => {
    const tasks = new ScoredTasks({ isHighFirst: () => false });
    tasks.see(
      1,
      "v1",
      [task(1), task(2, `  long\n${"word ".repeat(100)}`), task(3)],
      [prediction(0.9), prediction(0.1), prediction(0.5, [])],
    );
    tasks.see(1, "v1", [task(1)], [prediction(0.05, [["Bank", "Card"]])]);
    const next = tasks.next(1, "v1");
    expect(next.map(({ task, score, predicted }) => [task, score, predicted])).toEqual([
      [1, 0.05, ["Card"]],
      [2, 0.1, ["a"]],
    ]);
    expect(next[0]?.excerpt).toBe("text 1");
    expect(next[1]?.excerpt).toMatch(/^long word word .*…$/);
    expect(next[1]?.excerpt).toHaveLength(160);
  });

  it("are those of the version that answers, and of the project", () => {
    const tasks = new ScoredTasks({ isHighFirst: () => true });
    tasks.see(1, "v1", [task(1)], [prediction(0.9)]);
    tasks.see(2, "v1", [task(5)], [prediction(0.9)]);
    tasks.see(1, "v2", [task(2), task(3)], [prediction(0.3), prediction(0.4)]);
    expect(tasks.next(1, "v1")).toEqual([]);
    expect(tasks.next(1, "v2").map(({ task }) => task)).toEqual([3, 2]);
    expect(tasks.next(3, "v2")).toEqual([]);
  });

  it("are kept in bounds, the first ones to label", () => {
    const tasks = new ScoredTasks({ isHighFirst: () => false });
    for (let from = 0; from < 5_000; from += 100) {
      const some = Array.from({ length: 100 }, (_, i) => from + i);
      tasks.see(
        1,
        "v1",
        some.map((id) => task(id)),
        some.map((id) => prediction(((id * 7) % 5_000) / 5_000)),
      );
    }
    const next = tasks.next(1, "v1");
    expect(next.length).toBeLessThanOrEqual(1_000);
    expect(next[0]?.score).toBe(0);
    expect(next.slice(0, 500).map(({ score }) => Math.round(5_000 * score))).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });
});
