import { BaalError } from "../core/errors.js";

/** A metric of the items seen so far. */
export interface Fold<Value> {
  /** Takes in one item, from the summary that starts at `at`. */
  add(summaries: Float64Array, at: number): void;
  /** The metric of the items taken in. Throws `E_ARGUMENT` where these items do not define it. */
  value(): Value;
}

/**
 * A metric that takes items one by one. An item is first summarised in a few numbers (its loss, its confidence and whether it is
 * right, ...), and the summaries are folded in order. So one definition serves the whole data at once, batch by batch with the
 * same result to the last bit, and the bootstrap, which folds the same summaries in another order.
 */
export interface MetricDefinition<Value = number, Target extends number | boolean = number> {
  /** C of `values_N_C`, row-major. Throws `E_ARGUMENT`, `E_SHAPE` or `E_NOT_FINITE` for data that the metric cannot read. */
  readonly check: (values_N_C: ArrayLike<number>, targets_N: ArrayLike<Target>) => number;
  /** How many numbers a summary has. */
  readonly summarySize: (classes: number) => number;
  /** Writes the summary of the item whose C values begin at `start` to `summaries`, from `at` on. */
  readonly summarize: (values_N_C: ArrayLike<number>, item: ItemPlace<Target>, summaries: Float64Array, at: number) => void;
  readonly fold: (classes: number) => Fold<Value>;
}

/** Where an item's values begin, how many they are, and its target. */
export interface ItemPlace<Target extends number | boolean = number> {
  readonly start: number;
  readonly classes: number;
  readonly target: Target;
}

/** A metric that can also be called: `metric(values_N_C, targets_N, options)`. */
export interface MetricFunction<Options extends object, Value = number, Target extends number | boolean = number>
  extends MetricDefinition<Value, Target> {
  (values_N_C: ArrayLike<number>, targets_N: ArrayLike<Target>, options?: Options): Value;
  /** The metric with these options, for `accumulate` and `bootstrapInterval`. Throws `E_ARGUMENT` for options out of range. */
  with(options: Options): MetricDefinition<Value, Target>;
}

/** Makes a metric callable; on its own it stands for the metric with the default options. */
export function defineMetric<Options extends object, Value = number, Target extends number | boolean = number>(
  make: (options: Partial<Options>) => MetricDefinition<Value, Target>,
): MetricFunction<Options, Value, Target> {
  const measureAll = (values_N_C: ArrayLike<number>, targets_N: ArrayLike<Target>, options: Partial<Options> = {}) =>
    measure(make(options), values_N_C, targets_N);
  return Object.assign(measureAll, make({}), { with: make });
}

/** A metric of all items at once. Throws as the metric's `check` and its fold's `value`. */
function measure<Value, Target extends number | boolean>(
  metric: MetricDefinition<Value, Target>,
  values_N_C: ArrayLike<number>,
  targets_N: ArrayLike<Target>,
): Value {
  const classes = metric.check(values_N_C, targets_N);
  const fold = metric.fold(classes);
  addItems(metric, fold, classes, values_N_C, targets_N);
  return fold.value();
}

/** Folds checked items, one after the other. */
function addItems<Target extends number | boolean>(
  { summarySize, summarize }: MetricDefinition<unknown, Target>,
  fold: Fold<unknown>,
  classes: number,
  values_N_C: ArrayLike<number>,
  targets_N: ArrayLike<Target>,
): void {
  const summary = new Float64Array(summarySize(classes));
  for (let item = 0; item < targets_N.length; item++) {
    summarize(values_N_C, { start: item * classes, classes, target: targets_N[item]! }, summary, 0);
    fold.add(summary, 0);
  }
}

/** The summaries of all items, `[N, summarySize]` row-major, after checking. */
export function summaries<Target extends number | boolean>(
  { check, summarySize, summarize }: MetricDefinition<unknown, Target>,
  values_N_C: ArrayLike<number>,
  targets_N: ArrayLike<Target>,
): { readonly rows: Float64Array; readonly size: number; readonly classes: number } {
  const classes = check(values_N_C, targets_N);
  const size = summarySize(classes);
  const rows = new Float64Array(targets_N.length * size);
  for (let item = 0; item < targets_N.length; item++)
    summarize(values_N_C, { start: item * classes, classes, target: targets_N[item]! }, rows, item * size);
  return { rows, size, classes };
}

/** A metric that is the mean of one number per item. Batch by batch it keeps a sum and a count. */
export function meanMetric(termOf: (probs_N_C: ArrayLike<number>, item: ItemPlace) => number): MetricDefinition {
  return {
    check: checkClassified,
    summarySize: () => 1,
    summarize: (probs_N_C, item, summaries, at) => {
      summaries[at] = termOf(probs_N_C, item);
    },
    fold: () => {
      let sum = 0;
      let count = 0;
      return {
        add: (summaries, at) => {
          sum += summaries[at]!;
          count++;
        },
        value: () => sum / count,
      };
    },
  };
}

