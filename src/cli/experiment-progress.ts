import { MultiBar, Presets, type SingleBar } from "cli-progress";
import { errorMessage } from "../core/errors.js";
import type { TimeEstimate } from "../experiment/estimate-time.js";
import type { Cell, CellEvent, ExperimentPlan, StepSeconds } from "../experiment/experiment-plan.js";
import { drawsOf } from "../experiment/experiment-results.js";
import type { PreparedExperiment } from "../experiment/prepare-experiment.js";
import { strategyLabel } from "../experiment/strategy-spec.js";
import { duration } from "./duration.js";

export interface ExperimentProgressOptions {
  readonly isSilent: boolean;
  readonly stream: NodeJS.WriteStream;
}

/** Where in a step its parts begin and end, roughly. */
const PARTS: Readonly<Record<keyof StepSeconds, readonly [begin: number, end: number]>> = {
  train: [0, 0.6],
  evaluate: [0.6, 0.75],
  select: [0.75, 1],
};

/** One line per step, with what is left to do; on a terminal also a bar for each cell that runs. */
export class ExperimentProgress {
  readonly #options: ExperimentProgressOptions;
  readonly #done = new Map<string, number>();
  readonly #bars: MultiBar | undefined;
  readonly #running = new Map<string, SingleBar>();
  #steps = 0;
  #left = 0;
  #total = 0;
  #doneHere = 0;
  #begin = 0;

  constructor(options: ExperimentProgressOptions) {
    this.#options = options;
    if (options.isSilent || !options.stream.isTTY) return;
    const format = "{cell} [{bar}] {phase}";
    // Lines above the bars push them away: they are drawn anew whether or not they changed.
    const display = { hideCursor: true, gracefulExit: false, forceRedraw: true };
    this.#bars = new MultiBar({ format, stream: options.stream, ...display }, Presets.shades_classic);
  }

  start({ cells, labels }: ExperimentPlan, done: ReadonlyMap<Cell, number>): void {
    for (const cell of cells) this.#done.set(cell.folder, done.get(cell) ?? 0);
    this.#steps = labels.length;
    this.#total = cells.length * labels.length;
    this.#left = this.#total - cells.reduce((sum, cell) => sum + (done.get(cell) ?? 0), 0);
    this.#begin = performance.now();
  }

  show(event: CellEvent): void {
    if (event.type === "progress") this.#showPart(event);
    else if (event.type === "step") this.#showStep(event);
    else this.#showFailure(event);
  }

  stop(): void {
    // Lines wait for the next drawing.
    this.#bars?.update();
    this.#bars?.stop();
  }

  #showPart({ cell, phase, done }: CellEvent & { readonly type: "progress" }): void {
    if (!this.#bars) return;
    const name = `${cell.strategy} seed ${cell.seed}`;
    const bar = this.#running.get(cell.folder) ?? this.#bars.create(100, 0, { cell: name, phase: "" });
    this.#running.set(cell.folder, bar);
    const [begin, end] = PARTS[phase];
    const step = this.#done.get(cell.folder) ?? 0;
    bar.update((100 * (step + begin + (end - begin) * done)) / this.#steps, {
      phase: `step ${step + 1}/${this.#steps} ${phase}`,
    });
  }

  #showStep({ cell, step, seconds }: CellEvent & { readonly type: "step" }): void {
    const done = step.step + 1;
    this.#done.set(cell.folder, done);
    this.#doneHere++;
    // A cell may end early, where its pool does.
    this.#left -= step.stopReason === undefined ? 1 : 1 + this.#steps - done;
    if (step.stopReason !== undefined) this.#removeBar(cell);
    const accuracy = step.metrics["accuracy"];
    const took = seconds.train + seconds.evaluate + seconds.select;
    const left = ((performance.now() - this.#begin) / 1000 / this.#doneHere) * this.#left;
    const spent = drawsOf(step);
    const line = [
      `${this.#total - this.#left}/${this.#total}  ${cell.strategy} seed ${cell.seed}, step ${done}/${this.#steps}: ${step.numLabelled} labels`,
      ...(accuracy === undefined ? [] : [`accuracy ${(100 * accuracy).toFixed(1)} %`]),
      ...(spent === undefined ? [] : [`${((100 * spent.passes) / spent.allPasses).toFixed(0)} % of the draws`]),
      duration(took),
      `about ${duration(left)} left`,
    ].join(", ");
    this.#write(line);
  }

  #showFailure({ cell, error }: CellEvent & { readonly type: "failed" }): void {
    this.#left -= this.#steps - (this.#done.get(cell.folder) ?? 0);
    this.#removeBar(cell);
    this.#write(`${cell.strategy} seed ${cell.seed} failed: ${errorMessage(error)}`);
  }

  #removeBar({ folder }: Cell): void {
    const bar = this.#running.get(folder);
    if (bar) this.#bars?.remove(bar);
    this.#running.delete(folder);
  }

  /** Above the bars, where there are any. */
  #write(line: string): void {
    if (this.#options.isSilent) return;
    if (this.#bars) this.#bars.log(`${line}\n`);
    else this.#options.stream.write(`${line}\n`);
  }
}

/** The plan of an experiment, for people. */
export function planText(
  { config, about, pool, labels }: PreparedExperiment,
  plan: ExperimentPlan,
  estimate: TimeEstimate & { readonly seconds: number; readonly folder: string },
): string {
  const { secondsPerTrainingStep, secondsPerDraw, trainingSteps, pretrainingSteps, seconds, folder } = estimate;
  const milliseconds = (value: number) => `${(1000 * value).toPrecision(3)} ms`;
  return [
    `data        ${about.name}: ${pool.length} items to label from, ${about.items.validation} to tune on, ${about.items.test} to test, ${labels.length} classes`,
    `licence     ${about.licence}`,
    ...about.files.map(({ name, bytes, sha256 }) => `file        ${name}, ${bytes} bytes, sha256 ${sha256.slice(0, 16)}...`),
    `strategies  ${config.strategies.map(strategyLabel).join(", ")}`,
    `seeds       ${config.seeds.join(", ")}`,
    `labels      ${plan.labels.join(", ")}`,
    ...(pretrainingSteps > 0
      ? [`pretraining ${pretrainingSteps} steps of ${milliseconds(estimate.secondsPerPretrainingStep)}, for each seed`]
      : []),
    `training    ${trainingSteps.join(", ")} steps of ${milliseconds(secondsPerTrainingStep)}`,
    `predicting  ${milliseconds(secondsPerDraw)} per draw of an item`,
    `cells       ${plan.cells.length}, of ${plan.labels.length} steps each`,
    `time        about ${duration(seconds)}${config.stopping ? ", less where cells are stopped early" : ""}`,
    `output      ${folder}`,
  ].join("\n");
}
