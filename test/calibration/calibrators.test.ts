import { describe, expect, it } from "vitest";
import { calibratorFromJSON } from "../../src/calibration/calibrator.js";
import { dirichletCalibration, temperatureScaling, vectorScaling } from "../../src/calibration/scaling.js";
import { type Predictions, predictions } from "../../src/core/predictions.js";
import { meanProbabilities } from "../../src/heuristics/predictive-distribution.js";
import { expectedCalibrationError } from "../../src/metrics/calibration-error.js";
import { negativeLogLikelihood } from "../../src/metrics/classification-metrics.js";
import { CLASSES, ITEMS, sineDraws, sineTargets_N } from "./sine-draws.js";

const code = (name: string) => expect.objectContaining({ code: name });
const METHODS = { temperatureScaling, vectorScaling, dirichletCalibration } as const;
const nllOf = (drawn: Predictions) => negativeLogLikelihood(meanProbabilities(drawn), sineTargets_N);

function asProbabilities({ data, shape, indices }: Predictions): Predictions {
  const [items = 0, classes = 0, iterations = 0] = shape;
  const probs = new Float32Array(data.length);
  for (let i = 0; i < items; i++) {
    for (let k = 0; k < iterations; k++) {
      const at = (c: number) => (i * classes + c) * iterations + k;
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += Math.exp(data[at(c)]!);
      for (let c = 0; c < classes; c++) probs[at(c)] = Math.exp(data[at(c)]!) / sum;
    }
  }
  return predictions("probabilities", shape, probs, indices);
}

// The optima are those of scipy's BFGS in double precision on the same data, draws and targets.
const OPTIMA = [
  { iterations: 1, temperature: 2.3532998765724757, before: 1.219292875756459, after: 0.9692303496068652 },
  { iterations: 3, temperature: 2.2852253017962467, before: 1.1682151611363372, after: 1.014704938264396 },
];

