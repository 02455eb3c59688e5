import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_MAX_SEQ_LEN } from "../core/defaults.js";
import { type LossName, TASK_OF_LOSS, type Task } from "../core/task.js";
import type { TrainingRecipe } from "../training/recommend-training.js";
import {
  type ArgumentFlag,
  type DescribedArgument,
  describeTrainingArguments,
  TRAINING_ARGUMENTS,
  type TrainingArguments,
} from "../training/training-arguments.js";
import type { CommonOptions } from "./base-command.js";
import {
  addBadTextOption,
  addLabelFileOptions,
  type BadTextOptions,
  CONTROL_HELP,
  type LabelFileOptions,
  TEMPLATE_HELP,
} from "./data-file-options.js";
import { addImageTrainOptions, type ImageTrainOptions } from "./image-options.js";
import { addOnnxFileOption, type ModelOptions } from "./model-options.js";
import { integer, number, repeated } from "./option-parsers.js";

/** The options of `baal train`: its own, and the trainer's arguments under their own names. */
export interface TrainOptions extends CommonOptions, TextDataOptions, ImageTrainOptions, ModelOptions, TrainerOptions {
  readonly loss?: LossName | undefined;
  /** Absent where an `architecture` is given. */
  readonly model?: string | undefined;
  readonly output: string;
  /** By default the number of labels says. */
  readonly recipe?: TrainingRecipe | undefined;
}

/** As they are given: what is not may come from the model's own training. */
export type GivenTrainOptions = Omit<TrainOptions, "textColumn" | "maxSeqLen"> & {
  readonly textColumn?: string | undefined;
  readonly maxSeqLen?: number | undefined;
};

export interface DataOptions extends LabelFileOptions {
  readonly data: string;
  readonly labelColumn: string;
  readonly evalData?: string | undefined;
  readonly evalSplit?: number | undefined;
  readonly outOfScopeLabel?: string | undefined;
  /** What is predicted; by default the labels tell. */
  readonly task?: Task | undefined;
  /** Named, a text lists several labels. */
  readonly labelSeparator?: string | undefined;
  readonly loss?: LossName | undefined;
  /** Whether labels may be those that a model guessed. */
  readonly pseudoLabels?: boolean | undefined;
}

export interface TextDataOptions extends DataOptions, Partial<BadTextOptions> {
  /** The column, or the template of `text`. */
  readonly textColumn: string;
  readonly text?: string | undefined;
  readonly pairColumn?: string | undefined;
  /** Of an export of Label Studio. */
  readonly control?: string | undefined;
  readonly maxSeqLen: number;
}

const TASKS: readonly Task[] = ["single", "multi", "regression"];
export const TRAINING_RECIPES: readonly TrainingRecipe[] = ["solvedHead", "fineTuning", "contrastive", "plain"];

/** The trainer's arguments. */
type TrainerOptions = Omit<TrainingArguments, "seed">;

