import { describe, expect, it } from "vitest";
import { evaluation, shareRight } from "../../../src/label-studio/training/evaluation.js";
import { predictions } from "../../../src/predictions.js";
import { controlsOf } from "./labelled.js";

const controls = controlsOf(
  `<View><Text name="t" value="$text"/>
    <Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices>
    <Choices name="d" toName="t" choice="multiple"><Choice value="A"/><Choice value="X"/></Choices></View>`,
).map((control) => ({ control }));
const row = (taskId: number, answers: Record<string, readonly string[]>) => ({
  ...{ taskId, input: `text ${taskId}` },
  answers: new Map(Object.entries(answers)),
});
// c/A, c/B, d/A, d/X, and a class of a control that is gone.
const labels = ["c/A", "c/B", "z/A", "d/A", "d/X"];
const logits = (...rows: readonly (readonly number[])[]) =>
  predictions("logits", [rows.length, 5, 2], new Float32Array(rows.flat().flatMap((value) => [value, value])));

describe("evaluation of a model of several controls", () => {
  // Below zero both: of a single choice the higher one is taken nevertheless.
  const rows = [row(1, { c: ["A"], d: ["A", "X"] }), row(2, { c: ["A"], d: ["X"] }), row(3, { d: ["A"] })];
  const made = logits([-1, -3, 9, 2, 1], [-2, -1, 9, 3, -3], [5, 5, 9, 2, -2]);
  const { metrics, right } = evaluation(made, labels, { controls, rows });

  it("counts each control's answers by its own classes, and only where there is an answer", () => {
    expect(metrics).toMatchObject({ accuracy: 3 / 5, "c/accuracy": 0.5, "d/accuracy": 2 / 3 });
    expect(rows.map((one) => Object.fromEntries(right.get(one)!))).toEqual([
      { c: true, d: true },
      { c: false, d: false },
      { d: true },
    ]);
  });

  it("compares on the answers that another model gave", () => {
    expect(shareRight(right)).toBe(3 / 5);
    expect(shareRight(right, new Map([[rows[0]!, new Map([["c", false]])]]))).toBe(1);
    expect(shareRight(right, new Map([[rows[1]!, new Map([["c", true]])]]))).toBe(0);
  });

  it("has plain names where there is one control, whose classes may be the model's own", () => {
    const one = predictions("logits", [1, 2, 1], new Float32Array([0, 1]));
    const { metrics: plain } = evaluation(one, ["A", "B"], { controls: controls.slice(0, 1), rows: [row(1, { c: ["B"] })] });
    expect(plain).toMatchObject({ accuracy: 1, macroF1: expect.any(Number) });
    // Also where a label happens to look like another model's.
    const asked = { controls: controls.slice(0, 1), rows: [row(1, { c: ["B"] })] };
    expect(evaluation(one, ["c/A", "B"], asked).metrics["accuracy"]).toBe(1);
  });
});
