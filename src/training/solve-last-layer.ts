import { sharpnessCalibrator } from "../calibration/sharpness.js";
import type { FeatureOptions, LastLayer, LossName, PredictionCalibrator, StateDict } from "../core/bayesian-model.js";
import { checkTargets } from "../core/check-targets.js";
import type { Dataset } from "../core/dataset.js";
import { BaalError } from "../core/errors.js";
import { type Features, rowsOf, scaleToLengthOne, toLengthOne } from "../core/features.js";
import { joinFeatures } from "../core/join-chunks.js";
import { LOSS_OF_TASK, TASK_OF_LOSS, type Task } from "../core/task.js";
import { solveHead } from "../models/head/solve-head.js";
import { SOLVERS } from "./solve-for-loss.js";

/** A model whose logits come from a linear layer over features that it can give. */
export interface SolvableModel<Input> {
  readonly labels: readonly string[];
  readonly lastLayer: LastLayer | undefined;
  /** What it says of an item; set by what is solved. */
  task?: Task | undefined;
  /** What makes its probabilities right; set with `isCalibrated`. */
  calibrator?: PredictionCalibrator | undefined;
  features(dataset: Dataset<Input>, options?: FeatureOptions): AsyncGenerator<Features>;
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void;
}

export interface SolveOptions<Input = never> extends FeatureOptions {
  /**
   * What the targets are, and with it which regression is solved, by default as the model's task says: `"crossEntropy"`, one class an item, multinomial logistic regression;
   * `"binaryCrossEntropy"`, several labels, a logistic regression each, unknown ones (`null`) left out; `"meanSquaredError"`, numbers, ridge regression.
   */
  readonly loss?: LossName | undefined;
  /**
   * The classes' names as inputs, in the order of the model's labels: what is known of the classes before any item has a label. Or texts about
   * the classes, each with its class as the target, one or more per class. They count as long as they help.
   */
  readonly names?: Dataset<Input> | undefined;
  /** Items without a label: they take part under the classes that names, labels and their own clusters give them. */
  readonly unlabelled?: Dataset<Input> | undefined;
  /**
   * What such an item counts beside a labelled one, times its probability. `"auto"`, the default: with names 0.2 while there are fewer than two
   * labels per class, then what cross-validation on the labels says, of names as well; it ends what does not help. A number keeps the names, too. A pool whose
   * clusters are something else than the classes (they leave where names and labels put a third of it) has no part, whatever is asked for.
   */
  readonly pseudoWeight?: number | "auto" | undefined;
  /**
   * C: the larger, the weaker the pull of the weights to 0. 10 by default, right for features of length 1. Of numbers 1 / alpha of ridge regression,
   * by default where the marginal likelihood is highest.
   */
  readonly inverseRegularisation?: number | undefined;
  /**
   * Largest component of the mean loss's gradient at the end. 1e-5 by default, which leaves probabilities right to some 1e-3; 1e-9 takes a few times as
   * long, its last steps in double precision, and gives what scikit-learn gives at its best to six digits. Ridge regression is exact.
   */
  readonly tolerance?: number | undefined;
  /**
   * Whether each class counts alike, however many items it has. `"auto"` (default): as long as a class has no item, and up to 16 items per
   * class, when their number says more about which texts were picked than about how common a class is.
   */
  readonly balanceClasses?: boolean | "auto" | undefined;
  /**
   * Whether the model gets the `calibrator` that makes the probabilities of held-out labels right (a temperature, of five folds, from two labels per class
   * on): the solution itself is too unsure with few labels. Weights, draws and `fitOutOfScope` are those of the solution. Not by default, and for one
   * class an item alone.
   */
  readonly isCalibrated?: boolean | undefined;
  /** Begins at the weights that the layer has, which saves time where little changed; from zero by default. */
  readonly warmStart?: boolean | undefined;
}

/** What {@link solveLastLayer} came to. */
export interface SolveResult {
  /** Weighted mean cross-entropy of the items with the penalty, in nats (of several labels: summed over them); of numbers half the mean squares with it. */
  readonly loss: number;
  readonly iterations: number;
  readonly hasConverged: boolean;
  /** Items that had a class. */
  readonly items: number;
  readonly classesWithItems: number;
  readonly areClassesBalanced: boolean;
  /** What an unlabelled item counted beside a labelled one, times its probability; 0: they had no part. */
  readonly pseudoWeight: number;
  /** Whether the names had a part. */
  readonly withNames: boolean;
  /** What the logits are multiplied by where probabilities are shown (`isCalibrated`: the inverse of the model's temperature); 1: nothing. */
  readonly sharpness: number;
}

const BALANCED_UNTIL = 16;

