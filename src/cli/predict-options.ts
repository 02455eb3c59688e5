import { type Command, Option } from "commander";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { drawHeuristicNames } from "../heuristics/registry.js";
import type { CommonOptions } from "./base-command.js";
import {
  addBadTextOption,
  addDataFileOptions,
  type BadTextOptions,
  type DataFileOptions,
  TEMPLATE_HELP,
} from "./data-file-options.js";
import { addImageOptions, type ImageOptions } from "./image-options.js";
import { addMasksOption, addOnnxFileOption, type MaskOptions, type ModelOptions } from "./model-options.js";
import { integer, oneOf, rowsFile } from "./option-parsers.js";
import { addDeviceOptions, addPrecisionOption } from "./train-options.js";

export interface PredictCommandOptions
  extends CommonOptions,
    ModelOptions,
    MaskOptions,
    ImageOptions,
    DataFileOptions,
    BadTextOptions {
  readonly model: string;
  readonly data: string;
  readonly output: string;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly pairColumn?: string | undefined;
  readonly iterations: number;
  readonly heuristic: string;
  /** Whether there is a column with the probability of every label. */
  readonly probabilities?: boolean | undefined;
  /** How many of the most probable labels are told; 1 by default. */
  readonly top?: number | undefined;
  /** Whether the draws themselves are told. */
  readonly draws?: boolean | undefined;
  /** Begins the names of the columns that are added. */
  readonly columnPrefix?: string | undefined;
  readonly maxSeqLen?: number | undefined;
  readonly overwrite?: boolean | undefined;
  /** Whether a model that was given items out of scope calls what it predicts so. */
  readonly abstain: boolean;
}

/** Those that need nothing beside an item's own draws, and chance. */
const heuristicChoices = [...drawHeuristicNames, "random"];

export function addPredictOptions(command: Command): Command {
  command
    .requiredOption(
      "--model <model>",
      "folder or hub id of the model, of texts or of images; in a project (baal.yaml) what baal train has written",
    )
    .requiredOption(
      "--data <path>",
      "texts or images: .csv, .tsv, .jsonl, .json, .parquet or .arrow; of images also a folder with all that is in it, or a .tar archive",
    )
    .requiredOption(
      "--output <file>",
      "where the predictions go: .jsonl, .csv or .parquet, where an interrupted run is continued; or - for standard output (CSV)",
      rowsFile,
    )
    .option("--text-column <name>", 'column of the text (default: as the model was trained, or "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--pair-column <name>", "column of the second text, for pairs of texts (default: as the model was trained)")
    .option("--iterations <draws>", "draws per item; 1 is one pass with dropout off", integer({ min: 1 }), DEFAULT_ITERATIONS)
    .addOption(
      new Option("--heuristic <name>", "the uncertainty")
        .choices(heuristicChoices)
        .argParser(oneOf(heuristicChoices))
        .default("entropy"),
    )
    .option("--probabilities", "a column probability_LABEL for each label")
    .option(
      "--top <labels>",
      "so many of the most probable labels: prediction_2 and probability_2, and so on",
      integer({ min: 1 }),
    )
    .option("--draws", "a column draws with what each draw says: a list of [draws][labels] numbers")
    .option("--column-prefix <text>", "begins the names of the columns that are added, where the data have such columns already")
    .option(
      "--max-seq-len <tokens>",
      `most tokens per text; the rest is cut off (default: as the model was trained, or ${DEFAULT_MAX_SEQ_LEN})`,
      integer({ min: 1 }),
    )
    .option("--no-abstain", "the most probable class also of what the model's rule takes for out of scope")
    .option("--overwrite", "replace the output file");
  addBadTextOption(addDataFileOptions(command));
  return addMasksOption(addOnnxFileOption(addPrecisionOption(addDeviceOptions(addImageOptions(command))))).addHelpText(
    "after",
    EXAMPLES,
  );
}

const EXAMPLES = `
The output has every column and row of the data, in their order, and behind them prediction, probability (of the prediction) and uncertainty. While it is
being written it is called FILE.partial; an interrupted command goes on there when it is given again.

Examples:
  baal predict --model my-model --data texts.csv --output scores.csv
  baal predict --model my-model --data texts.csv --heuristic bald --top 3 --output scores.csv
  baal predict --model my-model --data photos/ --on-bad-image skip --output scores.csv
  baal predict --model my-model --data photos.csv --image-column url --probabilities --output scores.parquet`;
