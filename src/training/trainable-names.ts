import { BaalError } from "../errors.js";
import { matchesName, type NamePattern } from "./name-pattern.js";

/**
 * The parameters that no pattern freezes. Throws `E_ARGUMENT` for a pattern that fits none (a misspelt one would silently
 * train everything) and when nothing is left to train.
 */
export function trainableNames(names: readonly string[], freeze: readonly NamePattern[]): ReadonlySet<string> {
  for (const pattern of freeze) {
    if (!names.some((name) => matchesName(pattern, name))) {
      const some = names.slice(0, 5).join(", ");
      throw new BaalError("E_ARGUMENT", `freeze: no parameter matches ${pattern}. The names are like ${some}.`);
    }
  }
  const trainable = names.filter((name) => !freeze.some((pattern) => matchesName(pattern, name)));
  if (trainable.length === 0) throw new BaalError("E_ARGUMENT", "freeze leaves no parameter to train.");
  return new Set(trainable);
}
