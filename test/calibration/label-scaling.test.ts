import { describe, expect, it } from "vitest";
import { calibratorFromJSON } from "../../src/calibration/calibrator.js";
import { labelTemperatureScaling, plattScaling } from "../../src/calibration/label-scaling.js";
import { predictions } from "../../src/core/predictions.js";
import { sigmoid } from "../../src/core/softmax.js";

/** Two labels of 40 items. */
const LOGITS = [
  ...[-0.19, -2.84, -2.12, -4.22, 5.6, -3.94, 1.33, 2.26, 0.17, 2.55, -1.14, -0.39, 1.8, -2.74, 0.67, -0.4, 4.74, -1.28, 2.73],
  ...[-1.94, 2.16, -1.01, 2.22, 2.14, 2.98, 1.77, 1.56, -3.99, 2.5, -0.67, 2.55, 0.94, -0.08, 1.19, 1.12, 0.81, 1.35, -5.69],
  ...[-2.11, -5.61, -1.55, -1.46, -0.9, -2.19, 6.72, -1.22, -0.06, -0.52, -3.0, -1.2, -1.56, 2.16, -0.78, 0.94, -0.46, -3.82],
  ...[-0.4, -2.38, 0.13, 0.62, 1.94, -3.37, -1.66, -1.97, -6.07, -2.05, -1.84, 2.08, 2.52, -5.58, -0.32, -4.06, -1.47, -1.18],
  ...[2.08, -7.19, 3.47, -0.87, 2.82, -6.11],
];
const TARGETS = [
  ...[1, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0],
  ...[0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0],
];
const held = predictions("sigmoidLogits", [40, 2, 1], Float32Array.from(LOGITS));

describe("calibration of labels by themselves", () => {
  it("Platt's is scikit-learn's", async () => {
    const { parameters, fit } = await plattScaling(held, TARGETS);
    expect(parameters).toMatchObject({
      method: "platt",
      weights_C: [expect.closeTo(0.6398248, 4), expect.closeTo(0.6684381, 4)],
      biases_C: [expect.closeTo(-0.5659396, 4), expect.closeTo(-1.0178867, 4)],
    });
    expect(fit).toMatchObject({ items: 40, hasConverged: true });
    expect(fit.nllAfter).toBeLessThan(fit.nllBefore);
  });

  it("temperatures are those with the least loss (SciPy)", async () => {
    const calibrator = await labelTemperatureScaling(held, TARGETS);
    expect(calibrator.parameters).toMatchObject({ temperatures_C: [expect.closeTo(1.8254353, 4), expect.closeTo(1.3859895, 4)] });
    const calibrated = calibrator.calibrate(held);
    expect(calibrated.kind).toBe("sigmoidLogits");
    expect(calibrated.data[0]).toBeCloseTo(-0.19 / 1.8254353, 5);
    expect(calibrated.data[1]).toBeCloseTo(-2.84 / 1.3859895, 5);
  });

  it.each([plattScaling, labelTemperatureScaling])(
    "of probabilities are those of their logits, and come back from JSON: %o",
    async (scale) => {
      const probs = predictions("sigmoid", [40, 2, 1], Float32Array.from(LOGITS, sigmoid));
      const [ofLogits, ofProbs] = [await scale(held, TARGETS), await scale(probs, TARGETS)];
      const again = calibratorFromJSON(JSON.parse(JSON.stringify(ofLogits)));
      const [expected, found] = [again.calibrate(held), ofProbs.calibrate(probs)];
      expect(again.method).toBe(ofLogits.method);
      expect(found.kind).toBe("sigmoid");
      expected.data.forEach((logit, i) => {
        expect(found.data[i]).toBeCloseTo(sigmoid(logit), 4);
      });
    },
  );

  it("leave out entries that are unknown, label by label", async () => {
    // The second half of the items is unknown for the first label.
    const some = TARGETS.map((target, i) => (i % 2 === 0 && i >= 40 ? null : target));
    const few = predictions("sigmoidLogits", [20, 1, 1], Float32Array.from(LOGITS.filter((_, i) => i % 2 === 0 && i < 40)));
    const alone = await plattScaling(
      few,
      TARGETS.filter((_, i) => i % 2 === 0 && i < 40),
    );
    const together = await plattScaling(held, some);
    const weights = (state: unknown) => (state as { readonly weights_C: readonly number[] }).weights_C;
    expect(weights(together.parameters)[0]).toBeCloseTo(weights(alone.parameters)[0]!, 8);
    expect(weights(together.parameters)[1]).toBeCloseTo(0.6684381, 4);
  });

  it("leave a label alone that has items of one kind", async () => {
    const all = TARGETS.map((target, i) => (i % 2 === 0 ? 1 : target));
    expect((await plattScaling(held, all)).parameters).toMatchObject({
      weights_C: [1, expect.any(Number)],
      biases_C: [0, expect.any(Number)],
    });
    expect((await labelTemperatureScaling(held, all)).parameters).toMatchObject({ temperatures_C: [1, expect.any(Number)] });
  });

  it("fit the mean of the draws", async () => {
    // Draws that disagree: each is sure, their mean is not, and it is right as often as it says.
    const draws = predictions("sigmoidLogits", [4, 1, 2], Float32Array.of(6, -6, 6, -6, 6, 6, -6, -6));
    const { fit, parameters } = await labelTemperatureScaling(draws, [1, 0, 1, 0]);
    const single = predictions("sigmoidLogits", [4, 1, 1], Float32Array.of(6, 6, 6, -6));
    const sure = await labelTemperatureScaling(single, [1, 0, 1, 0]);
    const temperature = (state: unknown) => (state as { readonly temperatures_C: readonly number[] }).temperatures_C[0]!;
    expect(fit.nllBefore).toBeCloseTo((2 * Math.LN2 + 2 * Math.log1p(Math.exp(-6))) / 4, 5);
    expect(temperature(parameters)).toBeLessThan(temperature(sure.parameters));
  });

  it.each([
    ["predictions of one class an item", predictions("logits", [40, 2, 1], held.data), TARGETS, "E_ARGUMENT"],
    ["another number of targets", held, TARGETS.slice(1), "E_SHAPE"],
    ["a target that is none", held, TARGETS.map((target, i) => (i === 3 ? 0.5 : target)), "E_ARGUMENT"],
    ["nothing to tell from", held, TARGETS.map(() => 1), "E_DATA"],
    ["a probability above 1", predictions("sigmoid", [40, 2, 1], held.data), TARGETS, "E_ARGUMENT"],
    [
      "a number that is none",
      predictions(
        "sigmoidLogits",
        [40, 2, 1],
        held.data.map((z, i) => (i === 5 ? Number.NaN : z)),
      ),
      TARGETS,
      "E_NOT_FINITE",
    ],
  ])("refuse %s", async (_, draws, targets, code) => {
    await expect(plattScaling(draws, targets)).rejects.toThrow(expect.objectContaining({ code }));
  });
});
