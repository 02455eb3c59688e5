import { type Command, Option } from "commander";
import { parseOverride, type RawConfig, withField } from "../experiment/read-config.js";
import type { CommonOptions } from "./base-command.js";
import { integer, number, repeated } from "./option-parsers.js";
import { checkUsage } from "./usage-error.js";

/** The options of `baal experiment`: how it runs, and fields of the configuration. */
export interface ExperimentOptions extends CommonOptions {
  readonly output?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly processes?: number | undefined;
  readonly threads?: number | undefined;
  readonly queue?: string | undefined;
  readonly queueName?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly listDatasets?: boolean | undefined;
  readonly set?: readonly string[] | undefined;
  readonly [flag: string]: unknown;
}

interface FieldOption {
  readonly flags: string;
  readonly description: string;
  readonly parse?: ((text: string) => unknown) | undefined;
  readonly choices?: readonly string[] | undefined;
  /** Where it goes in the configuration; by default where the value says. */
  readonly field: readonly string[];
}

const positive = integer({ min: 1 });

/** Each overrides one field of the configuration. */
const FIELDS: readonly FieldOption[] = [
  { flags: "--dataset <name>", description: "data set by name; --list-datasets shows them", field: ["dataset", "name"] },
  {
    flags: "--data <path>",
    description: "texts (.csv, .jsonl, .parquet, ...) or a folder of images of your own",
    field: ["dataset", "path"],
  },
  { flags: "--test-data <path>", description: "items to test with, in the same form", field: ["dataset", "testPath"] },
  {
    flags: "--test-share <share>",
    description: "share of the data that is tested on",
    parse: number({ above: 0, max: 0.9 }),
    field: ["dataset", "testShare"],
  },
  { flags: "--text-column <name>", description: "column of the text", field: ["dataset", "textColumn"] },
  { flags: "--label-column <name>", description: "column of the label", field: ["dataset", "labelColumn"] },
  { flags: "--variant <name>", description: "of clinc_oos: full, small, imbalanced, plus", field: ["dataset", "variant"] },
  {
    flags: "--recipe <name>",
    description: "built-in text model from random weights: distilbert-mini, distilbert-small",
    field: ["model", "recipe"],
  },
  {
    flags: "--architecture <name>",
    description: "image network from random weights: small-cnn, vgg11 to vgg19",
    field: ["model", "architecture"],
  },
  { flags: "--model <model>", description: "folder or hub id of a pretrained model", field: ["model", "pretrained"] },
  { flags: "--strategies <names...>", description: "strategies to compare; random is always one of them", field: ["strategies"] },
  {
    flags: "--seeds <list>",
    description: "seeds between commas, or how many: 5 is 1,2,3,4,5 (default: 3)",
    parse: seeds,
    field: ["seeds"],
  },
  {
    flags: "--initial-labels <n>",
    description: "random labels to begin with (default: 100)",
    parse: positive,
    field: ["initialLabels"],
  },
  { flags: "--query-size <n>", description: "labels per step", parse: positive, field: ["querySize"] },
  { flags: "--steps <n>", description: "trainings per cell", parse: positive, field: ["steps"] },
  {
    flags: "--iterations <draws>",
    description: "draws per item of the pool (default: 20)",
    parse: positive,
    field: ["iterations"],
  },
  {
    flags: "--pool-size <n>",
    description: "score at most so many items per step (default: all)",
    parse: positive,
    field: ["poolSize"],
  },
  {
    flags: "--weights <what>",
    description: "before each training (default: reset)",
    choices: ["reset", "keep"],
    field: ["weights"],
  },
  {
    flags: "--num-train-epochs <number>",
    description: "passes over the labelled items",
    parse: number({ above: 0 }),
    field: ["training", "numTrainEpochs"],
  },
  {
    flags: "--max-steps <number>",
    description: "training steps in place of epochs",
    parse: positive,
    field: ["training", "maxSteps"],
  },
  {
    flags: "--min-steps <number>",
    description: "least number of training steps",
    parse: integer({ min: 0 }),
    field: ["training", "minSteps"],
  },
  { flags: "--batch-size <items>", description: "items per training step", parse: positive, field: ["training", "batchSize"] },
  {
    flags: "--learning-rate <rate>",
    description: "peak learning rate",
    parse: number({ min: 0 }),
    field: ["training", "learningRate"],
  },
  {
    flags: "--eval-iterations <draws>",
    description: "draws that an evaluation averages (default: 1)",
    parse: positive,
    field: ["evaluation", "iterations"],
  },
  {
    flags: "--out-of-scope <protocol>",
    description: "out-of-scope items: one class more, or found by a threshold",
    choices: ["class", "threshold"],
    field: ["outOfScope", "protocol"],
  },
  { flags: "--device <device>", description: "where the model runs", choices: ["cpu", "cuda", "webgpu"], field: ["device"] },
];

export function addExperimentOptions(command: Command): Command {
  command
    .argument("[config]", "configuration in YAML or JSON; every option below overrides one of its fields")
    .option("--output <folder>", "where results go, and where an interrupted run continues (default: experiments/<name>)")
    .option("--data-dir <folder>", "data sets that are looked for here before the hub is asked")
    .option("--processes <n>", "cells that run at the same time (default: 1)", positive)
    .option("--threads <n>", "threads of one operation (default: the cores divided by the processes)", positive)
    .option(
      "--queue <address>",
      "let baal worker run the cells on machines that see --output under the same path: redis://... or postgres://...",
    )
    .option("--queue-name <name>", "of several queues on one server")
    .option("--dry-run", "check everything, measure a few steps, show the plan and how long it takes; train nothing else")
    .option("--list-datasets", "show the data sets known by name, with their licences")
    .option(
      "--set <field=value>",
      "any field: --set training.warmupRatio=0.1 --set initialLabels.perClass=2; may be repeated",
      repeated,
    );
  for (const { flags, description, parse, choices } of FIELDS) {
    const option = new Option(flags, description);
    if (choices) option.choices(choices);
    if (parse) option.argParser(parse);
    command.addOption(option);
  }
  return command;
}

/** The configuration's fields, with those of the options in place of the file's. Throws a usage error for an unreadable `--set`. */
export function overridden(config: RawConfig, options: ExperimentOptions): RawConfig {
  let result = config;
  for (const { flags, field } of FIELDS) {
    const value = options[attribute(flags)];
    if (value === undefined) continue;
    // Another kind of model, or another data set, takes the place of the file's as a whole.
    const isWhole =
      (field[0] === "model" || field[0] === "dataset") &&
      ["name", "path", "recipe", "architecture", "pretrained"].includes(field[1]!);
    result = isWhole ? { ...result, [field[0]!]: { [field[1]!]: value } } : withField(result, field, value);
  }
  if (options.seed !== undefined && options["seeds"] === undefined) result = withField(result, ["seeds"], [options.seed]);
  for (const text of options.set ?? []) {
    const { path, value } = checkUsage(() => parseOverride(text));
    result = withField(result, path, value);
  }
  return result;
}

function attribute(flags: string): string {
  return new Option(flags).attributeName();
}

function seeds(text: string): number | number[] {
  const list = text.split(",").map((part) => integer()(part.trim()));
  return list.length === 1 && !text.includes(",") ? positive(text) : list;
}
