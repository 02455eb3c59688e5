import { type Command, Option } from "commander";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import type { TrainingArguments } from "../training/resolve-training-arguments.js";
import { SCHEDULES } from "../training/schedules.js";
import type { CommonOptions } from "./base-command.js";
import { addImageTrainOptions, type ImageTrainOptions } from "./image-options.js";
import type { ModelOptions } from "./model-options.js";
import { integer, number, numberList, repeated } from "./option-parsers.js";

/** The options of `baal train`: its own, and the trainer's arguments under their own names. */
export interface TrainOptions extends CommonOptions, TextDataOptions, ImageTrainOptions, ModelOptions, TrainerOptions {
  /** Absent where an `architecture` is given. */
  readonly model?: string;
  readonly output: string;
}

export interface DataOptions {
  readonly data: string;
  readonly labelColumn: string;
  readonly evalData?: string;
  readonly evalSplit?: number;
}

export interface TextDataOptions extends DataOptions {
  readonly textColumn: string;
  readonly pairColumn?: string;
  readonly maxSeqLen: number;
}

/** The trainer's arguments that a command line can give. */
export type TrainerOptions = Pick<TrainingArguments, (typeof trainerOptionNames)[number]>;

const trainerOptionNames = [
  "numTrainEpochs",
  "maxSteps",
  "minSteps",
  "batchSize",
  "gradientAccumulationSteps",
  "learningRate",
  "weightDecay",
  "optim",
  "adamBeta1",
  "adamBeta2",
  "adamEpsilon",
  "sgdMomentum",
  "maxGradNorm",
  "lrSchedulerType",
  "warmupSteps",
  "warmupRatio",
  "dropout",
  "labelSmoothingFactor",
  "classWeights",
  "fineTune",
  "batchNormalization",
  "freeze",
  "evalStrategy",
  "evalSteps",
  "evalIterations",
  "loggingSteps",
  "saveStrategy",
  "saveSteps",
  "saveTotalLimit",
  "loadBestModelAtEnd",
  "metricForBestModel",
  "earlyStoppingPatience",
  "earlyStoppingThreshold",
  "overwriteOutputDir",
  "resumeFromCheckpoint",
] as const;

/** What goes to the trainer of all options. */
export function trainerArguments(options: TrainOptions): TrainingArguments {
  const { seed } = options;
  const given = trainerOptionNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const]));
  return { ...Object.fromEntries(given), ...(seed !== undefined && { seed }) };
}

/** Adds all options to the command. Defaults are the trainer's where none is given here. */
export function addTrainOptions(command: Command): Command {
  command
    .requiredOption(
      "--data <path>",
      "labelled texts or images: .csv, .tsv, .jsonl, .json or .parquet; of images also a folder or .tar archive with a subfolder per class",
    )
    .option("--model <model>", "folder or hub id of the model to start from, of texts or of images")
    .requiredOption("--output <folder>", "where the trained model goes, as a folder that transformers.js loads too")
    .option("--text-column <name>", "column of the text", "text")
    .option("--label-column <name>", "column of the label", "label")
    .option("--pair-column <name>", "column of the second text, for pairs of texts")
    .addOption(new Option("--eval-data <path>", "labelled texts or images to evaluate with").conflicts("evalSplit"))
    .option("--eval-split <share>", "share of the data that is held out to evaluate with", number({ above: 0, max: 0.9 }))
    .option("--max-seq-len <tokens>", "most tokens per text; the rest is cut off", integer({ min: 1 }), DEFAULT_MAX_SEQ_LEN);
  addImageTrainOptions(command);
  addTrainerOptions(command);
  return addDeviceOptions(command).addHelpText("after", EXAMPLES);
}

const EXAMPLES = `
Examples:
  baal train --data labelled.csv --model distilbert-base-uncased --output my-model
  baal train --data photos/ --model timm/vgg16.tv_in1k --fine-tune head --learning-rate 1e-3 --output my-model
  baal train --data photos.csv --image-column file --architecture small-cnn --augment weak --learning-rate 3e-3 --output my-model`;

