import { describe, expect, it } from "vitest";
import type { Evaluation, JudgedAnswer, Question } from "../../../src/label-studio/training/evaluation.js";
import { gateFigures, isWorse } from "../../../src/label-studio/training/gate-metrics.js";
import { type GateMetricName, gateMetricNames } from "../../../src/label-studio/training/training-options.js";
import type { TrainingRow } from "../../../src/label-studio/training/training-set.js";

const rows: readonly TrainingRow[] = Array.from({ length: 6 }, (_, n) => ({
  ...{ taskId: n, content: String(n), input: String(n) },
  answers: new Map(),
}));

type Answers = readonly (string | readonly string[])[];

function answers(control: string, question: Question, given: Answers, wanted: Answers): Evaluation["answers"] {
  const list = (answer: string | readonly string[]) => [answer].flat();
  return new Map(
    given.map((answer, n) => [
      rows[n]!,
      new Map<string, JudgedAnswer>([[control, { question, given: list(answer), wanted: list(wanted[n]!) }]]),
    ]),
  );
}

/** What one version has by a metric, compared with itself. */
function figure(question: Question, given: Answers, wanted: Answers, metric: GateMetricName) {
  const own = answers("c", question, given, wanted);
  return gateFigures(own, own, metric).map(({ name, serving }) => [name, serving]);
}

describe("figures that versions are compared by", () => {
  // By hand: A 4 of which 3 are found and none is wrong; B 1 that is found, with one more.
  const wanted = ["A", "A", "A", "A", "B"];
  const given = ["A", "A", "A", "B", "B"];

  it.each([
    ["accuracy", 4 / 5],
    ["balancedAccuracy", (3 / 4 + 1) / 2],
    ["macroF1", (6 / 7 + 2 / 3) / 2],
  ] as const)("of one label: %s", (metric, value) => {
    expect(figure("single", given, wanted, metric)).toEqual([[metric, expect.closeTo(value, 12)]]);
  });

  // A is found in both items that have it, B in the one that has it and in one more.
  it.each([
    ["accuracy", 2 / 3, "accuracy"],
    ["macroF1", (1 + 2 / 3) / 2, "macroF1"],
    ["microF1", 6 / 7, "microF1"],
    ["balancedAccuracy", 2 / 3, "accuracy"],
  ] as const)("of several labels: %s", (metric, value, name) => {
    const found = figure("multiple", [["A", "B"], ["A"], ["B"]], [["A"], ["A"], ["B"]], metric);
    expect(found).toEqual([[name, expect.closeTo(value, 12)]]);
  });

  it("of numbers, and R2 where the metric is one of choices", () => {
    const [given_N, wanted_N] = [
      ["1", "2", "4"],
      ["1", "2", "3"],
    ];
    expect(figure("number", given_N, wanted_N, "rootMeanSquaredError")).toEqual([["rootMeanSquaredError", Math.sqrt(1 / 3)]]);
    expect(figure("number", given_N, wanted_N, "meanAbsoluteError")).toEqual([["meanAbsoluteError", 1 / 3]]);
    expect(figure("number", given_N, wanted_N, "macroF1")).toEqual([["r2", 1 - 1 / 2]]);
    // Of one number there is no R2: nothing is compared.
    expect(figure("number", ["1"], ["1"], "r2")).toEqual([]);
  });

  it("are of the rows and controls that both have answered; choices of all controls are one accuracy", () => {
    const joined = (...parts: readonly Evaluation["answers"][]) =>
      new Map(rows.map((row) => [row, new Map(parts.flatMap((part) => [...(part.get(row) ?? [])]))] as const));
    const right = answers("c", "single", ["A", "B"], ["A", "B"]);
    const stars = answers("stars", "number", ["1", "4", "2"], ["1", "5", "3"]);
    const own = joined(right, answers("d", "multiple", [["X"], ["X"]], [["X"], ["Y"]]), stars);
    const serving = joined(answers("c", "single", ["A", "A"], ["A", "B"]), answers("d", "multiple", [["X"]], [["X"]]), stars);
    expect(gateFigures(own, serving)).toEqual([
      { name: "accuracy", own: 1, serving: 2 / 3, isError: false },
      { name: "stars/r2", own: expect.closeTo(0.75, 6), serving: expect.closeTo(0.75, 6), isError: false },
    ]);
    expect(gateFigures(own, serving, "meanAbsoluteError").map(({ name, isError }) => [name, isError])).toEqual([
      ["accuracy", false],
      ["stars/meanAbsoluteError", true],
    ]);
  });

  it("are worse by a difference, errors by a share of what the serving version has", () => {
    const of = (own: number, serving: number, isError: boolean) => ({ name: "x", own, serving, isError });
    expect(isWorse(of(0.88, 0.9, false), 0.02)).toBe(false);
    expect(isWorse(of(0.87, 0.9, false), 0.02)).toBe(true);
    expect(isWorse(of(102, 100, true), 0.02)).toBe(false);
    expect(isWorse(of(103, 100, true), 0.02)).toBe(true);
    expect(isWorse(of(10, 100, true), 0)).toBe(false);
  });

  it.each(gateMetricNames)("judge themselves to be no worse: %s", (metric) => {
    const own = answers("c", "number", ["1", "2", "3"], ["1", "3", "2"]);
    expect(gateFigures(own, own, metric).every((found) => !isWorse(found, 0))).toBe(true);
  });

  it("refuse a metric that is none", () => {
    expect(() => gateFigures(new Map(), new Map(), "luck" as GateMetricName)).toThrow(
      /compareBy is one of accuracy, .*"luck" came/,
    );
  });
});
