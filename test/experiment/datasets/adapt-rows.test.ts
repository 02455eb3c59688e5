import { describe, expect, it } from "vitest";
import { adaptRows } from "../../../src/experiment/datasets/adapt-rows.js";
import type { ExperimentData } from "../../../src/experiment/datasets/experiment-data.js";

const rows = Array.from({ length: 100 }, (_, id) => ({ id, label: id % 4 === 0 ? "rare" : "common" }));
const data: ExperimentData = {
  ...{ kind: "text", train: rows, validation: [], test: [], files: [] },
  columns: { input: "id", label: "label" },
};
const ids = (part: readonly Readonly<Record<string, unknown>>[]) => part.map(({ id }) => Number(id));

describe("adaptRows", () => {
  it("carves test and validation items out of the training items, the same each time", () => {
    const options = { testShare: 0.2, validationShare: 0.1, splitSeed: 3 };
    const { train, validation, test } = adaptRows(data, options);
    expect([train.length, validation.length, test.length]).toEqual([72, 8, 20]);
    expect(new Set([train, validation, test].flatMap(ids)).size).toBe(100);
    expect(adaptRows(data, options)).toEqual({ ...data, train, validation, test });
    expect(ids(adaptRows(data, { ...options, splitSeed: 4 }).test)).not.toEqual(ids(test));
  });

  it("thins classes out, in the old order", () => {
    const { train } = adaptRows(data, { keep: { rare: 0.2, "*": 0.5 }, splitSeed: 0 });
    expect(train.filter(({ label }) => label === "rare")).toHaveLength(5);
    expect(train.filter(({ label }) => label === "common")).toHaveLength(38);
    expect(ids(train)).toEqual([...ids(train)].sort((a, b) => a - b));
  });

  it("cuts", () => {
    const { train } = adaptRows(data, { trainItems: 30, splitSeed: 0 });
    expect(new Set(ids(train)).size).toBe(30);
  });

  it("does not tear copies apart", () => {
    const repeated = { ...data, noise: { std: 0.1, seed: 0 } };
    expect(() => adaptRows(repeated, { trainItems: 30, splitSeed: 0 })).toThrow(/baseItems/);
  });
});
