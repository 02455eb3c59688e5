import type { Target } from "../data/dataset.js";
import { BaalError } from "../errors.js";

/** Throws `E_ARGUMENT` for what is no class index and no array of finite numbers and nulls: JSON must keep it. */
export function checkTarget(index: number, value: Target): void {
  if (value === undefined) return;
  const fits =
    typeof value === "number" ? Number.isInteger(value) && value >= 0 : value.every((x) => x === null || Number.isFinite(x));
  if (fits) return;
  throw new BaalError(
    "E_ARGUMENT",
    `Item ${index}: a class index or an array of finite numbers is needed as its value, ${value} came.`,
  );
}