/**
 * Sets a classifier's last layer to the solution of multinomial logistic regression on its own features (dropout off), everything in front of
 * it left as it is: no learning rate, no epochs, the same result each time. With few labels and a good encoder this is within a point of
 * fine-tuning, in a second (Tunstall et al. 2022, arXiv:2209.11055, use the same head). Items without a class are left out.
 *
 * With `names` it needs no labels at all, and with `unlabelled` beside them 20 confusable intents are told apart to 93 % without one; without
 * names `unlabelled` items help from two labels per class on. What does not help is left out (`withNames`, `pseudoWeight`).
 *
 * With another `loss` the targets are several labels an item, or numbers.
 *
 * Throws `E_MODEL_FORMAT` for a model without a linear last layer, `E_DATA` where no item has a class (and there are no names) or a target is
 * no class index, `E_SHAPE` where there are not as many names as classes, `E_ARGUMENT`, `E_ABORTED`.
 *
 * @example
 * ```ts with=text
 * import { solveLastLayer } from "baaljs";
 *
 * const names = model.datasetOf(labels.map((label) => label.replaceAll("_", " ")));
 * await solveLastLayer(model, active, { names, unlabelled: active.pool });
 * ```
 */
export async function solveLastLayer<Input>(
  model: SolvableModel<Input>,
  dataset: Dataset<Input>,
  given: SolveOptions<Input> = {},
): Promise<SolveResult> {
  checkOptions({ ...given, loss: given.loss ?? LOSS_OF_TASK[model.task ?? "single"] });
  const { inverseRegularisation = 10, balanceClasses = "auto", warmStart = false, pseudoWeight = "auto", tolerance } = given;
  const { names, unlabelled, loss = LOSS_OF_TASK[model.task ?? "single"] } = given;
  const { lastLayer: layer, labels } = model;
  if (!layer) {
    throw new BaalError(
      "E_MODEL_FORMAT",
      "A head can be solved where the logits come from a linear layer, which this model's do not.",
    );
  }
  const classes = labels.length;
  const state = new Map(model.stateDict());
  const start = warmStart ? layerWeights(state, layer, classes) : undefined;
  const adopt = (weights_C_P: Float64Array) => {
    model.loadStateDict(withLayer(state, layer, { weights_C_P, classes }));
    if (model.task !== undefined) model.task = TASK_OF_LOSS[loss];
  };
  if (loss !== "crossEntropy") {
    const { weights_C_P, ...result } = await SOLVERS[TASK_OF_LOSS[loss] as keyof typeof SOLVERS](model, dataset, {
      ...given,
      classes,
      start,
    });
    adopt(weights_C_P);
    return { ...result, areClassesBalanced: false, pseudoWeight: 0, withNames: false, sharpness: 1 };
  }
  const { targets, counted } = labelledItems(dataset, { classes, mayBeEmpty: names !== undefined });
  const vectors = async (items: Dataset<Input>) => joinFeatures(model.features(items, given), { total: items.length });
  const nameVectors = names && perClass(names, await vectors(names), classes);
  const none = { shape: [0, nameVectors?.shape[1] ?? 0] as const, data: new Float32Array(0), indices: [] };
  const labelled = counted.length === 0 ? none : rowsOf(await vectors(dataset), counted);
  const pool = unlabelled && unlabelled.length > 0 ? await vectors(unlabelled) : undefined;

  const present = new Set(targets).size;
  const isBalanced = balanceClasses === "auto" ? present < classes || counted.length < BALANCED_UNTIL * classes : balanceClasses;
  const solved = await solveHead(
    { classes, labelled, targets, names: nameVectors, pool },
    {
      ...{ inverseRegularisation, balanceClasses: isBalanced, pseudoWeight, tolerance, signal: given.signal },
      isCalibrated: given.isCalibrated,
      start,
    },
  );
  adopt(solved.weights_C_P);
  model.calibrator = solved.sharpness && sharpnessCalibrator(solved.sharpness, classes);
  return {
    ...{
      loss: solved.value,
      iterations: solved.iterations,
      hasConverged: solved.hasConverged,
      pseudoWeight: solved.pseudoWeight,
      withNames: solved.withNames,
      sharpness: solved.sharpness?.sharpness ?? 1,
    },
    ...{ items: counted.length, classesWithItems: present, areClassesBalanced: isBalanced },
  };
}

