import { ActiveLearningDataset } from "../../active/active-learning-dataset.js";
import type { Dataset } from "../../core/dataset.js";
import type { BaalTrainer } from "../../training/baal-trainer.js";
import { ActiveLearningExperiment } from "../active-learning-experiment.js";

export interface DemoOptions {
  readonly seed: number;
  /** The strategies to compare, each from the same initial labels. */
  readonly strategies: readonly string[];
  readonly initialLabels: number;
  /** Labels added per round. */
  readonly querySize: number;
  readonly rounds: number;
  /** Draws per unlabelled item. */
  readonly iterations: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: DemoProgress) => void) | undefined;
}

export interface DemoProgress {
  readonly strategy: string;
  /** From 1. */
  readonly round: number;
  readonly phase: "train" | "evaluate" | "predict";
  /** Share of the whole demo that is done, in [0, 1]. */
  readonly done: number;
}

export interface CurvePoint {
  readonly labels: number;
  readonly accuracy: number;
  /** Dataset indices of the items that were labelled after this point; none after the last. */
  readonly picked: readonly number[];
}

export interface StrategyCurve {
  readonly strategy: string;
  readonly points: readonly CurvePoint[];
}

/** The items that the strategies choose from, and those that they are measured on. */
export interface DemoData<Input> {
  readonly pool: Dataset<Input>;
  readonly test: Dataset<Input>;
}

export interface Comparison<Input> {
  readonly curves: readonly StrategyCurve[];
  /** The labels of the last strategy. */
  readonly active: ActiveLearningDataset<Input>;
}

/** Where in a round each kind of work begins, roughly, as a share of the round. */
const begins = { evaluate: 0.6, predict: 0.65 } as const;

/**
 * For each strategy, from the same first labels: train from scratch on the labels so far, measure, draw predictions for the unlabelled
 * items with dropout on, choose, label, again.
 */
export async function compareStrategies<Input>(
  trainer: BaalTrainer<Input>,
  { pool, test }: DemoData<Input>,
  options: DemoOptions,
): Promise<Comparison<Input>> {
  const { seed, strategies, rounds, querySize, initialLabels, iterations, signal } = options;
  const curves: StrategyCurve[] = [];
  let active = new ActiveLearningDataset(pool, { seed });
  for (const [s, strategy] of strategies.entries()) {
    active = new ActiveLearningDataset(pool, { seed });
    const experiment = new ActiveLearningExperiment({
      ...{ trainer, dataset: active, evalDataset: test, strategy, querySize, initialLabels, iterations, steps: rounds, seed },
    });
    let round = 1;
    const report = (phase: DemoProgress["phase"], share: number) =>
      options.onProgress?.({ strategy, round, phase, done: (s * rounds + round - 1 + share) / (strategies.length * rounds) });
    const steps = await experiment.run({
      signal,
      onProgress: (event) => {
        if (event.type === "train" && event.step < event.totalSteps)
          report("train", begins.evaluate * (event.step / event.totalSteps));
        else if (event.type === "train") report("evaluate", begins.evaluate);
        else if (event.type === "evaluate" && event.done === event.total) report("predict", begins.predict);
      },
      onStep: () => {
        round++;
      },
    });
    const points = steps.map(({ numLabelled, metrics, selected }) => ({
      ...{ labels: numLabelled, accuracy: metrics["accuracy"]!, picked: selected },
    }));
    curves.push({ strategy, points });
  }
  return { curves, active };
}
