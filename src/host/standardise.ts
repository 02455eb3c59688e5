import type { LastLayer, StateDict } from "../core/bayesian-model.js";
import { BaalError } from "../core/errors.js";
import type { Row } from "../data/rows/row.js";
import type { TrainRequest } from "./host-calls.js";

/** Where numbers lie, and how far they scatter. */
export interface NumberScale {
  readonly mean: number;
  readonly deviation: number;
}

interface ScaledModel {
  readonly labels: readonly string[];
  readonly lastLayer: LastLayer | undefined;
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void;
}

/** The losses whose minimum moves with the numbers. */
const LOSSES: ReadonlySet<string | undefined> = new Set(["meanSquaredError", "huber"]);

/**
 * Mean and standard deviation of the one number that a model learns from rows; `undefined` where its outputs do not come from a linear layer with a bias, which is to be
 * put back. Throws `E_ARGUMENT` for a model of several outputs or another loss.
 */
export function numberScale({ labels, lastLayer }: ScaledModel, request: TrainRequest): NumberScale | undefined {
  if (labels.length !== 1 || !LOSSES.has(request.args?.loss)) {
    throw new BaalError(
      "E_ARGUMENT",
      `One number is standardised, for the losses ${[...LOSSES].join(" and ")}; ${labels.length} came with the loss ${request.args?.loss}.`,
    );
  }
  const numbers = request.rows.map((row) => row[columnOf(request)]).filter((value) => typeof value === "number");
  if (lastLayer?.bias === undefined || numbers.length === 0) return undefined;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}

/** The rows with the number in standard deviations from the mean. */
export function standardisedRows(request: TrainRequest, { mean, deviation }: NumberScale): readonly Row[] {
  const column = columnOf(request);
  return request.rows.map((row) => {
    const value = row[column];
    return typeof value === "number" ? { ...row, [column]: (value - mean) / deviation } : row;
  });
}

/** Has the one output y become `mean + deviation * y`. */
export function rescaleLastLayer(model: ScaledModel, { mean, deviation }: NumberScale): void {
  const { weight, bias } = model.lastLayer!;
  const state = new Map(model.stateDict());
  const [weights, biases] = [state.get(weight)!, state.get(bias!)!];
  state.set(weight, { ...weights, data: weights.data.map((value) => value * deviation) });
  state.set(bias!, { ...biases, data: biases.data.map((value) => mean + value * deviation) });
  model.loadStateDict(state);
}

function columnOf({ targetKey = "label" }: TrainRequest): string {
  return targetKey;
}
