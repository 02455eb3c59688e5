/** What has been seen of a metric so far. */
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
export function addItems<Target extends number | boolean>(
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
