import type { Row } from "../measurement.js";
import { median } from "../statistics.js";

export interface GateOptions {
  readonly what: string;
  readonly unit: "ms" | "s";
  /** What is promised. Twice of it is a failure: the bench ends with 1. */
  readonly limit: number;
  readonly samples: readonly number[];
  readonly notes?: readonly string[] | undefined;
}

/** A row for a time limit: the median of the samples against it. */
export function gateRow({ what, unit, limit, samples, notes = [] }: GateOptions): Row {
  const value = median(samples);
  return {
    what,
    ours: `${value.toFixed(unit === "s" ? 2 : 0)} ${unit}`,
    comparedWith: "-",
    ratio: value / limit,
    target: `< ${limit} ${unit}`,
    met: value < limit,
    failed: value >= 2 * limit,
    notes: [...notes, "Alone on the machine. The ratio is to the limit; from 2.00 on the bench ends with 1."],
    samples: { [unit === "s" ? "seconds" : "milliseconds"]: samples },
  };
}
