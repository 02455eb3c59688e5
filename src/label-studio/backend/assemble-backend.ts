import { type Logger, pino } from "pino";
import { DEFAULT_ITERATIONS, DEFAULT_MAX_SEQ_LEN, DEFAULT_SEED } from "../../core/defaults.js";
import { modelKind, readModelConfig } from "../../models/checkpoint/model-kind.js";
import { labelsOfConfig } from "../../models/checkpoint/model-labels.js";
import { modelVersion } from "../../models/checkpoint/model-version.js";
import { ImageClassifier } from "../../models/images/image-classifier.js";
import { resolveTrainingArguments } from "../../training/resolve-training-arguments.js";
import { labelStudioClient } from "../api/label-studio-client.js";
import { ProjectModels } from "../serving/project-models.js";
import { startModelHost } from "../serving/start-model-host.js";
import { removeOldVersions, servingVersion, writeVersion } from "../state/model-folders.js";
import { openStore } from "../state/store.js";
import { retrainJob } from "../training/retrain.js";
import { TrainingQueue } from "../training/training-queue.js";
import { type Backend, createBackend } from "./backend.js";
import type { BackendLabelStudioOptions, OpenBackendOptions } from "./open-backend.js";

/** What `openBackend` does. */
export async function assembleBackend(options: OpenBackendOptions): Promise<Backend> {
  const {
    dataDir,
    model: folder,
    iterations = DEFAULT_ITERATIONS,
    seed = DEFAULT_SEED,
    maxSeqLen = DEFAULT_MAX_SEQ_LEN,
    images = {},
    device = {},
  } = options;
  const { training = {}, logger = pino(pino.destination(2)), hostAliases } = options;
  if (training.arguments) resolveTrainingArguments(training.arguments);
  const kind = options.kind ?? (await modelKind(folder));
  const version = options.baseVersion ?? `base-${await modelVersion(folder)}`;
  const labels = labelsOfConfig(await readModelConfig(folder).catch(() => ({}))) ?? [];
  const processor = kind === "image" ? (await ImageClassifier.fromPretrained(folder)).processor : undefined;
  const labelStudio = options.labelStudio && (await connected(options.labelStudio, logger));
  const store = await openStore(dataDir);
  try {
    // Every byte of the models that will answer: a damaged one gives way to the one before.
    for (const { id } of store.projects()) await servingVersion(store, id);
    const models = new ProjectModels({
      records: store,
      bases: [{ kind, folder, version, labels }],
      settings: { ...options.predictions, iterations, seed },
      images,
      pool: {
        start: startModelHost({ ...device, maxSeqLen, patch: iterations > 1 ? {} : false }),
        ...(options.maxModels !== undefined && { maxModels: options.maxModels }),
        ...(options.modelIdleMs !== undefined && { idleMs: options.modelIdleMs }),
        onEvent: (event) => logger[event.type === "crashed" || event.type === "failed" ? "warn" : "info"](event, "model"),
      },
    });
    const { annotators, heldOutShare, unlessWorseBy, keepVersions = 20, everyAnnotations } = training;
    const retrain = retrainJob({
      store,
      writeVersion: (about, fill) => writeVersion(store, about, fill),
      ...{ baseModel: folder, kind, maxSeqLen, iterations, device },
      data: { ...(annotators && { annotators }), ...(heldOutShare !== undefined && { heldOutShare }) },
      ...(processor && { images: { ...images, processor } }),
      ...(training.arguments && { trainingArguments: training.arguments }),
      serve: unlessWorseBy === undefined ? "always" : { unlessWorseBy },
    });
    const trainings = new TrainingQueue({
      store,
      async job(projectId, cause, context) {
        const end = await retrain(projectId, cause, context);
        if (end.status === "completed") await removeOldVersions(store, projectId, { keep: keepVersions });
        return end;
      },
    });
    const backend = createBackend({
      ...{ store, models, trainings, logger, baseModel: version, policy: { everyAnnotations } },
      ...(hostAliases && { hostAliases }),
      ...(labelStudio && { labelStudio }),
    });
    return {
      ...backend,
      async close() {
        await backend.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A Label Studio that is not there yet, or refuses the token, ends nothing: it is tried again. */
async function connected({ url, apiKey, ...how }: BackendLabelStudioOptions, logger: Logger) {
  const client = labelStudioClient({ url, apiKey, logger });
  await client.whoami().catch((error: unknown) => {
    logger.warn({ err: error }, "Label Studio does not answer or refuses the token: earlier labels and scores have to wait");
  });
  return { client, ...how };
}
