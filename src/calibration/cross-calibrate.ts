import { BaalError } from "../core/errors.js";
import { type Predictions, predictions } from "../core/predictions.js";
import type { Random } from "../core/random.js";
import type { Calibrator } from "./calibrator.js";

/** A class index; or an entry per label, `null` where unknown. */
export type CalibrationTarget = number | readonly (number | null)[];

/** Fits a calibrator to predictions `[N, C, K]` and the targets of the N items. */
export type FitToItems = (given: Predictions, targets: readonly CalibrationTarget[]) => Promise<Calibrator>;

/** What {@link crossCalibrate} found. */
export interface CrossCalibration {
  /** Fitted to all items. */
  readonly calibrator: Calibrator;
  /** The predictions, each item's calibrated by one that was fitted to the others: what calibration is worth elsewhere. */
  readonly held: Predictions;
  readonly folds: number;
}

/** A tenth or a third would do as well: a calibrator has few numbers. */
const FOLDS = 5;

/**
 * A calibrator of all items, and beside it what it is worth: each item is calibrated by one that was fitted to the other four fifths, so that no figure is of
 * the data that it was fitted to. Classes are spread evenly over the fifths, in an order that `random` gives. Throws as `fitTo` does.
 */
export async function crossCalibrate(
  fitTo: FitToItems,
  given: Predictions,
  targets: readonly CalibrationTarget[],
  random: Random,
): Promise<CrossCalibration> {
  const calibrator = await fitTo(given, targets);
  const folds = Math.min(FOLDS, targets.length);
  const foldOf = spread(targets, folds, random);
  const [items = 0, ...dims] = given.shape;
  const size = given.data.length / items;
  const data = new Float32Array(given.data.length);
  for (let fold = 0; fold < folds; fold++) {
    const [others, own] = [foldOf.map((one) => one !== fold), foldOf.map((one) => one === fold)];
    const part = await fitTo(
      itemsOf(given, others),
      targets.filter((_, i) => others[i]),
    ).catch((error: unknown) => {
      if (!(error instanceof BaalError && error.code === "E_DATA")) throw error;
      const without = `Of ${items} items ${own.filter(Boolean).length} are left out at a time, to judge by`;
      throw new BaalError("E_DATA", `${without}; without them: ${error.message}`, { cause: error });
    });
    const held = part.calibrate(itemsOf(given, own)).data;
    let row = 0;
    foldOf.forEach((one, i) => {
      if (one === fold) data.set(held.subarray(row * size, ++row * size), i * size);
    });
  }
  const { kind, indices, isConsistent } = given;
  return { calibrator, held: predictions(kind, [items, ...dims], data, indices, { isConsistent }), folds };
}

/** A fold for each item: those of a class one after the other, in a random order, go round the folds. */
function spread(targets: readonly CalibrationTarget[], folds: number, random: Random): readonly number[] {
  const rankOf = (target: CalibrationTarget) => (typeof target === "number" ? target : target.indexOf(1));
  const order = random.shuffled(targets.map((_, i) => i)).sort((a, b) => rankOf(targets[a]!) - rankOf(targets[b]!));
  const foldOf = new Array<number>(targets.length);
  order.forEach((item, rank) => {
    foldOf[item] = rank % folds;
  });
  return foldOf;
}

function itemsOf(given: Predictions, isWanted: readonly boolean[]): Predictions {
  const { kind, shape, indices, isConsistent, data } = given;
  const rows = indices.flatMap((_, i) => (isWanted[i] ? [i] : []));
  const size = data.length / indices.length;
  const part = new Float32Array(rows.length * size);
  rows.forEach((row, to) => {
    part.set(data.subarray(row * size, (row + 1) * size), to * size);
  });
  const names = rows.map((row) => indices[row]!);
  return predictions(kind, [rows.length, ...shape.slice(1)], part, names, { isConsistent });
}
