import { type Command, Option } from "commander";
import type { HostAliases } from "../label-studio/backend/host-aliases.js";
import type { OpenBackendOptions } from "../label-studio/backend/open-backend.js";
import {
  type AnnotatorRule,
  annotatorRules,
  type GateMetricName,
  type GroundTruthUse,
  gateMetricNames,
  groundTruthUses,
  type ServingRecipe,
  servingRecipes,
} from "../label-studio/training/training-options.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { integer, number } from "./option-parsers.js";
import type { ServeImageOptions } from "./serve-images.js";
import { UsageError } from "./usage-error.js";

/** Label Studio's names of the orders. */
const SAMPLINGS = {
  uncertainty: "Uncertainty sampling",
  uniform: "Uniform sampling",
  sequential: "Sequential sampling",
  unchanged: "unchanged",
} as const;

/** The options of `baal serve` that only matter to a server that learns. */
export interface ServeTrainingOptions {
  readonly dataDir?: string | undefined;
  readonly trainEvery?: number | undefined;
  readonly heldOutShare: number;
  readonly annotators: AnnotatorRule;
  readonly groundTruth: GroundTruthUse;
  readonly unlessWorseBy?: number | undefined;
  readonly compareBy: GateMetricName;
  readonly trainArgs?: TrainingArguments | undefined;
  readonly trainRecipe: ServingRecipe;
  readonly webhookSecret?: string | undefined;
  readonly labelStudioAlias?: string | undefined;
  readonly pushScores: boolean;
  readonly sampling?: keyof typeof SAMPLINGS | undefined;
  readonly keepVersions: number;
  readonly maxModels: number;
  readonly modelIdleMinutes: number;
}

export function addServeTrainingOptions(command: Command): Command {
  return command
    .option(
      "--data-dir <folder>",
      "remember projects and labels there, and train as labels come; without it nothing is remembered",
    )
    .option("--train-every <annotations>", "train after so many new annotations, too", integer({ min: 1 }))
    .option(
      "--held-out-share <share>",
      "share of the labelled tasks that metrics are measured on",
      number({ min: 0, max: 0.9 }),
      0.2,
    )
    .addOption(
      new Option("--annotators <rule>", "what counts where several people labelled a task")
        .choices(annotatorRules)
        .default("majority"),
    )
    .addOption(
      new Option(
        "--ground-truth <use>",
        "train: learn from annotations marked as ground truth; validate: test versions with them, and never learn from them",
      )
        .choices(groundTruthUses)
        .default("train"),
    )
    .option(
      "--unless-worse-by <share>",
      "a new version serves only if it is no more than that worse, by --compare-by",
      number({ min: 0, max: 1 }),
    )
    .addOption(
      new Option(
        "--compare-by <metric>",
        "what --unless-worse-by compares versions by: the first four of choices, the others of numbers",
      )
        .choices(gateMetricNames)
        .default("accuracy"),
    )
    .option("--train-args <json>", "arguments of training as JSON: '{\"numTrainEpochs\": 5}'", trainingArguments)
    .addOption(
      new Option(
        "--train-recipe <recipe>",
        "solvedHead: a last layer over the frozen encoder is solved again with each label; trained: by trainings alone; auto: solvedHead for pretrained encoders of texts without --train-args",
      )
        .choices(servingRecipes)
        .default("auto"),
    )
    .option("--webhook-secret <text>", "what events must carry in the header x-baal-secret")
    .option(
      "--label-studio-alias <names>",
      "what a Label Studio calls itself now, and what it did before: NEW=OLD; or NAME of one that is never taken for another one (commas between several)",
      (text) => {
        hostAliases(text);
        return text;
      },
    )
    .option(
      "--no-push-scores",
      "do not send predictions for the unlabelled tasks after a training (needs --label-studio-api-key)",
    )
    .addOption(
      new Option(
        "--sampling <order>",
        "set the project's order of tasks with each new version's scores (default: uncertainty once, where it is Label Studio's default)",
      ).choices(Object.keys(SAMPLINGS)),
    )
    .option(
      "--keep-versions <number>",
      "newest versions of a project that stay on the disk; the one that serves always does",
      integer({ min: 1 }),
      20,
    )
    .option("--max-models <number>", "most models in memory at once", integer({ min: 1 }), 4)
    .option("--model-idle-minutes <minutes>", "models that are not used for so long leave memory", number({ above: 0 }), 10);
}

/** Pairs of `https://labels.example.org=http://localhost:8080`, and single names. Throws a usage error. */
function hostAliases(text: string): HostAliases {
  return text.split(",").map((pair) => {
    const names = pair.split("=").map((name) => name.trim());
    const [now, before] = names;
    if (names.length === 1 && now) return [now] as const;
    if (names.length === 2 && now && before && now !== before) return [now, before] as const;
    throw new UsageError(
      `--label-studio-alias takes NEW=OLD, such as https://labels.example.org=http://localhost:8080, or one NAME; ${pair} came.`,
    );
  });
}

function trainingArguments(text: string): TrainingArguments {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as TrainingArguments;
  } catch {
    // The message below says what is needed.
  }
  throw new UsageError(`--train-args takes one JSON object, such as '{"numTrainEpochs": 5}'; ${text} came.`);
}

/** The settings of a learning server, but for its model: the options of the command line, checked and in the library's units. */
export function learningOptions(
  options: ServeTrainingOptions & ServeImageOptions & { readonly advertisedUrl?: string | undefined },
): Pick<OpenBackendOptions, "training" | "labelStudio" | "hostAliases" | "maxModels" | "modelIdleMs"> {
  const { trainArgs, trainRecipe, trainEvery, annotators, groundTruth, heldOutShare, unlessWorseBy, compareBy, keepVersions } =
    options;
  const { labelStudioUrl: url, labelStudioApiKey: apiKey, pushScores, sampling, labelStudioAlias: aliases } = options;
  return {
    training: {
      recipe: trainRecipe,
      arguments: trainArgs,
      everyAnnotations: trainEvery,
      annotators,
      groundTruth,
      heldOutShare,
      unlessWorseBy,
      compareBy,
      keepVersions,
    },
    labelStudio:
      url && apiKey
        ? {
            ...{ url, apiKey, pushesScores: pushScores, sampling: sampling && SAMPLINGS[sampling] },
            ...{ backendUrl: options.advertisedUrl, webhookSecret: options.webhookSecret },
          }
        : undefined,
    hostAliases: aliases === undefined ? undefined : hostAliases(aliases),
    maxModels: options.maxModels,
    modelIdleMs: options.modelIdleMinutes * 60_000,
  };
}
