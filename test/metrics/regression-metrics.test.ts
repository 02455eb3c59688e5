import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  computeRegressionMetrics,
  intervalCoverage,
  meanAbsoluteError,
  r2,
  rootMeanSquaredError,
  spearman,
} from "../../src/metrics/regression-metrics.js";

interface References {
  readonly numbers: readonly {
    readonly name: string;
    readonly outputs: number;
    readonly found: readonly number[];
    readonly targets: readonly number[];
    readonly values: Readonly<Record<string, number>>;
  }[];
}

/** Made by `make_references.py`. */
const { numbers } = JSON.parse(readFileSync(new URL("references.json", import.meta.url), "utf8")) as References;

describe("metrics of numbers are scikit-learn's and SciPy's", () => {
  it.each(numbers)("$name", ({ outputs, found, targets, values }) => {
    const computed: Readonly<Record<string, number>> = computeRegressionMetrics(found, targets, { outputs });
    expect(Object.keys(computed).sort()).toEqual(Object.keys(values).sort());
    for (const [name, value] of Object.entries(values)) expect(computed[name], name).toBeCloseTo(value, 10);
  });

  it("where targets do not vary, or are too few", () => {
    expect(r2([1, 1], [1, 1])).toBe(1);
    expect(r2([1, 2], [1, 1])).toBe(0);
    expect(r2([1], [1])).toBeNaN();
    expect(spearman([1, 2], [3, 3])).toBeNaN();
  });
});

describe("numbers that are unknown", () => {
  it.each([null, Number.NaN])("count nothing (%s)", (unknown) => {
    const [found, targets] = [
      [1, 9, 2, 4],
      [2, unknown, 2, 5],
    ];
    expect(meanAbsoluteError(found, targets)).toBeCloseTo(2 / 3, 12);
    expect(rootMeanSquaredError(found, targets)).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect(r2(found, targets)).toBeCloseTo(1 - 2 / 6, 12);
    expect(meanAbsoluteError([1, 5], [2, unknown], { outputs: 2 })).toBe(1);
    expect(intervalCoverage({ low_N_C: [0, 0, 3, 4], high_N_C: [2, 1, 4, 6] }, targets)).toBeCloseTo(2 / 3, 12);
  });
});

describe("arguments of metrics of numbers", () => {
  it.each([
    ["nothing", [], [], "E_ARGUMENT"],
    ["nothing known", [1], [null], "E_ARGUMENT"],
    ["sizes that differ", [1, 2], [1], "E_SHAPE"],
    ["a prediction that is none", [Number.NaN], [1], "E_NOT_FINITE"],
    ["a target that is infinite", [1], [Number.POSITIVE_INFINITY], "E_NOT_FINITE"],
  ])("refuse %s", (_, found, targets, code) => {
    expect(() => computeRegressionMetrics(found, targets)).toThrow(expect.objectContaining({ code }));
  });

  it("refuse bounds that do not fit", () => {
    expect(() => intervalCoverage({ low_N_C: [1], high_N_C: [1, 2] }, [1])).toThrow(expect.objectContaining({ code: "E_SHAPE" }));
    expect(() => intervalCoverage({ low_N_C: [1], high_N_C: [1] }, [null])).toThrow(
      expect.objectContaining({ code: "E_ARGUMENT" }),
    );
  });
});
