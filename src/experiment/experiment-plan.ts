import type { PreparedExperiment } from "./prepare-experiment.js";
import type { ExperimentStep } from "./step-store.js";
import { cellFolder, strategyLabel } from "./strategy-spec.js";

/** One run of the experiment: a strategy with a seed. */
export interface Cell {
  /** The strategy's label: its name, where it has no options of its own. */
  readonly strategy: string;
  readonly seed: number;
  /** Of its log, below the experiment's folder. */
  readonly folder: string;
}

/** The cells of an experiment and how many labels each of their steps has. */
export interface ExperimentPlan {
  /** Seed by seed, so that all strategies of one can be compared early; in each, the strategies in the configuration's order. */
  readonly cells: readonly Cell[];
  /** Numbers of labels, step by step; the last may be fewer than asked for, where the pool ends. */
  readonly labels: readonly number[];
}

/** Lists the cells of an experiment and the numbers of labels of their steps. */
export function planExperiment({ config, pool, initialCount }: PreparedExperiment): ExperimentPlan {
  const { seeds, strategies, querySize, steps } = config;
  const labels = Array.from({ length: steps }, (_, step) => Math.min(pool.length, initialCount + step * querySize));
  const last = labels.indexOf(pool.length);
  return {
    cells: seeds.flatMap((seed) => strategies.map((spec) => planCell(strategyLabel(spec), seed))),
    labels: last === -1 ? labels : labels.slice(0, last + 1),
  };
}

/** A cell with the name of its folder. */
export function planCell(strategy: string, seed: number): Cell {
  return { strategy, seed, folder: cellFolder(strategy, seed) };
}

/** Seconds that the parts of a step took. */
export interface StepSeconds {
  readonly train: number;
  readonly evaluate: number;
  /** Predicting the pool and picking. */
  readonly select: number;
}

/** An event of a cell while it runs. */
export type CellEvent =
  | {
      readonly type: "progress";
      readonly cell: Cell;
      readonly phase: keyof StepSeconds;
      /** Share of the phase that is done, in [0, 1]. */
      readonly done: number;
    }
  | { readonly type: "step"; readonly cell: Cell; readonly step: ExperimentStep; readonly seconds: StepSeconds }
  | { readonly type: "failed"; readonly cell: Cell; readonly error: unknown };
