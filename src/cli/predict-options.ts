import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { drawHeuristicNames } from "../heuristics/registry.js";
import type { CommonOptions } from "./base-command.js";
import { addBadTextOption, addDataFileOptions, type BadTextOptions, type DataFileOptions } from "./data-file-options.js";
import { addImageOptions, type ImageOptions } from "./image-options.js";
import { addOnnxFileOption, type ModelOptions } from "./model-options.js";
import { integer, oneOf } from "./option-parsers.js";
import { addDeviceOptions } from "./train-options.js";

export interface PredictCommandOptions extends CommonOptions, ModelOptions, ImageOptions, DataFileOptions, BadTextOptions {
  readonly model: string;
  readonly data: string;
  readonly output: string;
  readonly textColumn: string;
  readonly pairColumn?: string | undefined;
  readonly iterations: number;
  readonly heuristic: string;
  readonly maxSeqLen: number;
  readonly overwrite?: boolean | undefined;
  /** Whether a model that was given items out of scope calls what it predicts so. */
  readonly abstain: boolean;
}

/** Those that need nothing beside an item's own draws, and chance. */
const heuristicChoices = [...drawHeuristicNames, "random"];

export function addPredictOptions(command: Command): Command {
  command
    .requiredOption("--model <model>", "folder or hub id of the model, of texts or of images")
    .requiredOption(
      "--data <path>",
      "texts or images: .csv, .tsv, .jsonl, .json, .parquet or .arrow; of images also a folder with all that is in it, or a .tar archive",
    )
    .requiredOption(
      "--output <file>",
      "where the predictions go: .jsonl, .csv or .parquet, where an interrupted run is continued; or - for standard output (CSV)",
      outputFile,
    )
    .option("--text-column <name>", "column of the text", "text")
    .option("--pair-column <name>", "column of the second text, for pairs of texts")
    .option("--iterations <draws>", "draws per item; 1 is one pass with dropout off", integer({ min: 1 }), DEFAULT_ITERATIONS)
    .addOption(
      new Option("--heuristic <name>", "the uncertainty")
        .choices(heuristicChoices)
        .argParser(oneOf(heuristicChoices))
        .default("bald"),
    )
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN)
    .option("--no-abstain", "the most probable class also of what the model's rule takes for out of scope")
    .option("--overwrite", "replace the output file");
  addBadTextOption(addDataFileOptions(command));
  return addOnnxFileOption(addDeviceOptions(addImageOptions(command))).addHelpText("after", EXAMPLES);
}

const EXAMPLES = `
Examples:
  baal predict --model my-model --data texts.csv --output scores.csv
  baal predict --model my-model --data photos/ --on-bad-image skip --output scores.csv
  baal predict --model my-model --data photos.csv --image-column url --heuristic entropy --output scores.parquet`;

function outputFile(path: string): string {
  if (path === "-") return path;
  if (/\.(jsonl|csv|parquet)$/i.test(path)) return resolve(path);
  throw new InvalidArgumentError("Expected a file name that ends in .jsonl, .csv or .parquet.");
}