/** Options of every command that runs a model. */
export function addDeviceOptions(command: Command): Command {
  return command
    .addOption(new Option("--device <device>", "where the model runs").choices(["cpu", "cuda", "webgpu"]))
    .option("--threads <number>", "threads of one operation (default: all cores)", integer({ min: 1 }));
}

function addTrainerOptions(command: Command): void {
  const positive = integer({ min: 1 });
  command
    .option("--num-train-epochs <number>", "passes over the data (default: 3)", number({ above: 0 }))
    .option("--max-steps <number>", "number of steps in place of epochs", positive)
    .option("--min-steps <number>", "least number of steps the epochs are extended to", integer({ min: 0 }))
    .option("--batch-size <items>", "items per forward and backward pass (default: 8)", positive)
    .option("--gradient-accumulation-steps <number>", "batches per step (default: 1)", positive)
    .option("--learning-rate <rate>", "peak learning rate (default: 5e-5)", number({ min: 0 }))
    .option("--weight-decay <number>", "strength of weight decay (default: 0)", number({ min: 0 }))
    .addOption(new Option("--optim <name>", "optimizer (default: adamw)").choices(["adamw", "sgd"]))
    .option("--adam-beta1 <number>", "(default: 0.9)", number({ min: 0, max: 1 }))
    .option("--adam-beta2 <number>", "(default: 0.999)", number({ min: 0, max: 1 }))
    .option("--adam-epsilon <number>", "(default: 1e-8)", number({ min: 0 }))
    .option("--sgd-momentum <number>", "(default: 0)", number({ min: 0, max: 1 }))
    .option("--max-grad-norm <norm>", "gradients are scaled down to this norm (default: 1)", number({ above: 0 }))
    .addOption(
      new Option("--lr-scheduler-type <name>", "course of the learning rate (default: linear)").choices(Object.keys(SCHEDULES)),
    )
    .option("--warmup-steps <number>", "steps of linear warm-up (default: 0)", integer({ min: 0 }))
    .option("--warmup-ratio <share>", "share of the steps that warm up (default: 0)", number({ min: 0, max: 1 }))
    .option("--no-dropout", "no dropout while training")
    .option("--label-smoothing-factor <share>", "probability spread over all classes (default: 0)", number({ min: 0, max: 1 }))
    .option("--class-weights <list>", "one weight per class, in the order of the labels, between commas", numberList({ min: 0 }))
    .option(
      "--fine-tune <layers>",
      "which layers are trained: all (default), head (the last one), or a number of last ones",
      layers,
    )
    .addOption(
      new Option(
        "--batch-normalization <by>",
        "what it goes by while training: the batch (default), or its running statistics",
      ).choices(["batch", "running"]),
    )
    .option("--freeze <pattern>", "parameters that stay as they are, such as 'distilbert.*'; may be repeated", repeated)
    .addOption(interval("--eval-strategy <when>", "when to evaluate while training (default: no)"))
    .option("--eval-steps <number>", "steps between evaluations", positive)
    .option("--eval-iterations <draws>", "draws that an evaluation averages (default: 1, dropout off)", positive)
    .option("--logging-steps <number>", "steps between log entries (default: 500)", positive)
    .addOption(interval("--save-strategy <when>", "when to write checkpoints, to <output>.checkpoints (default: no)"))
    .option("--save-steps <number>", "steps between checkpoints (default: 500)", positive)
    .option("--save-total-limit <number>", "most checkpoints to keep", positive)
    .option("--load-best-model-at-end", "end with the weights that evaluated best")
    .option("--metric-for-best-model <name>", "what decides that (default: loss)")
    .option("--early-stopping-patience <number>", "stop after so many evaluations without improvement", positive)
    .option("--early-stopping-threshold <number>", "smallest change that is one (default: 0)", number({ min: 0 }))
    .option("--overwrite-output-dir", "replace the output folder and its checkpoints")
    .option("--resume-from-checkpoint [folder]", "continue from the newest checkpoint, or from this one");
}

function layers(text: string): "all" | "head" | number {
  return text === "all" || text === "head" ? text : integer({ min: 1 })(text);
}

function interval(flags: string, description: string): Option {
  return new Option(flags, description).choices(["no", "epoch", "steps"]);
}
