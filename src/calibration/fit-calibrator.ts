import { BaalError } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import { createSession, type Feed } from "../engine/runtime/session.js";
import { calibrationData } from "./calibration-data.js";
import type { CalibrationOptions, ClassCalibrationMethod, Penalties } from "./calibration-state.js";
import { type Calibrator, makeCalibrator } from "./calibrator.js";
import { BIAS_PENALTY, calibrationGraph, LOG_PROBS, METHODS, OFF_DIAGONAL, TARGETS } from "./methods.js";
import { minimise, type Objective } from "./minimise.js";

export interface CalibrationFitting {
  readonly method: ClassCalibrationMethod;
  readonly penalties?: Penalties | undefined;
}

/**
 * Fits the parameters of a method to held-out predictions and their classes. Throws `E_SHAPE`, `E_ARGUMENT`, `E_NOT_FINITE`, `E_DATA`,
 * `E_ABORTED`.
 */
export async function fitCalibrator(
  { method: name, penalties }: CalibrationFitting,
  predictions: Predictions,
  targets_N: ArrayLike<number>,
  { maxSteps = 3000, signal, ...device }: CalibrationOptions,
): Promise<Calibrator> {
  if (!Number.isInteger(maxSteps) || maxSteps < 1)
    throw new BaalError("E_ARGUMENT", `maxSteps must be a whole number of at least 1; ${maxSteps} came.`);
  const method = METHODS[name];
  const { items, classes, iterations, logProbs, targets } = calibrationData(predictions, targets_N, method);
  const { graph, logLikelihood_N, penalty, gradients } = calibrationGraph(
    (builder, input) => method.emit(builder, input, classes),
    { classes, iterations },
  );
  await using session = await createSession(graph, device);

  const parameters = new Map(
    Array.from(method.identity(classes), ([key, value]) => [key, { dtype: "float32" as const, ...value }]),
  );
  const feeds = new Map<string, Feed>([
    [LOG_PROBS, { dtype: "float32", dims: [items * iterations, classes], data: logProbs }],
    [TARGETS, { dtype: "float32", dims: [items, 1, classes], data: targets }],
    ...parameters,
  ]);
  if (penalties) {
    feeds.set(OFF_DIAGONAL, { dtype: "float32", dims: [], data: Float32Array.of(penalties.offDiagonal) });
    feeds.set(BIAS_PENALTY, { dtype: "float32", dims: [], data: Float32Array.of(penalties.bias) });
  }
  const fetches = new Map<string, Feed>([
    [logLikelihood_N, { dtype: "float32", dims: [items], data: new Float32Array(items) }],
    ...Array.from(gradients, ([key, output]): [string, Feed] => {
      const { dims, data } = parameters.get(key)!;
      return [output, { dtype: "float32", dims, data: new Float32Array(data.length) }];
    }),
  ]);
  if (penalty) fetches.set(penalty, { dtype: "float32", dims: [], data: new Float32Array(1) });

  const nlls: number[] = [];
  const objective: Objective = async () => {
    const found = await session.run(feeds, fetches);
    const numbers = (output: string) => found.get(output)!.data as Float32Array;
    // Summed in double precision: near the optimum the value changes by less than float32 can tell.
    const nll = -numbers(logLikelihood_N).reduce((sum, term) => sum + term, 0) / items;
    if (!Number.isFinite(nll)) throw new BaalError("E_NOT_FINITE", `The loss of the ${name} calibration became ${nll}.`);
    nlls.push(nll);
    const value = nll + (penalty ? numbers(penalty)[0]! : 0);
    return { value, gradients: new Map(Array.from(gradients, ([key, output]) => [key, numbers(output)])) };
  };
  const { steps, hasConverged } = await minimise(parameters, objective, { maxSteps, signal });
  await objective();
  const fit = { items, nllBefore: nlls[0]!, nllAfter: nlls.at(-1)!, steps, hasConverged };
  return makeCalibrator(method.state(parameters, classes, fit));
}