/**
 * The number of classes C of `probs_N_C` (row-major) for N targets. Throws `E_ARGUMENT` when there are no items or a target is no
 * class, `E_SHAPE` when the sizes do not agree, `E_NOT_FINITE` for a probability that is no finite number.
 */
export function checkClassified(probs_N_C: ArrayLike<number>, targets_N: ArrayLike<number>): number {
  const items = targets_N.length;
  if (items === 0) throw new BaalError("E_ARGUMENT", "A metric needs at least one labelled item; none came.");
  const classes = probs_N_C.length / items;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new BaalError("E_SHAPE", `${probs_N_C.length} probabilities cannot be [N, C] for ${items} targets.`);
  }
  for (let i = 0; i < items; i++) checkClass(targets_N[i]!, classes, i);
  for (let i = 0; i < probs_N_C.length; i++) {
    if (!Number.isFinite(probs_N_C[i])) {
      throw new BaalError(
        "E_NOT_FINITE",
        `Item ${Math.floor(i / classes)} has the probability ${probs_N_C[i]} for class ${i % classes}.`,
      );
    }
  }
  return classes;
}

function checkClass(target: number, classes: number, item: number): void {
  if (!Number.isInteger(target) || target < 0 || target >= classes) {
    throw new BaalError(
      "E_ARGUMENT",
      `Item ${item} has the target ${target}, where a class index from 0 to ${classes - 1} was expected.`,
    );
  }
}

/** Numbers that are added one by one; 8 bytes each, at most twice that while growing. */
export interface NumberList {
  readonly length: number;
  push(value: number): void;
  /** A copy of exactly the numbers so far. */
  toArray(): Float64Array;
}

export function numberList(): NumberList {
  let data = new Float64Array(64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === data.length) {
        const larger = new Float64Array(2 * length);
        larger.set(data);
        data = larger;
      }
      data[length++] = value;
    },
    toArray: () => data.slice(0, length),
  };
}

/** The class with the highest probability; the lowest index where several are equal. */
export function predictedClass(probs_N_C: ArrayLike<number>, { start, classes }: Pick<ItemPlace, "start" | "classes">): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (probs_N_C[start + c]! > probs_N_C[start + best]!) best = c;
  return best;
}

/** Measures items that come in batches. */
export interface Accumulator<Value = number, Target extends number | boolean = number> {
  /** Takes in a batch, `[B, C]` row-major and `[B]`. A batch that throws leaves the accumulator as it was. */
  update(values_B_C: ArrayLike<number>, targets_B: ArrayLike<Target>): void;
  /** The metric of all items since the start or the last reset: to the last bit what the metric gives for them at once. */
  compute(): Value;
  reset(): void;
}

/**
 * An accumulator for a metric, or for one with options (`accumulate(accuracy.with({ topK: 3 }))`). Memory: mean metrics (accuracy,
 * NLL, Brier) keep two numbers, binned and counting ones their bins or C x C counts; those that sort (AUROC, average precision, FPR at
 * TPR, adaptive calibration error) keep 1 or 2 numbers per item. Batches are not kept.
 * `update` throws as the metric does for bad data and `E_SHAPE` when the number of classes changes; `compute` throws `E_ARGUMENT` before
 * the first item and where the items do not define the metric.
 *
 * @example
 * ```ts
 * import { accumulate, accuracy } from "baaljs/metrics";
 *
 * const running = accumulate(accuracy);
 * running.update([0.7, 0.3], [0]); // batch by batch
 * running.update([0.6, 0.4, 0.2, 0.8], [1, 1]);
 * console.log(running.compute());
 * ```
 */
export function accumulate<Value, Target extends number | boolean>(
  metric: MetricDefinition<Value, Target>,
): Accumulator<Value, Target> {
  let state: { readonly fold: Fold<Value>; readonly classes: number } | undefined;
  return {
    update(values_B_C, targets_B) {
      const classes = metric.check(values_B_C, targets_B);
      if (state && state.classes !== classes)
        throw new BaalError("E_SHAPE", `A batch of ${classes} classes came after batches of ${state.classes}.`);
      state ??= { fold: metric.fold(classes), classes };
      addItems(metric, state.fold, classes, values_B_C, targets_B);
    },
    compute() {
      if (!state) throw new BaalError("E_ARGUMENT", "A metric needs at least one labelled item; call update first.");
      return state.fold.value();
    },
    reset() {
      state = undefined;
    },
  };
}
