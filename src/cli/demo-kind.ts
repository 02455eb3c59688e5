import type { DemoOptions, StrategyCurve } from "../demo/compare-strategies.js";

/** What texts and images differ in, for `baal demo`. */
export interface DemoKind {
  /** What is about to happen, in a sentence or two. */
  readonly about: string;
  /** What is labelled. */
  readonly items: "texts" | "images";
  readonly defaults: Pick<DemoOptions, "initialLabels" | "querySize" | "rounds">;
  readonly run: (options: DemoOptions) => Promise<FinishedDemo>;
}

export interface FinishedDemo {
  readonly curves: readonly StrategyCurve[];
  readonly poolSize: number;
  readonly testSize: number;
  readonly labels: readonly string[];
  readonly model: { save(folder: string): Promise<void> };
  /** What there is to see beside the curves, as lines. */
  readonly findings: readonly string[];
  /** The same for `--json`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What to try next with the model that was left, as lines. */
  readonly next: (model: string) => readonly string[];
}
