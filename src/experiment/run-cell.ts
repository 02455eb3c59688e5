import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ActiveLearningDataset } from "../active/active-learning-dataset.js";
import type { LoopStep } from "../active/active-learning-loop.js";
import { patchModule, unpatchModule } from "../bayesian/patch-module.js";
import type { Dataset } from "../core/dataset.js";
import { datasetView } from "../core/dataset-view.js";
import { createRandom, deriveSeed } from "../core/random.js";
import { lockFolder, lockWhenFree } from "../system/folder-lock.js";
import { BaalTrainer } from "../training/baal-trainer.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { ActiveLearningExperiment } from "./active-learning-experiment.js";
import type { CellSetup, SetupOf } from "./cell-setup.js";
import { CellEvaluation } from "./evaluate-cell.js";
import type { Cell, CellEvent, StepSeconds } from "./experiment-plan.js";
import { chooseInitialLabels } from "./initial-labels.js";
import { isSolved, type PreparedExperiment } from "./prepare-experiment.js";
import { stoppingCriterion } from "./stopping-config.js";
import { strategyLabel, strategyOf } from "./strategy-spec.js";

export interface RunCellOptions {
  /** The experiment's folder. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: CellEvent) => void) | undefined;
  /** Whether other machines may run the same cell: one that is dead is waited for, and one that has taken over ends the work here. */
  readonly areCellsShared?: boolean | undefined;
}

/** The purposes that seeds are derived for. */
const PURPOSE = { training: 11, initial: 12, steps: 13, stopSet: 14 } as const;

/** The arguments of training a cell's model: the recipe's arguments, the configuration's, and the cell's seed. */
export function cellArguments({ config }: PreparedExperiment, { recipeArgs }: CellSetup, seed: number): TrainingArguments {
  const { training, evaluation } = config;
  // Who asks for epochs does not want the recipe's number of steps.
  const isByEpochs = training["numTrainEpochs"] !== undefined && training["maxSteps"] === undefined;
  return {
    ...recipeArgs,
    ...(isByEpochs ? { maxSteps: -1 } : {}),
    ...training,
    ...{ seed: deriveSeed(seed, PURPOSE.training), evalIterations: evaluation.iterations },
  };
}

/** Keeps dropout on at prediction time, or what else the configuration says. */
export function patchForCell({ config }: PreparedExperiment, { model }: CellSetup): void {
  const { patch = {} } = config.model;
  // What is solved is patched with its posterior then.
  if (patch === false || isSolved(config)) unpatchModule(model);
  else patchModule(model, patch);
}

/** Runs a cell to its end, or from where it stopped. Its log is in its own folder, which no other process may be using. */
export async function runCell(
  experiment: PreparedExperiment,
  setup: CellSetup,
  cell: Cell,
  options: RunCellOptions,
): Promise<void> {
  const folder = join(options.output, cell.folder);
  await mkdir(folder, { recursive: true });
  const lost = new AbortController();
  const lock = options.areCellsShared
    ? await lockFolder(folder, "lock", { isPatient: true, onLost: () => lost.abort() })
    : await lockWhenFree(folder, { what: "The experiment", signal: options.signal });
  const signal = options.signal ? AbortSignal.any([options.signal, lost.signal]) : lost.signal;
  try {
    patchForCell(experiment, setup);
    const run = { ...options, signal, cell, folder, args: cellArguments(experiment, setup, cell.seed) };
    if (setup.kind === "text") await runWith(experiment, setup, run);
    else if (setup.kind === "image") await runWith(experiment, setup, run);
    else await runWith(experiment, setup, run);
  } finally {
    await lock.release();
  }
}

interface CellRun extends RunCellOptions {
  readonly cell: Cell;
  readonly folder: string;
  readonly args: TrainingArguments;
}

