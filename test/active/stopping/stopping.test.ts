import { describe, expect, it } from "vitest";
import {
  allOf,
  anyOf,
  cohenKappa,
  earlyStopping,
  labellingBudget,
  lowAverageUncertainty,
  type StepRecord,
  type StoppingCriterion,
  stabilisedPredictions,
} from "../../../src/active/stopping.js";

type Given = Partial<Omit<StepRecord, "step">>;

const historyOf = (...steps: readonly Given[]): StepRecord[] =>
  steps.map((given, step) => ({ step, numLabelled: 10 * (step + 1), poolSize: 100, metrics: {}, ...given }));

/** The first step after which the criterion stops. */
function stopsAfter(criterion: StoppingCriterion, history: readonly StepRecord[]): number | undefined {
  const step = history.findIndex((_, i) => criterion.reasonToStop(history.slice(0, i + 1)) !== undefined);
  return step < 0 ? undefined : step;
}

const refused = expect.objectContaining({ code: "E_ARGUMENT" });

describe("stopping criteria", () => {
  it("go on before the first step", () => {
    for (const criterion of [
      labellingBudget(5),
      lowAverageUncertainty({ threshold: 1 }),
      earlyStopping("accuracy", { patience: 1 }),
      stabilisedPredictions(),
      anyOf(),
      allOf(),
    ])
      expect(criterion.reasonToStop([])).toBeUndefined();
  });

  it("labellingBudget counts labels", () => {
    expect(stopsAfter(labellingBudget(25), historyOf({}, {}, {}))).toBe(2);
    expect(stopsAfter(labellingBudget(31), historyOf({}, {}, {}))).toBeUndefined();
    expect(() => labellingBudget(0)).toThrow(refused);
  });

  it("lowAverageUncertainty wants so many steps in a row", () => {
    const history = historyOf(
      { meanScore: 0.4 },
      { meanScore: 0.05 },
      { meanScore: 0.2 },
      { meanScore: 0.05 },
      { meanScore: 0.01 },
    );
    expect(stopsAfter(lowAverageUncertainty({ threshold: 0.1 }), history)).toBe(1);
    expect(stopsAfter(lowAverageUncertainty({ threshold: 0.1, steps: 2 }), history)).toBe(4);
    expect(() => lowAverageUncertainty({ threshold: 0.1 }).reasonToStop(historyOf({}))).toThrow(refused);
    expect(() => lowAverageUncertainty({ threshold: Number.NaN })).toThrow(refused);
  });

  it("earlyStopping's patience counts the same each time (the reference counts 3 equal values first and 4 later)", () => {
    const of = (...values: number[]) => historyOf(...values.map((accuracy) => ({ metrics: { accuracy } })));
    const criterion = earlyStopping("accuracy", { patience: 3 });
    expect(stopsAfter(criterion, of(0.5, 0.5, 0.5, 0.5))).toBe(3);
    expect(stopsAfter(criterion, of(0.5, 0.6, 0.6, 0.6, 0.6))).toBe(4);
    expect(stopsAfter(criterion, of(0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6))).toBe(6);
    expect(stopsAfter(criterion, of(0.5, 0.4, 0.6, 0.55, 0.6, 0.58))).toBe(5);
  });

  it("earlyStopping knows losses, thresholds and missing metrics", () => {
    const history = historyOf(...[1, 0.8, 0.79, 0.78].map((loss) => ({ metrics: { loss } })));
    expect(stopsAfter(earlyStopping("loss", { patience: 2 }), history)).toBeUndefined();
    expect(stopsAfter(earlyStopping("loss", { patience: 2, threshold: 0.05 }), history)).toBe(3);
    expect(stopsAfter(earlyStopping("loss", { patience: 2, greaterIsBetter: true }), history)).toBe(2);
    expect(() => earlyStopping("accuracy", { patience: 1 }).reasonToStop(history)).toThrow(refused);
    expect(() => earlyStopping("accuracy", { patience: 0 })).toThrow(refused);
  });

  it("kappa is agreement beyond chance", () => {
    // 7 of 10 agree; expected 0.6 * 0.5 + 0.4 * 0.5 = 0.5, so (0.7 - 0.5) / 0.5
    expect(cohenKappa([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1, 1, 0])).toBeCloseTo(0.4, 12);
    expect(cohenKappa([2, 2], [2, 2])).toBe(1);
    expect(cohenKappa([0, 1], [1, 0])).toBe(-1);
    expect(() => cohenKappa([0], [0, 1])).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
  });

  it("stabilisedPredictions averages the agreement of consecutive models", () => {
    const [a, b] = [
      [0, 1, 2, 0],
      [0, 1, 2, 1],
    ];
    const history = historyOf(...[b, a, a, a, a].map((predictedClasses) => ({ predictedClasses: predictedClasses! })));
    expect(stopsAfter(stabilisedPredictions(), history)).toBe(4);
    expect(stopsAfter(stabilisedPredictions({ steps: 1 }), history)).toBe(2);
    expect(() => stabilisedPredictions().reasonToStop(historyOf({}))).toThrow(refused);
    expect(() => stabilisedPredictions({ kappa: 2 })).toThrow(refused);
  });

  it("anyOf and allOf combine, and say why", () => {
    const [early, late] = [labellingBudget(20), labellingBudget(40)];
    const history = historyOf({}, {}, {}, {});
    expect(stopsAfter(anyOf(late, early), history)).toBe(1);
    expect(stopsAfter(allOf(late, early), history)).toBe(3);
    expect(allOf(late, early).reasonToStop(history)).toContain("a budget of 40. 40 items");
  });
});
