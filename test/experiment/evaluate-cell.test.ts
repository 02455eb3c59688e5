import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/core/dataset.js";
import { CellEvaluation, knownMetrics } from "../../src/experiment/evaluate-cell.js";
import type { OutOfScope } from "../../src/experiment/out-of-scope-threshold.js";
import { type Features, LinearModel } from "../training/linear-model.js";

/** A model whose logits are its inputs. */
function mirror(labels: readonly string[]): LinearModel {
  const size = labels.length;
  const model = new LinearModel({ features: size, labels });
  const weight = [...model.stateDict().values()].find(({ data }) => data.length === size * size)!;
  weight.data.set(Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)));
  return model;
}

function items(rows: readonly (readonly [input: readonly number[], target: number])[]): Dataset<Features> {
  return { length: rows.length, at: (index) => ({ index, input: rows[index]![0], target: rows[index]![1] }) };
}

const none = items([]);
const oos = (protocol: OutOfScope["protocol"]): OutOfScope => ({ label: "oos", protocol, score: "maxSoftmax" });

describe("CellEvaluation", () => {
  it("measures out of scope as a class of its own, as Larson et al. do", async () => {
    const test = items([
      [[5, 0, 0], 0], // right
      [[0, 5, 0], 0], // wrong
      [[0, 0, 5], 1], // taken for out of scope: wrong
      [[0, 0, 5], 2], // found
      [[5, 0, 1], 2], // missed
    ]);
    const evaluation = new CellEvaluation({
      ...{ model: mirror(["a", "b", "oos"]), args: {}, test, validation: none },
      ...{ outOfScope: oos("class"), rareClasses: [0, 1] },
    });
    const metrics = await evaluation.evaluate({});
    expect(metrics).toMatchObject({ accuracy: 2 / 5, inScopeAccuracy: 1 / 3, outOfScopeRecall: 1 / 2 });
    // Both out-of-scope items against three others: 2.5 and 2 wins of 3 each.
    expect(metrics["outOfScopeAuroc"]).toBeCloseTo(4.5 / 6, 12);
    // F1 of a: 2 * 1 / (2 + 1 + 1); of b: 0.
    expect(metrics["rareF1"]).toBeCloseTo(0.25, 12);
    expect(Object.keys(metrics).sort()).toEqual([...knownMetrics({ outOfScope: oos("class"), rareClasses: 2 })].sort());
    expect(evaluation.reliability.reduce((sum, [count]) => sum + count, 0)).toBe(5);
  });

  it("chooses the threshold on validation items, and applies it to the test items", async () => {
    // Right above 3, out of scope below 1: the threshold lies halfway between the scores of 1 and 3.
    const validation = items([
      [[3, 0], 0],
      [[0, 4], 1],
      [[1, 0], -100],
      [[0, 0.5], -100],
    ]);
    const test = items([
      [[6, 0], 0], // right
      [[1.2, 0], 0], // right, and rejected
      [[0, 6], 0], // wrong
      [[0.1, 0], -100], // rejected
      [[0, 5], -100], // accepted
    ]);
    const evaluation = new CellEvaluation({
      ...{ model: mirror(["a", "b"]), args: {}, test, validation },
      ...{ outOfScope: oos("threshold"), rareClasses: [] },
    });
    const metrics = await evaluation.evaluate({});
    const score = (difference: number) => 1 - 1 / (1 + Math.exp(-difference));
    expect(metrics["outOfScopeThreshold"]).toBeCloseTo((score(1) + score(3)) / 2, 6);
    expect(metrics).toMatchObject({ accuracy: 2 / 3, inScopeAccuracy: 1 / 3, outOfScopeRecall: 1 / 2 });
    // 0.1 is above all three in scope, 5 above the two of 6.
    expect(metrics["outOfScopeAuroc"]).toBeCloseTo(5 / 6, 12);
    expect(Object.keys(metrics).sort()).toEqual(
      [...knownMetrics({ outOfScope: oos("threshold"), rareClasses: undefined })].sort(),
    );
  });

  it("measures plainly where nothing is out of scope", async () => {
    const test = items([
      [[1, 0], 0],
      [[0, 1], 1],
    ]);
    const evaluation = new CellEvaluation({
      ...{ model: mirror(["a", "b"]), args: {}, test, validation: none, outOfScope: undefined, rareClasses: [] },
    });
    const metrics = await evaluation.evaluate({});
    expect(metrics["accuracy"]).toBe(1);
    expect(Object.keys(metrics).sort()).toEqual([...knownMetrics({ outOfScope: undefined, rareClasses: undefined })].sort());
  });
});
