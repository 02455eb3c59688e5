import { throwIfAborted } from "../../core/errors.js";

/** The value of a smooth function at `x`, its gradient written into `gradient`. */
export type SmoothFunction = (x: Float64Array, gradient: Float64Array) => number | Promise<number>;

/** Options of {@link minimiseLbfgs}. */
export interface LbfgsOptions {
  /** Most steps; 200 by default. */
  readonly maxIterations?: number | undefined;
  /** Converged when no component of the gradient is larger; 1e-5 by default. */
  readonly tolerance?: number | undefined;
  /** How many past steps describe the curvature; 10 by default. */
  readonly memory?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where {@link minimiseLbfgs} ended. */
export interface LbfgsResult {
  readonly value: number;
  readonly iterations: number;
  /** How often the function was evaluated. */
  readonly evaluations: number;
  readonly hasConverged: boolean;
}

/** A past step and the change of the gradient along it. */
interface Curvature {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / step'change */
  readonly rho: number;
}

/** Share of the decrease that the slope promises with which a step is taken (Armijo 1966). */
const ENOUGH = 1e-4;
/** Close to the minimum the values differ by less than they are rounded by, and the gradient alone tells the way (Hager & Zhang 2005). */
const ROUNDING = 4 * Number.EPSILON;
const MOST_HALVINGS = 30;

/**
 * Minimises a smooth function by the limited-memory quasi-Newton method (Liu & Nocedal 1989), `x` changed in place: it ends at the lowest
 * value met. Deterministic. Throws `E_ABORTED`.
 *
 * @example
 * ```ts
 * import { minimiseLbfgs } from "baaljs/engine";
 *
 * const x = new Float64Array([3]);
 * await minimiseLbfgs(x, ([value], gradient) => {
 *   gradient[0] = 2 * value!;
 *   return value! ** 2;
 * }); // x is now [0]
 * ```
 */
export async function minimiseLbfgs(x: Float64Array, f: SmoothFunction, options: LbfgsOptions = {}): Promise<LbfgsResult> {
  const { maxIterations = 200, tolerance = 1e-5, memory = 10, signal } = options;
  let gradient = new Float64Array(x.length);
  let next = new Float64Array(x.length);
  const candidate = new Float64Array(x.length);
  const direction = new Float64Array(x.length);
  const history: Curvature[] = [];
  let value = await f(x, gradient);
  let [iterations, evaluations] = [0, 1];
  while (iterations < maxIterations && largest(gradient) > tolerance) {
    throwIfAborted(signal, "The minimisation");
    newtonDirection(direction, gradient, history);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      history.length = 0;
      newtonDirection(direction, gradient, history);
      slope = dot(direction, gradient);
    }
    // Without a past the scale of the gradient says nothing: the first step has length 1 at most.
    let size = history.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let reached = Infinity;
    for (let halvings = 0; ; halvings++, size /= 2) {
      for (let i = 0; i < x.length; i++) candidate[i] = x[i]! + size * direction[i]!;
      reached = await f(candidate, next);
      evaluations++;
      if (reached <= value + ENOUGH * size * slope + ROUNDING * Math.abs(value)) break;
      if (halvings === MOST_HALVINGS) return { value, iterations, evaluations, hasConverged: false };
    }
    remember(history, { x, candidate, gradient, next }, memory);
    x.set(candidate);
    [gradient, next] = [next, gradient];
    value = reached;
    iterations++;
  }
  return { value, iterations, evaluations, hasConverged: largest(gradient) <= tolerance };
}

interface Step {
  readonly x: Float64Array;
  readonly candidate: Float64Array;
  readonly gradient: Float64Array;
  readonly next: Float64Array;
}

/** Adds the step to the history, the oldest one's arrays used again for it where that is full: a run makes no garbage. */
function remember(history: Curvature[], { x, candidate, gradient, next }: Step, memory: number): void {
  const oldest = history.length === memory ? history.shift() : undefined;
  const { step, change } = oldest ?? { step: new Float64Array(x.length), change: new Float64Array(x.length) };
  for (let i = 0; i < x.length; i++) {
    step[i] = candidate[i]! - x[i]!;
    change[i] = next[i]! - gradient[i]!;
  }
  const product = dot(step, change);
  // Rounding at the end of a run can hide the curvature: such a step says nothing.
  if (product > 1e-12 * dot(change, change)) history.push({ step, change, rho: 1 / product });
}

/** Writes -H g by the two-loop recursion, H the inverse curvature that the past steps tell of. */
function newtonDirection(direction: Float64Array, gradient: Float64Array, history: readonly Curvature[]): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i]!;
  const alphas = new Float64Array(history.length);
  for (let past = history.length - 1; past >= 0; past--) {
    const { step, change, rho } = history[past]!;
    alphas[past] = rho * dot(step, direction);
    addScaled(direction, change, -alphas[past]!);
  }
  const last = history.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  history.forEach(({ step, change, rho }, past) => {
    addScaled(direction, step, alphas[past]! - rho * dot(change, direction));
  });
}

function addScaled(target: Float64Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * values[i]!;
}

/** Four sums, since each addition waits for the one before. */
function dot(a: Float64Array, b: Float64Array): number {
  let p = 0;
  let q = 0;
  let r = 0;
  let s = 0;
  const inFours = a.length - 3;
  let i = 0;
  for (; i < inFours; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) p += a[i]! * b[i]!;
  return p + q + (r + s);
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
