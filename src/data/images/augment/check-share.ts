import { BaalError } from "../../../core/errors.js";

/** Throws `E_ARGUMENT` for a number outside `[0, most]`. */
export function checkShare(name: string, value: number, most = 1): number {
  if (value >= 0 && value <= most) return value;
  throw new BaalError("E_ARGUMENT", `${name} is a number from 0 to ${most}; ${value} came.`);
}