function checkOptions({
  inverseRegularisation = 1,
  pseudoWeight = "auto",
  tolerance = 1,
  loss = "crossEntropy",
  ...given
}: SolveOptions<unknown>): void {
  if (!(inverseRegularisation > 0))
    throw new BaalError("E_ARGUMENT", `inverseRegularisation is expected to be a number above 0; ${inverseRegularisation} came.`);
  if (pseudoWeight !== "auto" && !(pseudoWeight >= 0))
    throw new BaalError("E_ARGUMENT", `pseudoWeight is expected to be "auto" or a number of at least 0; ${pseudoWeight} came.`);
  if (!(tolerance > 0)) throw new BaalError("E_ARGUMENT", `tolerance is expected to be a number above 0; ${tolerance} came.`);
  if (loss === "crossEntropy") return;
  if (!Object.values(LOSS_OF_TASK).includes(loss)) {
    const known = Object.values(LOSS_OF_TASK).join('", "');
    throw new BaalError("E_ARGUMENT", `loss is expected to be one of "${known}"; "${loss}" came.`);
  }
  const misplaced = (["names", "unlabelled", "balanceClasses", "isCalibrated"] as const).filter(
    (name) => given[name] !== undefined,
  );
  if (misplaced.length === 0) return;
  throw new BaalError(
    "E_ARGUMENT",
    `${misplaced.join(" and ")} are for items of one class each (loss "crossEntropy"); the loss is "${loss}". Leave them out.`,
  );
}

/** One vector per class: the direction of the mean of its texts', each taken at length 1, at their mean length. Vectors without classes stay as they are. */
function perClass(names: Dataset<unknown>, vectors: Features, classes: number): Features {
  const targets = Array.from({ length: names.length }, (_, n) => names.at(n).target);
  if (!targets.some((target) => typeof target === "number" && target >= 0)) return vectors;
  const width = vectors.shape[1];
  const unit = toLengthOne(vectors).data;
  const sums = new Float32Array(classes * width);
  const counts = new Uint32Array(classes);
  const lengths = new Float64Array(classes);
  for (const [n, target] of targets.entries()) {
    if (!(typeof target === "number" && Number.isInteger(target) && target >= 0 && target < classes))
      throw new BaalError(
        "E_DATA",
        `Text ${n} of the names has the target ${String(target)}; a class index below ${classes} is expected.`,
      );
    counts[target]!++;
    lengths[target]! += Math.hypot(...vectors.data.subarray(n * width, (n + 1) * width));
    for (let d = 0; d < width; d++) sums[target * width + d]! += unit[n * width + d]!;
  }
  const without = counts.indexOf(0);
  if (without >= 0) throw new BaalError("E_SHAPE", `Class ${without} has no name: each class has one, or more.`);
  const data = scaleToLengthOne(sums, width).map((value, i) => {
    const c = Math.floor(i / width);
    return (value * lengths[c]!) / counts[c]!;
  });
  return { shape: [classes, width], data, indices: Array.from(counts.keys()) };
}

/** The classes of the items that have one, and their positions. */
function labelledItems(
  dataset: Dataset<unknown>,
  { classes, mayBeEmpty }: { readonly classes: number; readonly mayBeEmpty: boolean },
): { readonly targets: readonly number[]; readonly counted: readonly number[] } {
  if (mayBeEmpty && dataset.length === 0) return { targets: [], counted: [] };
  const { targets } = checkTargets(dataset, { loss: "crossEntropy", classes, what: "training" });
  const counted = (targets as readonly number[]).flatMap((target, n) => (target >= 0 ? [n] : []));
  return { targets: counted.map((n) => targets[n] as number), counted };
}

/** `[C, D + 1]`, the bias as the last column. */
function layerWeights(state: StateDict, { weight, bias, layout }: LastLayer, classes: number): Float64Array {
  const { data } = state.get(weight)!;
  const inputs = data.length / classes;
  const biases = bias === undefined ? undefined : state.get(bias)!.data;
  return Float64Array.from({ length: classes * (inputs + 1) }, (_, i) => {
    const [c, d] = [Math.floor(i / (inputs + 1)), i % (inputs + 1)];
    if (d === inputs) return biases?.[c] ?? 0;
    return data[layout === "out-in" ? c * inputs + d : d * classes + c]!;
  });
}

function withLayer(
  state: StateDict,
  { weight, bias, layout }: LastLayer,
  { weights_C_P, classes }: { readonly weights_C_P: Float64Array; readonly classes: number },
): StateDict {
  const { dims } = state.get(weight)!;
  const width = weights_C_P.length / classes;
  const inputs = width - 1;
  const data = new Float32Array(classes * inputs);
  for (let c = 0; c < classes; c++) {
    for (let d = 0; d < inputs; d++) data[layout === "out-in" ? c * inputs + d : d * classes + c] = weights_C_P[c * width + d]!;
  }
  state.set(weight, { dims, data });
  if (bias !== undefined)
    state.set(bias, {
      dims: [classes],
      data: Float32Array.from({ length: classes }, (_, c) => weights_C_P[c * width + inputs]!),
    });
  return state;
}
