import { describe, expect, it } from "vitest";
import { predictions } from "../../../src/core/predictions.js";
import { answeredRows, evaluation, joinedEvaluation, shareRight } from "../../../src/label-studio/training/evaluation.js";
import { controlsOf } from "./labelled.js";

const [c, d] = controlsOf(
  `<View><Text name="t" value="$text"/>
    <Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>
    <Choices name="d" toName="t" choice="multiple"><Choice value="A"/><Choice value="X"/></Choices></View>`,
) as [ReturnType<typeof controlsOf>[number], ReturnType<typeof controlsOf>[number]];
const row = (taskId: number, answers: Record<string, readonly string[]>) => ({
  ...{ taskId, content: `text ${taskId}`, input: `text ${taskId}` },
  answers: new Map(Object.entries(answers)),
});
const logits = (...rows: readonly (readonly number[])[]) =>
  predictions("logits", [rows.length, 2, 2], new Float32Array(rows.flat().flatMap((value) => [value, value])));

describe("evaluation of the models of several controls", () => {
  const rows = [row(1, { c: ["A"], d: ["A", "X"] }), row(2, { c: ["A"], d: ["X"] }), row(3, { d: ["A"] })];
  const ofC = answeredRows(rows, { control: c });
  // Below zero both: of a single choice the higher one is taken nevertheless.
  const parts = [
    ["c", evaluation(logits([-1, -3], [-2, -1]), ["A", "B"], { control: c, rows: ofC })],
    ["d", evaluation(logits([2, 1], [3, -3], [2, -2]), ["A", "X"], { control: d, rows })],
  ] as const;
  const { metrics, answers } = joinedEvaluation(parts);

  it("counts each control's answers, where there is one", () => {
    expect(ofC).toHaveLength(2);
    expect(metrics).toMatchObject({ accuracy: 3 / 5, "c/accuracy": 0.5, "d/accuracy": 2 / 3 });
    expect(rows.map((one) => Object.fromEntries([...answers.get(one)!].map(([control, { given }]) => [control, given])))).toEqual(
      [{ c: ["A"], d: ["A", "X"] }, { c: ["B"], d: ["A"] }, { d: ["A"] }],
    );
  });

  it("compares on the answers that another model gave", () => {
    const other = { question: "single", given: ["B"], wanted: ["A"] } as const;
    expect(shareRight(answers)).toBe(3 / 5);
    expect(shareRight(answers, new Map([[rows[0]!, new Map([["c", other]])]]))).toBe(1);
    expect(shareRight(answers, new Map([[rows[1]!, new Map([["c", other]])]]))).toBe(0);
  });

  it("has plain names where there is one control, and nothing without rows", () => {
    expect(joinedEvaluation(parts.slice(0, 1)).metrics).toMatchObject({ accuracy: 0.5, macroF1: expect.any(Number) });
    expect(joinedEvaluation([])).toEqual({ metrics: {}, answers: new Map() });
  });
});
