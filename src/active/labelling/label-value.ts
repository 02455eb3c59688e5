import type { Target } from "../../core/dataset.js";
import { BaalError } from "../../core/errors.js";
import { checkTarget } from "../label-table.js";

/** A label as a person gives it: a target, or a class by its name. */
export type LabelValue = Exclude<Target, undefined> | string;

/**
 * The target that a label means. Throws `E_ARGUMENT` for what is no target or for another number of values than there are labels,
 * `E_LABEL_UNKNOWN` for a name or class index that is not among `labels`.
 */
export function targetOf(index: number, value: LabelValue, labels: readonly string[] | undefined): Exclude<Target, undefined> {
  if (typeof value === "string") {
    const position = labels?.indexOf(value) ?? -1;
    if (position >= 0) return position;
    const remedy = labels ? `known are ${labels.join(", ")}` : "give the session the option labels, or the class index";
    throw new BaalError("E_LABEL_UNKNOWN", `Item ${index}: the label ${JSON.stringify(value)} is unknown; ${remedy}.`);
  }
  if (value === undefined || value === null)
    throw new BaalError("E_ARGUMENT", `Item ${index}: a label is needed, ${value} came; skip(index) leaves an item out.`);
  checkTarget(index, value);
  if (!labels) return value;
  if (typeof value !== "number" && value.length !== labels.length) {
    const message = `Item ${index}: ${labels.length} values are needed, one per label; ${value.length} came.`;
    throw new BaalError("E_ARGUMENT", message);
  }
  if (typeof value === "number" && value >= labels.length) {
    const message = `Item ${index}: the class indices run from 0 to ${labels.length - 1}; ${value} came.`;
    throw new BaalError("E_LABEL_UNKNOWN", message);
  }
  return value;
}
