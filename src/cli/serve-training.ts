import { type Command, Option } from "commander";
import type { Logger } from "pino";
import type { Backend } from "../label-studio/backend/backend.js";
import type { ImageTaskModelOptions } from "../label-studio/images/image-task-model.js";
import type { ServingSettings } from "../label-studio/serving/project-model.js";
import type { ModelKind } from "../models/model-kind.js";
import type { DeviceOptions } from "../runtime/device.js";
import type { TrainingArguments } from "../training/training-arguments.js";
import { integer, number } from "./option-parsers.js";
import type { ServeImageOptions } from "./serve-images.js";
import { UsageError } from "./usage-error.js";

/** The options of `baal serve` that only matter to a server that learns. */
export interface ServeTrainingOptions {
  readonly dataDir?: string;
  readonly trainEvery?: number;
  readonly heldOutShare: number;
  readonly annotators: "majority" | "latest" | "each";
  readonly unlessWorseBy?: number;
  readonly trainArgs?: TrainingArguments;
  readonly webhookSecret?: string;
  readonly labelStudioAlias?: string;
  readonly pushScores: boolean;
  readonly sampling?: "uncertainty" | "uniform" | "sequential";
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
        .choices(["majority", "latest", "each"])
        .default("majority"),
    )
    .option(
      "--unless-worse-by <share>",
      "a new version serves only if its accuracy is no more than that lower",
      number({ min: 0, max: 1 }),
    )
    .option("--train-args <json>", "arguments of training as JSON: '{\"numTrainEpochs\": 5}'", trainingArguments)
    .option("--webhook-secret <text>", "what events must carry in the header x-baal-secret")
    .option(
      "--label-studio-alias <names>",
      "what a Label Studio calls itself now, and what it did before: NEW=OLD, with commas between several",
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
      new Option("--sampling <order>", "set the project's order of tasks after a training").choices([
        "uncertainty",
        "uniform",
        "sequential",
      ]),
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

/** Pairs of `https://labels.example.org=http://localhost:8080`. Throws a usage error. */
function hostAliases(text: string): readonly (readonly [string, string])[] {
  return text.split(",").map((pair) => {
    const names = pair.split("=").map((name) => name.trim());
    const [now, before] = names;
    if (names.length === 2 && now && before && now !== before) return [now, before] as const;
    throw new UsageError(
      `--label-studio-alias takes NEW=OLD, such as https://labels.example.org=http://localhost:8080; ${pair} came.`,
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

const SAMPLINGS = {
  uncertainty: "Uncertainty sampling",
  uniform: "Uniform sampling",
  sequential: "Sequential sampling",
} as const;

export interface StartBackendOptions {
  readonly options: ServeTrainingOptions & ServeImageOptions;
  readonly dataDir: string;
  readonly base: { readonly folder: string; readonly kind: ModelKind; readonly version: string };
  readonly settings: ServingSettings;
  readonly images: ImageTaskModelOptions;
  readonly device: DeviceOptions;
  readonly maxSeqLen: number;
  readonly logger: Logger;
}

/** Opens the state and puts the parts of a learning server together; `close` ends them in order. */
export async function startBackend(start: StartBackendOptions): Promise<Backend> {
  const { resolveTrainingArguments } = await import("../training/resolve-training-arguments.js");
  const { openStore } = await import("../label-studio/state/store.js");
  const { writeVersion } = await import("../label-studio/state/model-folders.js");
  const { ProjectModels } = await import("../label-studio/serving/project-models.js");
  const { startModelHost } = await import("../label-studio/serving/start-model-host.js");
  const { TrainingQueue } = await import("../label-studio/training/training-queue.js");
  const { retrainJob } = await import("../label-studio/training/retrain.js");
  const { servingVersion } = await import("../label-studio/state/serving-version.js");
  const { removeOldVersions } = await import("../label-studio/state/old-versions.js");
  const { createBackend } = await import("../label-studio/backend/backend.js");
  const { options, dataDir, base, settings, images, device, maxSeqLen, logger } = start;
  const { trainArgs, unlessWorseBy, trainEvery } = options;
  if (trainArgs) resolveTrainingArguments(trainArgs);
  const labels = await baseLabels(base.folder);
  const processor = base.kind === "image" ? await imageProcessorOf(base.folder) : undefined;
  const labelStudio = await labelStudioOf(options, logger);
  const store = await openStore(dataDir);
  // Every byte of the models that will answer: a damaged one gives way to the one before.
  for (const { id } of store.projects()) await servingVersion(store, id);
  const models = new ProjectModels({
    records: store,
    bases: [{ ...base, labels }],
    settings,
    images,
    pool: {
      start: startModelHost({ ...device, maxSeqLen, patch: settings.iterations > 1 ? {} : false }),
      maxModels: options.maxModels,
      idleMs: options.modelIdleMinutes * 60_000,
      onEvent: (event) => logger[event.type === "crashed" || event.type === "failed" ? "warn" : "info"](event, "model"),
    },
  });
  const retrain = retrainJob({
    store,
    writeVersion: (about, fill) => writeVersion(store, about, fill),
    baseModel: base.folder,
    kind: base.kind,
    data: { annotators: options.annotators, heldOutShare: options.heldOutShare },
    ...(processor && { images: { ...images, processor } }),
    ...(trainArgs && { trainingArguments: trainArgs }),
    ...{ maxSeqLen, iterations: settings.iterations, device },
    serve: unlessWorseBy === undefined ? "always" : { unlessWorseBy },
  });
  const trainings = new TrainingQueue({
    store,
    async job(projectId, cause, context) {
      const end = await retrain(projectId, cause, context);
      if (end.status === "completed") await removeOldVersions(store, projectId, { keep: options.keepVersions });
      return end;
    },
  });
  const backend = createBackend({
    ...{ store, models, trainings, logger, baseModel: base.version },
    policy: trainEvery === undefined ? {} : { everyAnnotations: trainEvery },
    ...(options.labelStudioAlias !== undefined && { hostAliases: hostAliases(options.labelStudioAlias) }),
    ...(labelStudio && { labelStudio }),
  });
  return {
    ...backend,
    async close() {
      await backend.close();
      await store.close();
    },
  };
}

async function baseLabels(folder: string): Promise<readonly string[]> {
  const { readModelConfig } = await import("../models/read-model-config.js");
  const { labelsOfConfig } = await import("../models/model-labels.js");
  return labelsOfConfig(await readModelConfig(folder).catch(() => ({}))) ?? [];
}

async function imageProcessorOf(folder: string) {
  const { ImageClassifier } = await import("../models/image-classifier.js");
  return (await ImageClassifier.fromPretrained(folder)).processor;
}

/** With an address and a token, Label Studio is asked for earlier labels and told the scores. A token that is refused ends the start. */
async function labelStudioOf(options: StartBackendOptions["options"], logger: Logger) {
  const { labelStudioUrl: url, labelStudioApiKey: apiKey, pushScores: pushesScores, sampling } = options;
  if (!url || !apiKey) return undefined;
  const { labelStudioClient } = await import("../label-studio/api/label-studio-client.js");
  const client = labelStudioClient({ url, apiKey, logger });
  await client.whoami().catch((error: unknown) => {
    logger.warn({ err: error }, "Label Studio does not answer or refuses the token: earlier labels and scores have to wait");
  });
  return { client, pushesScores, ...(sampling && { sampling: SAMPLINGS[sampling] }) };
}