describe("temperatureScaling", () => {
  it.each(OPTIMA)("finds scipy's temperature with $iterations draws", async ({ iterations, temperature, before, after }) => {
    const { parameters, fit } = await temperatureScaling(sineDraws(iterations), sineTargets_N);
    expect(parameters).toMatchObject({ method: "temperature", classes: CLASSES });
    expect(Math.abs((parameters as { temperature: number }).temperature - temperature)).toBeLessThan(5e-4);
    expect(fit.nllBefore).toBeCloseTo(before, 6);
    expect(fit.nllAfter).toBeCloseTo(after, 6);
    expect(fit).toMatchObject({ items: ITEMS, hasConverged: true });
  });

  it("divides the logits: by hand", async () => {
    const calibrator = await temperatureScaling(sineDraws(1), sineTargets_N);
    const { temperature } = calibrator.parameters as { temperature: number };
    const { data } = calibrator.calibrate(predictions("logits", [1, CLASSES, 1], Float32Array.of(1, 2, 4, 0)));
    expect(data[2]! - data[0]!).toBeCloseTo(3 / temperature, 5);
    expect(Array.from(data, Math.exp).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it("finds a temperature below 1 for an underconfident model", async () => {
    const { data, shape, kind } = sineDraws(1);
    const shy = predictions(
      kind,
      shape,
      data.map((logit) => logit / 10),
    );
    const { parameters } = await temperatureScaling(shy, sineTargets_N);
    expect((parameters as { temperature: number }).temperature).toBeCloseTo(0.23533, 3);
  });

  it("refuses items that cannot tell a temperature", async () => {
    const right = predictions("logits", [2, 2, 1], Float32Array.of(1, 0, 0, 1));
    await expect(temperatureScaling(right, [0, 1])).rejects.toThrow(/All 2 items are predicted right/);
    await expect(temperatureScaling(right, [1, 0])).rejects.toThrow(/say nothing about the targets/);
    await expect(temperatureScaling(predictions("logits", [1, 2, 1], Float32Array.of(1, 0)), [1])).rejects.toThrow(
      code("E_DATA"),
    );
  });
});

describe("vectorScaling", () => {
  it.each([
    [1, 0.916088102084974, [0.33932630176856027, 0.4472964338834563, 0.45885561406219216, 0.5950573726631635]],
    [3, 0.9670174282395833, [0.40376179837212695, 0.3860889328643962, 0.46396249955880753, 0.6354504220127416]],
  ] as const)("finds scipy's optimum with %d draws", async (iterations, after, weights) => {
    const { parameters, fit } = await vectorScaling(sineDraws(iterations), sineTargets_N);
    expect(fit.nllAfter).toBeCloseTo(after, 5);
    const { weights_C } = parameters as unknown as { weights_C: number[] };
    weights.forEach((weight, c) => {
      expect(Math.abs(weights_C[c]! - weight)).toBeLessThan(1e-3);
    });
  });
});

describe("dirichletCalibration", () => {
  it.each([
    [1, 0.01, 0.8992665151536369],
    [1, 1, 0.9048448147097201],
    [3, 0.01, 0.9499513256745543],
    [3, 1, 0.9580289512293735],
  ])("finds scipy's optimum with %d draws and penalties of %d", async (iterations, offDiagonalPenalty, after) => {
    const options = { offDiagonalPenalty, biasPenalty: offDiagonalPenalty };
    const { fit } = await dirichletCalibration(sineDraws(iterations), sineTargets_N, options);
    expect(Math.abs(fit.nllAfter - after)).toBeLessThan(2e-5);
    expect(fit.hasConverged).toBe(true);
  });

  it("finds scipy's matrix", async () => {
    const { parameters } = await dirichletCalibration(sineDraws(1), sineTargets_N, { offDiagonalPenalty: 1, biasPenalty: 1 });
    const { weights_C_C, biases_C } = parameters as unknown as { weights_C_C: number[]; biases_C: number[] };
    const expected = [0.3287, -0.0416, 0.0382, -0.0289, -0.0315, 0.4811, -0.0246, 0.0072, 0.0448, 0.0947, 0.5208, 0.0217];
    expected.forEach((weight, at) => {
      expect(Math.abs(weights_C_C[at]! - weight)).toBeLessThan(1e-3);
    });
    [0.0241, -0.0076, -0.0011, -0.0154].forEach((bias, c) => {
      expect(Math.abs(biases_C[c]! - bias)).toBeLessThan(1e-3);
    });
  });

  it("stays at the diagonal where the penalties forbid all else", async () => {
    const { parameters } = await dirichletCalibration(sineDraws(1), sineTargets_N, { offDiagonalPenalty: 1e6 });
    const { weights_C_C } = parameters as unknown as { weights_C_C: number[] };
    weights_C_C.forEach((weight, at) => {
      if (at % (CLASSES + 1) !== 0) expect(Math.abs(weight)).toBeLessThan(1e-3);
    });
  });

  it("refuses penalties that are none", async () => {
    await expect(dirichletCalibration(sineDraws(1), sineTargets_N, { biasPenalty: -1 })).rejects.toThrow(code("E_ARGUMENT"));
  });
});

describe.each(Object.entries(METHODS))("%s", (_, calibrate) => {
  it("makes the mean of the calibrated draws fit as well as it says, and better than before", async () => {
    for (const iterations of [1, 3]) {
      const drawn = sineDraws(iterations);
      const calibrator = await calibrate(drawn, sineTargets_N);
      expect(nllOf(drawn)).toBeCloseTo(calibrator.fit.nllBefore, 5);
      expect(nllOf(calibrator.calibrate(drawn))).toBeCloseTo(calibrator.fit.nllAfter, 5);
      expect(calibrator.fit.nllAfter).toBeLessThan(calibrator.fit.nllBefore);
      const error = (p: Predictions) => expectedCalibrationError(meanProbabilities(p), sineTargets_N);
      expect(error(calibrator.calibrate(drawn))).toBeLessThan(0.8 * error(drawn));
    }
  });

  it("is never worse than the identity, even after a single step", async () => {
    const { fit } = await calibrate(sineDraws(1), sineTargets_N, { maxSteps: 1 });
    expect(fit).toMatchObject({ steps: 1, hasConverged: false, nllAfter: fit.nllBefore });
    const again = (await calibrate(sineDraws(1), sineTargets_N)).calibrate(sineDraws(1));
    const second = await calibrate(again, sineTargets_N); // nothing left to gain
    expect(second.fit.nllAfter).toBeLessThanOrEqual(second.fit.nllBefore);
    expect(second.fit.nllBefore - second.fit.nllAfter).toBeLessThan(0.01);
  });

  it("is the same for logits and for the probabilities made of them, and gives back the kind given", async () => {
    const drawn = sineDraws(2);
    const ofLogits = await calibrate(drawn, sineTargets_N);
    const ofProbs = await calibrate(asProbabilities(drawn), sineTargets_N);
    expect(ofProbs.fit.nllAfter).toBeCloseTo(ofLogits.fit.nllAfter, 4);
    const [logits, probs] = [ofLogits.calibrate(drawn), ofLogits.calibrate(asProbabilities(drawn))];
    expect([logits.kind, probs.kind]).toEqual(["logits", "probabilities"]);
    logits.data.forEach((logProb, at) => {
      expect(Math.abs(Math.exp(logProb) - probs.data[at]!)).toBeLessThan(1e-5);
    });
  });

  it("keeps shape, indices and consistency, and leaves its input alone", async () => {
    const drawn = sineDraws(2);
    const calibrator = await calibrate(drawn, sineTargets_N);
    const input = predictions("logits", [2, CLASSES, 2], drawn.data.slice(0, 4 * CLASSES), [17, 4], { isConsistent: true });
    const before = input.data.slice();
    expect(calibrator.calibrate(input)).toMatchObject({ shape: [2, CLASSES, 2], indices: [17, 4], isConsistent: true });
    expect(input.data).toEqual(before);
  });

  it("calibrates the positions of dense predictions like items", async () => {
    const drawn = sineDraws(3);
    const calibrator = await calibrate(drawn, sineTargets_N);
    const flat = calibrator.calibrate(drawn);
    const dense = calibrator.calibrate(predictions("logits", [ITEMS, CLASSES, 3, 1], drawn.data)); // draws read as positions
    expect(dense.data).toEqual(flat.data);
  });

  it("is the same again after JSON", async () => {
    const calibrator = await calibrate(sineDraws(2), sineTargets_N);
    const again = calibratorFromJSON(JSON.parse(JSON.stringify(calibrator)));
    expect(again.parameters).toEqual(calibrator.parameters);
    expect(again.fit).toEqual(calibrator.fit);
    expect(again.calibrate(sineDraws(2))).toEqual(calibrator.calibrate(sineDraws(2)));
  });

  it("refuses predictions and targets that do not fit", async () => {
    const drawn = sineDraws(1);
    await expect(calibrate(drawn, sineTargets_N.slice(1))).rejects.toThrow(code("E_SHAPE"));
    await expect(calibrate(drawn, sineTargets_N.with(3, CLASSES))).rejects.toThrow(/Dataset item 3 has the target 4/);
    await expect(calibrate(drawn, sineTargets_N.with(3, 0.5))).rejects.toThrow(code("E_ARGUMENT"));
    await expect(calibrate({ ...drawn, kind: "probabilities" }, sineTargets_N)).rejects.toThrow(code("E_ARGUMENT"));
    const broken = { ...drawn, data: drawn.data.with(5, Number.NaN) };
    await expect(calibrate(broken, sineTargets_N)).rejects.toThrow(/Dataset item 1 has the prediction NaN/);
    await expect(calibrate(predictions("logits", [2, 2, 2, 1], new Float32Array(8)), [0, 1])).rejects.toThrow(code("E_SHAPE"));
    await expect(calibrate(drawn, sineTargets_N, { maxSteps: 0 })).rejects.toThrow(code("E_ARGUMENT"));
    await expect(calibrate(drawn, sineTargets_N, { signal: AbortSignal.abort() })).rejects.toThrow(code("E_ABORTED"));
    const calibrator = await calibrate(drawn, sineTargets_N);
    const ofTwo = predictions("logits", [1, 2, 1], Float32Array.of(1, 0));
    expect(() => calibrator.calibrate(ofTwo)).toThrow(code("E_SHAPE"));
  });
});

describe.each([vectorScaling, dirichletCalibration])("%o", (calibrate) => {
  it("needs every class and some items of each", async () => {
    const drawn = sineDraws(1);
    const withoutTwo = sineTargets_N.map((target) => (target === 2 ? 1 : target));
    await expect(calibrate(drawn, withoutTwo)).rejects.toThrow(/No item has class 2 as target/);
    const few = predictions("logits", [7, CLASSES, 1], drawn.data.slice(0, 7 * CLASSES));
    await expect(calibrate(few, sineTargets_N.slice(0, 7))).rejects.toThrow(/at least 8 items/);
  });
});

describe("calibratorFromJSON", () => {
  const fit = { items: 2, nllBefore: 1, nllAfter: 1, steps: 0, hasConverged: true };
  it.each([
    ["nothing", undefined],
    ["an unknown method", { version: 1, method: "platt", classes: 2, fit }],
    ["a temperature of 0", { version: 1, method: "temperature", classes: 2, temperature: 0, fit }],
    ["a weight too few", { version: 1, method: "vector", classes: 2, weights_C: [1], biases_C: [0, 0], fit }],
    ["a vector for a matrix", { version: 1, method: "dirichlet", classes: 2, weights_C_C: [1, 1], biases_C: [0, 0], fit }],
    ["a weight that is no number", { version: 1, method: "vector", classes: 2, weights_C: [1, null], biases_C: [0, 0], fit }],
  ])("refuses %s", (_, state) => {
    expect(() => calibratorFromJSON(state)).toThrow(code("E_CHECKPOINT"));
  });
});
