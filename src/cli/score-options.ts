import { type Command, InvalidArgumentError } from "commander";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import type { Share } from "../scale/plan/run-plan.js";
import type { CommonOptions } from "./base-command.js";
import { addDataFileOptions, type DataFileOptions, TEMPLATE_HELP } from "./data-file-options.js";
import { addMasksOption, addOnnxFileOption, type MaskOptions, type ModelOptions } from "./model-options.js";
import { integer, rowsFile } from "./option-parsers.js";
import { addDeviceOptions, addPrecisionOption } from "./train-options.js";

export interface ScoreOptions extends CommonOptions, ModelOptions, MaskOptions, DataFileOptions {
  readonly model?: string | undefined;
  readonly strategy: string;
  readonly count: number;
  readonly output?: string | undefined;
  readonly scores?: string | undefined;
  readonly store?: string | undefined;
  readonly textColumn?: string | undefined;
  readonly text?: string | undefined;
  readonly imageColumn: string;
  readonly iterations: number;
  readonly maxSeqLen?: number | undefined;
  readonly shardRows: number;
  readonly shard?: Share | undefined;
  readonly workers: number;
  readonly queue?: string | undefined;
  readonly queueName?: string | undefined;
  readonly detach?: boolean | undefined;
  readonly plan?: boolean | undefined;
  readonly merge?: boolean | undefined;
  readonly status?: boolean | undefined;
  readonly resume?: boolean | undefined;
  readonly cancel?: boolean | undefined;
}

/** Rows of a shard: some minutes of a machine's work, and what a machine that is lost loses at most. */
const ROWS_PER_SHARD = 10_000;

export function addScoreOptions(command: Command): Command {
  command
    .argument("[pool]", "rows to score: .csv, .tsv, .jsonl, .json, .parquet or .arrow; of images also a folder")
    .option("--model <model>", "folder or hub id of the model, of texts or of images")
    .option(
      "--strategy <name>",
      "how the picks are chosen: topk:bald, power:entropy, badge, coreset, ...; ranked by scores exactly, others from each shard's candidates",
      "power:bald",
    )
    .option("--count <rows>", "rows to pick", integer({ min: 1 }), 100)
    .option("--output <file>", "where the picked rows go, best first: .csv, .jsonl or .parquet", namedFile)
    .option("--scores <file>", "where all rows go, with their scores: .csv, .jsonl or .parquet", namedFile)
    .option(
      "--store <place>",
      "where the run is kept: a folder that all machines see, or s3://bucket/prefix (default: a folder beside the output, removed at the end)",
    )
    .option("--text-column <name>", 'column of the text (default: as the model was trained, or "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--image-column <name>", "column of the image's path or address, for models of images", "image")
    .option("--iterations <draws>", "draws per item", integer({ min: 1 }), DEFAULT_ITERATIONS)
    .option(
      "--max-seq-len <tokens>",
      `most tokens per text; the rest is cut off (default: as the model was trained, or ${DEFAULT_MAX_SEQ_LEN})`,
      integer({ min: 1 }),
    )
    .option("--shard-rows <rows>", "rows that are scored and stored together", integer({ min: 1 }), ROWS_PER_SHARD)
    .option("--shard <i/n>", "score this part alone, of n parts 0/n to n-1/n: $SLURM_ARRAY_TASK_ID/1000", share)
    .option("--workers <processes>", "processes that score side by side on this machine", integer({ min: 1 }), 1)
    .option("--queue <address>", "let baal worker score on other machines: redis://HOST:PORT or postgres://USER@HOST/DATABASE")
    .option("--queue-name <name>", "of several queues on one server")
    .option(
      "--detach",
      "with --queue: do not wait for the workers; the last one writes the output, if it sees that path; --status tells how far they are",
    )
    .option("--plan", "bring the pool into the store, and score nothing yet")
    .option("--merge", "write the output from the store's results, and score nothing")
    .option("--status", "say how far the run in the store is")
    .option("--resume", "look whether all results are whole, and go on with a run that was cancelled")
    .option("--cancel", "end the run in the store, on all machines; what is scored stays");
  return addMasksOption(addOnnxFileOption(addPrecisionOption(addDeviceOptions(addDataFileOptions(command))))).addHelpText(
    "after",
    EXAMPLES,
  );
}

const EXAMPLES = `
The same command again goes on where it stopped: what is in the store is not scored again.

Examples:
  baal score pool.parquet --model my-model --count 1000 --output next.csv
  baal score pool.csv --model my-model --strategy badge --store /shared/run1 --shard $SLURM_ARRAY_TASK_ID/100 --output /shared/next.csv
  baal score pool.csv --model my-model --store /shared/run1 --queue redis://queue:6379 --output next.csv    # and baal worker elsewhere
  baal score --store /shared/run1 --status
  baal score --store /shared/run1 --merge --output next.csv --scores all.parquet`;

/** Whoever merges writes it, which may be another task: there is no standard output that all have. */
function namedFile(path: string): string {
  if (path === "-")
    throw new InvalidArgumentError("Expected a file: several machines may write it, which have no output in common.");
  return rowsFile(path);
}

function share(text: string): Share {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  const found = { index: Number(index), of: Number(of) };
  if (of !== undefined && found.index < found.of) return found;
  throw new InvalidArgumentError("Expected i/n with i from 0 to n - 1, such as 0/2 and 1/2.");
}