/** Those of all options that go to the trainer. */
export function trainerArguments(options: TrainingArguments): TrainingArguments {
  const names = describeTrainingArguments().flatMap(({ name, cli }) => (cli === undefined && name !== "seed" ? [] : [name]));
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

/** The task that the options name, or that the loss which they name is for; otherwise the labels tell. */
export function taskOf({ task, loss }: Pick<DataOptions, "task" | "loss">): Task | undefined {
  return task ?? (loss && TASK_OF_LOSS[loss]);
}

/** Whether the command line says anything of how to train; replacing the output folder is no such thing. */
export function saysHowToTrain(options: TrainingArguments): boolean {
  const { overwriteOutputDir: _, loss: _task, ...given } = trainerArguments(options);
  // Commander gives `--no-...` options their default itself.
  const usual = new Map<string, unknown>(describeTrainingArguments().map((argument) => [argument.name, argument.default]));
  return Object.entries(given).some(([name, value]) => value !== true || usual.get(name) !== true);
}

/** Adds all options to the command. Defaults are the trainer's where none is given here. */
export function addTrainOptions(command: Command): Command {
  command
    .requiredOption(
      "--data <path>",
      "labelled texts or images (texts may be without a label): .csv, .tsv, .jsonl, .json, .parquet or .arrow; of images also a folder or .tar archive with a subfolder per class",
    )
    .option("--model <model>", "folder or hub id of the model to start from, of texts or of images")
    .requiredOption("--output <folder>", "where the trained model goes, as a folder that transformers.js loads too")
    .option("--text-column <name>", 'column of the text (default: as --model was trained, or "text")')
    .option("--text <template>", TEMPLATE_HELP)
    .option("--label-column <name>", "column of the label", "label")
    .option(
      "--pair-column <name>",
      "column of the second text, for pairs of texts such as question and answer; kept with the model",
    )
    .addOption(
      new Option(
        "--task <task>",
        "one label an item, several, or a number (default: single; multi where labels are lists)",
      ).choices(TASKS),
    )
    .option("--label-separator <text>", 'what stands between several labels of one item, as | of "late|damaged"')
    .addOption(
      new Option(
        "--recipe <name>",
        "how a model of texts is trained, in place of what the number of labels says: the last layer solved, fine-tuned or trained by comparing texts from there, or by the arguments alone",
      ).choices(TRAINING_RECIPES),
    )
    .option("--control <name>", CONTROL_HELP)
    .addOption(new Option("--eval-data <path>", "labelled texts or images to evaluate with").conflicts("evalSplit"))
    .option("--eval-split <share>", "share of the data that is held out to evaluate with", number({ above: 0, max: 0.9 }))
    .option(
      "--out-of-scope-label <label>",
      "texts of this label belong to no class: they are not trained on, and say when the model is not to answer",
    )
    .option("--pseudo-labels", "also learn from labels that baal predict or baal select guessed")
    .option(
      "--max-seq-len <tokens>",
      `most tokens per text; the rest is cut off (default: as --model was trained, or ${DEFAULT_MAX_SEQ_LEN})`,
      integer({ min: 1 }),
    );
  addBadTextOption(addLabelFileOptions(command));
  addImageTrainOptions(command);
  addTrainerOptions(command);
  return addOnnxFileOption(addDeviceOptions(command)).addHelpText("after", EXAMPLES);
}

const EXAMPLES = `
Examples:
  baal train --data labelled.csv --model sentence-transformers/all-MiniLM-L6-v2 --output my-model   # by the number of labels
  baal train --data labelled.csv --model distilbert-base-uncased --num-train-epochs 5 --output my-model
  baal train --data photos/ --model timm/vgg16.tv_in1k --fine-tune head --learning-rate 1e-3 --output my-model
  baal train --data photos.csv --image-column file --architecture small-cnn --augment weak --learning-rate 3e-3 --output my-model`;

/** Options of every command that runs a model. */
export function addDeviceOptions(command: Command): Command {
  return command
    .addOption(new Option("--device <device>", "where the model runs").choices(["cpu", "cuda", "webgpu"]))
    .option("--threads <number>", "threads of one operation (default: all cores)", integer({ min: 1 }));
}

/** For commands that predict. */
export function addPrecisionOption(command: Command): Command {
  return command.addOption(
    new Option("--precision <precision>", "what linear layers are computed in: int8 is quicker on processors with VNNI")
      .choices(["float32", "int8"])
      .default("float32"),
  );
}

function addTrainerOptions(command: Command): void {
  for (const argument of describeTrainingArguments()) if (argument.cli) command.addOption(trainerOption(argument, argument.cli));
}

function trainerOption({ name, help, default: usual }: DescribedArgument, flag: ArgumentFlag): Option {
  const { value, choices, read = (text: string) => text, isRepeated } = flag;
  const negated = usual === true ? "no" : undefined;
  const flags = `--${[negated, name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)].filter(Boolean).join("-")}`;
  const description = [negated, help, usualOf(usual, help)].filter(Boolean).join(" ");
  const option = new Option(value === undefined ? flags : `${flags} ${value}`, description);
  if (choices !== undefined) return option.choices(choices);
  if (value === undefined) return option;
  return option.argParser((text: string, before: unknown) => {
    const given = isRepeated ? repeated(text, before as readonly string[] | undefined) : read(text);
    const issue = TRAINING_ARGUMENTS[name].safeParse(given).error?.issues[0];
    if (issue) throw new InvalidArgumentError(`Expected ${issue.message}.`);
    return given;
  });
}

/** The default in brackets, unless the help speaks of it or there is none to speak of. */
function usualOf(usual: unknown, help: string): string {
  if ((typeof usual !== "number" && typeof usual !== "string") || usual === -1 || help.includes("default")) return "";
  return `(default: ${typeof usual === "number" && usual > 0 && usual < 1e-3 ? usual.toExponential() : usual})`;
}
