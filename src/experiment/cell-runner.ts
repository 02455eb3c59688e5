import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted } from "../core/errors.js";
import { deriveSeed } from "../core/random.js";
import { readSafetensors } from "../engine/safetensors/read-safetensors.js";
import { writeSafetensors } from "../engine/safetensors/write-safetensors.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import { lockWhenFree } from "../system/folder-lock.js";
import { type PretrainOptions, pretrainMaskedLM } from "../training/masked-lm/pretrain-masked-lm.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import { type CellSetup, type CellSetupOptions, setUpCell } from "./cell-setup.js";
import type { Cell, CellEvent } from "./experiment-plan.js";
import { isSolved, type PreparedExperiment } from "./prepare-experiment.js";
import { type RunCellOptions, runCell } from "./run-cell.js";
import { solvedSetup } from "./solved-setup.js";

export interface CellRunnerOptions
  extends Omit<FromPretrainedOptions, "labels" | "seed">,
    Pick<RunCellOptions, "areCellsShared"> {
  /** The experiment's folder. */
  readonly output: string;
  readonly onEvent?: ((event: CellEvent) => void) | undefined;
  /** Told what is done before the first step of a cell. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** How a cell came out: with an error, or at its end. */
export interface CellOutcome {
  readonly error: unknown;
}

/** The purposes that the seeds of a model's weights and of its pretraining are derived for. */
const PURPOSE = { model: 21, pretraining: 22 } as const;

/** Runs cells one after the other in this process, and makes their model once where that gives the same. */
export class CellRunner {
  readonly #experiment: PreparedExperiment;
  readonly #options: CellRunnerOptions;
  #made: { readonly key: string; readonly setup: CellSetup } | undefined;

  constructor(experiment: PreparedExperiment, options: CellRunnerOptions) {
    this.#experiment = experiment;
    this.#options = options;
  }

  /**
   * Throws `E_ABORTED`, and what making the model throws where all cells have the same one: none of them can run then. Any other error
   * is this cell's own, and is given back.
   */
  async run(cell: Cell): Promise<CellOutcome> {
    const { output, signal, onEvent, areCellsShared } = this.#options;
    if (this.#isShared) await this.setupFor(cell.seed);
    try {
      await runCell(this.#experiment, await this.setupFor(cell.seed), cell, { output, signal, onEvent, areCellsShared });
      return { error: undefined };
    } catch (error) {
      throwIfAborted(signal, "The experiment");
      // Nobody knows what state it is in.
      this.#made = undefined;
      return { error };
    }
  }

  /** With weights that each step draws anew nothing depends on those that the model is made with. */
  get #isShared(): boolean {
    const { config, data } = this.#experiment;
    return config.weights === "reset" && config.pretraining === undefined && data.augment === undefined;
  }

  /** The model and the data sets for a seed. */
  async setupFor(seed: number): Promise<CellSetup> {
    const { config } = this.#experiment;
    const isShared = this.#isShared;
    const key = isShared ? "all" : String(seed);
    if (this.#made?.key === key) return this.#made.setup;
    const { onEvent: _, onNote: __, output: ___, areCellsShared: ____, ...pretrained } = this.#options;
    const setup = await this.#setUp({ ...pretrained, seed: deriveSeed(isShared ? 0 : seed, PURPOSE.model) });
    if (config.pretraining !== undefined) await this.#pretrain(setup, { seed, pretraining: config.pretraining });
    this.#made = { key, setup };
    return setup;
  }

  async #setUp(options: CellSetupOptions): Promise<CellSetup> {
    const setup = await setUpCell(this.#experiment, options);
    if (!isSolved(this.#experiment.config)) return setup;
    this.#options.onNote?.("computing the encoder's vectors, once");
    return solvedSetup(setup, this.#experiment);
  }

  /** Once per seed: its weights are kept for the other strategies. */
  async #pretrain(
    setup: CellSetup,
    { seed, pretraining }: { readonly seed: number; readonly pretraining: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    if (setup.kind !== "text") return;
    const { output, signal, onNote } = this.#options;
    const folder = join(output, "pretraining");
    const file = join(folder, `seed-${seed}.safetensors`);
    await mkdir(folder, { recursive: true });
    // Another process may be at it, for another strategy.
    const lock = await lockWhenFree(folder, { what: "The experiment", signal, seconds: Number.POSITIVE_INFINITY });
    try {
      const isThere = await access(file).then(
        () => true,
        () => false,
      );
      if (isThere) {
        setup.model.loadStateDict(await readSafetensors(file));
        setup.model.keepAsInitial();
        return;
      }
      onNote?.(`pretraining on the ${setup.train.length} texts of the pool (seed ${seed})`);
      await pretrainMaskedLM(setup.model, setup.train, {
        ...pretrainOptions(pretraining),
        signal,
        onProgress: tenths((percent) => onNote?.(`pretraining (seed ${seed}): ${percent} %`)),
        args: { ...pretrainOptions(pretraining).args, seed: deriveSeed(seed, PURPOSE.pretraining) },
      });
      await writeSafetensors(file, setup.model.stateDict());
    } finally {
      await lock.release();
    }
  }
}

/** Tells of each tenth that is done, but the last. */
function tenths(tell: (percent: number) => void): ProgressListener {
  let told = 0;
  return (event) => {
    if (event.type !== "train") return;
    const tenth = Math.floor((10 * event.step) / event.totalSteps);
    if (tenth > told && tenth < 10) tell(10 * tenth);
    told = Math.max(told, tenth);
  };
}

/** The arguments of training among the fields of `pretraining`, and the others. */
export function pretrainOptions({ maskingShare, unit, ...args }: Readonly<Record<string, unknown>>): PretrainOptions {
  return {
    args: args as NonNullable<PretrainOptions["args"]>,
    maskingShare: maskingShare as number | undefined,
    unit: unit as "word" | "token" | undefined,
  };
}
