import type { Dataset } from "../core/dataset.js";
import { datasetView } from "../core/dataset-view.js";
import { BaalTrainer } from "../training/baal-trainer.js";
import { pretrainMaskedLM } from "../training/masked-lm/pretrain-masked-lm.js";
import { resolveTrainingArguments } from "../training/resolve-training-arguments.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { planTraining } from "../training/training-plan.js";
import { CellRunner, type CellRunnerOptions, pretrainOptions } from "./cell-runner.js";
import type { CellSetup, SetupOf } from "./cell-setup.js";
import type { ExperimentConfig } from "./experiment-config.js";
import type { ExperimentPlan } from "./experiment-plan.js";
import type { PreparedExperiment } from "./prepare-experiment.js";
import { cellArguments, patchForCell } from "./run-cell.js";
import { strategyLabel, strategyOf } from "./strategy-spec.js";

/** The time that a plan takes on this machine, from a few measured steps of training and a few predicted items. */
export interface TimeEstimate {
  readonly secondsPerTrainingStep: number;
  /** One draw of one item. */
  readonly secondsPerDraw: number;
  /** Steps of masked-language-model training, for each seed, and what one takes; 0 without. */
  readonly pretrainingSteps: number;
  readonly secondsPerPretrainingStep: number;
  /** Of all cells, one after the other, and the pretraining of each seed. */
  readonly totalSeconds: number;
  /** Training steps of each step of the experiment. */
  readonly trainingSteps: readonly number[];
}

const STEPS = 4;
const ITEMS = 128;
/** That a head is solved from. */
const LABELLED = 100;

/**
 * Measures for some seconds. Strategies' own time is left out, and cells may be stopped early: it can be less or more. Trains a model that
 * is then given up.
 */
export async function estimateTime(
  experiment: PreparedExperiment,
  plan: ExperimentPlan,
  options: Omit<CellRunnerOptions, "onEvent">,
): Promise<TimeEstimate> {
  const { pretraining, ...config } = experiment.config;
  const runner = new CellRunner({ ...experiment, config }, options);
  const seed = config.seeds[0]!;
  const setup = await runner.setupFor(seed);
  patchForCell(experiment, setup);
  const args = cellArguments(experiment, setup, seed);
  const measured = await measure(setup, args);
  const resolved = resolveTrainingArguments(args);
  const trainingSteps = plan.labels.map((labels) => planTraining(labels, resolved).totalSteps);
  const { iterations, poolSize = Number.POSITIVE_INFINITY, evaluation } = config;
  const evaluated = setup.test.length + (experiment.outOfScope?.protocol === "threshold" ? setup.validation.length : 0);
  let totalSeconds = 0;
  const needsOf = new Map(config.strategies.map((spec) => [strategyLabel(spec), strategyOf(spec).needs]));
  for (const { strategy } of plan.cells) {
    const needs = needsOf.get(strategy) ?? [];
    const draws = needs.includes("draws") || needs.includes("probabilities") ? iterations : 0;
    const passes = draws + (needs.includes("features") ? 1 : 0);
    plan.labels.forEach((labels, step) => {
      const isLast = step === plan.labels.length - 1;
      const pool = isLast ? 0 : Math.min(poolSize, experiment.pool.length - labels);
      const drawn = evaluated * evaluation.iterations + pool * passes;
      totalSeconds += trainingSteps[step]! * measured.secondsPerTrainingStep + drawn * measured.secondsPerDraw;
    });
  }
  const before = await measurePretraining(setup, pretraining);
  totalSeconds += config.seeds.length * before.pretrainingSteps * before.secondsPerPretrainingStep;
  return { ...measured, ...before, totalSeconds, trainingSteps };
}

async function measurePretraining(
  setup: CellSetup,
  pretraining: ExperimentConfig["pretraining"],
): Promise<Pick<TimeEstimate, "pretrainingSteps" | "secondsPerPretrainingStep">> {
  if (pretraining === undefined || setup.kind !== "text") return { pretrainingSteps: 0, secondsPerPretrainingStep: 0 };
  const { args, ...options } = pretrainOptions(pretraining);
  const times: number[] = [];
  await pretrainMaskedLM(setup.model, setup.train, {
    ...{ ...options, args: { ...args, maxSteps: STEPS, minSteps: 0 } },
    onProgress: () => times.push(performance.now()),
  });
  return {
    pretrainingSteps: planTraining(setup.train.length, resolveTrainingArguments({ ...args })).totalSteps,
    secondsPerPretrainingStep: quickestStep(times),
  };
}

/** In seconds: other work on the machine only makes them longer. */
function quickestStep(times: readonly number[]): number {
  return Math.min(...times.slice(1).map((time, i) => time - times[i]!)) / 1000;
}

type Measured = Pick<TimeEstimate, "secondsPerTrainingStep" | "secondsPerDraw">;

function measure(setup: CellSetup, args: TrainingArguments): Promise<Measured> {
  if (setup.kind === "text") return measureWith(setup, args);
  return setup.kind === "image" ? measureWith(setup, args) : measureWith(setup, args);
}

async function measureWith<Input>({ model, train, learn }: SetupOf<Input>, args: TrainingArguments): Promise<Measured> {
  const times: number[] = [];
  const trainer = new BaalTrainer({
    model,
    args: { ...args, maxSteps: STEPS, minSteps: 0, evalStrategy: "no", loadBestModelAtEnd: false },
  });
  const begin = performance.now();
  if (learn) {
    const half = Math.ceil(train.length / 2);
    const [labelled, pool] = [some(train, Math.min(half, LABELLED)), some(train, half)];
    await learn({ labelled, pool });
    times.push(begin, performance.now());
  } else
    await trainer.train(some(train, Math.min(train.length, 64 * (args.batchSize ?? 8))), {
      onProgress: (event) => event.type === "train" && times.push(performance.now()),
    });
  const items = some(train, ITEMS);
  const draws = model.isStochastic ? 4 : 1;
  const predict = async () => {
    const begin = performance.now();
    await trainer.predictOnDataset(items, { iterations: draws });
    return performance.now() - begin;
  };
  // The first pass makes the session.
  await predict();
  const quickest = Math.min(await predict(), await predict());
  return {
    secondsPerTrainingStep: quickestStep(times),
    secondsPerDraw: quickest / (items.length * draws) / 1000,
  };
}

/** Evenly spread items. */
function some<Input>(dataset: Dataset<Input>, count: number): Dataset<Input> {
  const step = Math.max(1, dataset.length / count);
  const positions = Array.from({ length: Math.min(count, dataset.length) }, (_, i) => Math.floor(i * step));
  return datasetView(dataset, positions);
}
