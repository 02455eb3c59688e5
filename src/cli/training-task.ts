import type { Dataset } from "../data/dataset.js";
import type { GraphClassifier } from "../models/graph-classifier.js";
import type { FromPretrainedOptions } from "../models/text-classifier.js";
import type { CommandContext } from "./base-command.js";

/** What `baal train` trains: what texts and images differ in. */
export interface TrainingTask<Input> {
  readonly model: GraphClassifier<Input>;
  readonly train: Dataset<Input>;
  readonly evaluation: Dataset<Input> | undefined;
  readonly items: "texts" | "images";
  /** Goes into the result with `--json`. */
  readonly report: Readonly<Record<string, unknown>>;
  /** Removes what was only needed while training. */
  readonly close: () => Promise<void>;
}

/** What a task is made with. */
export interface TaskContext extends CommandContext {
  readonly pretrained: FromPretrainedOptions;
  readonly seed: number;
}
