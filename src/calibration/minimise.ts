import { throwIfAborted } from "../core/errors.js";
import { AdamW } from "../engine/optimizers/adamw.js";
import type { CalibrationParameter } from "./methods.js";

/** A smooth function of the parameters: its value, and its gradient by each of them. */
export type Objective = () => Promise<{ readonly value: number; readonly gradients: ReadonlyMap<string, Float32Array> }>;

export interface MinimiseOptions {
  readonly maxSteps: number;
  readonly signal?: AbortSignal | undefined;
}

/** Steps without a better value by a share of {@link PROGRESS} after which the learning rate falls. */
const PATIENCE = 25;
const PROGRESS = 1e-6;
const FIRST_RATE = 0.1;
const LAST_RATE = 1e-4;
const FALL = 0.3;

/**
 * Full-batch Adam from the parameters as they are, changed in place, with a learning rate that falls whenever there is no more
 * progress, each time going on from the best parameters so far. They end as those: never worse than at the start.
 */
export async function minimise(
  parameters: ReadonlyMap<string, CalibrationParameter>,
  objective: Objective,
  { maxSteps, signal }: MinimiseOptions,
): Promise<{ readonly steps: number; readonly hasConverged: boolean }> {
  const best = new Map(Array.from(parameters, ([name, { data }]) => [name, data.slice()]));
  let optimizer = new AdamW();
  let learningRate = FIRST_RATE;
  let lowest = Infinity;
  let mark = Infinity; // the value that the next one must be clearly below
  let waited = 0;
  let steps = 0;
  while (steps < maxSteps && learningRate >= LAST_RATE) {
    throwIfAborted(signal, "The calibration");
    const { value, gradients } = await objective();
    steps++;
    if (value < lowest) {
      lowest = value;
      for (const [name, { data }] of parameters) best.get(name)!.set(data);
    }
    if (value < mark - PROGRESS * Math.abs(mark) || mark === Infinity) {
      mark = value;
      waited = 0;
    } else if (++waited >= PATIENCE) {
      learningRate *= FALL;
      waited = 0;
      mark = lowest;
      optimizer = new AdamW();
      restore(parameters, best);
      continue;
    }
    const updates = Array.from(parameters, ([name, { dims, data }]) => ({
      name,
      dims,
      weights: data,
      gradient: { kind: "dense" as const, data: gradients.get(name)! },
    }));
    optimizer.step(updates, { learningRate, gradientScale: 1 });
  }
  restore(parameters, best);
  return { steps, hasConverged: learningRate < LAST_RATE };
}

function restore(parameters: ReadonlyMap<string, CalibrationParameter>, best: ReadonlyMap<string, Float32Array>): void {
  for (const [name, { data }] of parameters) data.set(best.get(name)!);
}
