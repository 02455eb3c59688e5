import type { BenchContext } from "./bench-context.js";

/** One row of the report. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly comparedWith: string;
  /** Ours in terms of the other; `undefined` where there is nothing to compare with. */
  readonly ratio?: number | undefined;
  readonly target: string;
  /** `undefined`: no target, or the other side could not be measured. */
  readonly met?: boolean | undefined;
  /** So far from the target that the bench ends with 1. */
  readonly failed?: boolean | undefined;
  /** What a reader must know to judge the numbers. */
  readonly notes?: readonly string[];
  /** The raw numbers, units in their names. */
  readonly samples: Readonly<Record<string, number | readonly number[]>>;
}

/** Measures one promise and gives its rows. */
export interface Measurement {
  /** For `--only`. */
  readonly name: string;
  readonly about: string;
  readonly run: (context: BenchContext) => Promise<readonly Row[]>;
}

export const NO_PYTORCH = "PyTorch not measured";