async function runWith<Input>(experiment: PreparedExperiment, setup: SetupOf<Input>, run: CellRun): Promise<void> {
  const { config, labels, outOfScope } = experiment;
  const { model, train, validation, test } = setup;
  const { cell, folder, args, signal, onEvent } = run;
  // An empty data set is none.
  const validationOnly = validation.length > 0 ? validation : undefined;
  const classOf = (index: number) => Number(train.at(index).target);
  const classes = Array.from({ length: train.length }, (_, index) => classOf(index));
  const dataset = new ActiveLearningDataset(train, { seed: cell.seed });
  const trainer = new BaalTrainer({ model, args, evalDataset: validationOnly });
  const evaluation = new CellEvaluation({
    ...{ model, args, test, validation, outOfScope },
    validationMetric: config.stopping?.earlyStopping?.metric,
    rareClasses: rareClasses(config.evaluation.rareClasses, { labels, classes }),
  });
  // The model may come from another cell; where each step draws new weights, that happens by itself.
  if (config.weights === "keep") trainer.resetWeights();
  const spec = config.strategies.find((one) => strategyLabel(one) === cell.strategy) ?? cell.strategy;
  const stopItems = config.stopping?.stabilisedPredictions?.items;
  const shown = (items: readonly ScoredItem[]) =>
    Promise.all(
      items.slice(0, config.evaluation.examples).map(async ({ index, score }) => ({
        ...{ index, score, label: labels[classes[index]!] },
        ...(await setup.preview(index)),
      })),
    );
  const watch = phaseWatch(run);
  const iterations = config.model.patch === false ? 1 : config.iterations;
  const steps = new ActiveLearningExperiment<Input>({
    ...{ trainer, dataset, evalDataset: test, iterations },
    strategy: strategyOf(spec, { signal }),
    criterion: config.stopping && stoppingCriterion(config.stopping),
    stopSet: stopItems === undefined ? undefined : stopSet(train, stopItems, cell.seed),
    ...{ querySize: config.querySize, steps: config.steps, weights: config.weights },
    ...{ poolSize: config.poolSize, draws: config.draws },
    targetDataset: validationOnly,
    seed: deriveSeed(cell.seed, PURPOSE.steps),
    chooseInitial: () =>
      chooseInitialLabels({
        ...{ initial: config.initialLabels, dataset, classOf, labels, trainer, iterations, signal },
        seed: deriveSeed(cell.seed, PURPOSE.initial),
        targetDataset: validationOnly,
      }),
    train: setup.learn && (({ signal: stop }) => setup.learn!({ labelled: dataset, pool: dataset.pool, signal: stop })),
    evaluate: (work) => watch.evaluating(() => evaluation.evaluate(work)),
    details: async ({ selected, scores, numLabelled }, picked) => ({
      // Those that the step's model was trained on.
      classCounts: countClasses(dataset.labelledIndices.slice(0, numLabelled), classes, labels.length),
      reliability: config.evaluation.reliability ? evaluation.reliability : undefined,
      examples: await shown(selected.map((index, i) => ({ index, score: scores[i]! }))),
      draws: picked?.spent,
      uncertain: picked?.uncertainties && (await shown(mostUncertain(picked, config.evaluation.examples))),
    }),
    outputDir: folder,
  });
  await steps.run({
    signal,
    onProgress: (event) => watch.progress(event),
    onStep: (step) => onEvent?.({ type: "step", cell, step, seconds: watch.endStep() }),
  });
}

/** Tells the parts of a step from the progress that the trainer reports, and takes their times. */
function phaseWatch({ cell, onEvent }: CellRun) {
  let begin = performance.now();
  let seconds = { train: 0, evaluate: 0 };
  let isEvaluated = false;
  const lap = () => {
    const now = performance.now();
    const passed = (now - begin) / 1000;
    begin = now;
    return passed;
  };
  return {
    progress(event: TrainerProgress) {
      if (event.type === "save" || event.type === "warning") return;
      const done = event.type === "train" ? event.step / event.totalSteps : event.done / event.total;
      const phase = event.type === "train" ? "train" : isEvaluated ? "select" : "evaluate";
      onEvent?.({ type: "progress", cell, phase, done });
    },
    async evaluating<T>(work: () => Promise<T>): Promise<T> {
      seconds = { ...seconds, train: lap() };
      const result = await work();
      seconds = { ...seconds, evaluate: lap() };
      isEvaluated = true;
      return result;
    },
    endStep(): StepSeconds {
      const all = { ...seconds, select: lap() };
      isEvaluated = false;
      return all;
    },
  };
}

/** The same items for all strategies of a seed, which may be labelled later on or not. */
function stopSet<Input>(train: Dataset<Input>, items: number, seed: number): Dataset<Input> {
  const order = createRandom(deriveSeed(seed, PURPOSE.stopSet)).shuffled(Array.from({ length: train.length }, (_, i) => i));
  return datasetView(train, order.slice(0, items));
}

interface ScoredItem {
  readonly index: number;
  readonly score: number;
}

/** The candidates with the highest scores, of equal ones the first of the data set. */
function mostUncertain({ candidates, uncertainties }: LoopStep, count: number): ScoredItem[] {
  const items = candidates.map((index, i) => ({ index, score: uncertainties![i]! }));
  return items.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, count);
}

function countClasses(indices: readonly number[], classes: readonly number[], count: number): number[] {
  const counts = new Array<number>(count).fill(0);
  for (const index of indices) counts[classes[index]!]! += 1;
  return counts;
}

/** The classes named, or the so many with the fewest items in the pool; of equal ones the first. */
function rareClasses(
  wanted: number | readonly string[] | undefined,
  { labels, classes }: { readonly labels: readonly string[]; readonly classes: readonly number[] },
): number[] {
  if (wanted === undefined) return [];
  if (typeof wanted !== "number") return wanted.map((label) => labels.indexOf(label));
  const counts = countClasses(Array.from(classes.keys()), classes, labels.length);
  const order = Array.from(labels.keys()).sort((a, b) => counts[a]! - counts[b]! || a - b);
  return order.slice(0, wanted);
}
