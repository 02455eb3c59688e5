import { type Logger, pino } from "pino";
import type { DropoutPatchOptions } from "../../bayesian/patch-module.js";
import { DEFAULT_ITERATIONS, DEFAULT_SEED } from "../../core/defaults.js";
import type { ImageProcessor } from "../../data/images/image-processor.js";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import { type ModelKind, modelKind, readModelConfig } from "../../models/checkpoint/model-kind.js";
import { labelsOfConfig } from "../../models/checkpoint/model-labels.js";
import { modelVersion } from "../../models/checkpoint/model-version.js";
import { resolveTrainingArguments } from "../../training/resolve-training-arguments.js";
import { labelStudioClient, type ProjectSampling } from "../api/label-studio-client.js";
import type { PredictionOptions } from "../contract/prediction.js";
import type { ImageTaskModelOptions } from "../images/image-task-model.js";
import { modelImageProcessor } from "../images/model-image-processor.js";
import { LiveHeads } from "../live/live-heads.js";
import { liveHost } from "../live/live-host.js";
import { livePolicy } from "../live/live-plan.js";
import { systemClock } from "../serving/bounded-queue.js";
import { hostedModels } from "../serving/hosted-models.js";
import type { ModelPool } from "../serving/model-pool.js";
import { ProjectModels } from "../serving/project-models.js";
import { EventJournal } from "../state/event-journal.js";
import { removeOldVersions, servingVersion } from "../state/model-folders.js";
import type { Store } from "../state/store.js";
import { trainInProcess } from "../training/train-in-process.js";
import { type BackendTrainingOptions, weightBytes } from "../training/training-options.js";
import { TrainingQueue } from "../training/training-queue.js";
import type { LearningBackend } from "./backend.js";
import type { HostAliases } from "./host-aliases.js";
import { type LabelStudioConnection, learningBackend } from "./learning-backend.js";
import type { ShownSetting } from "./status.js";

/** Where the state is, the model to begin with, and how it is trained and served. */
export interface OpenBackendOptions {
  /** Folder of the state: projects, labels, versions. Made if it is not there; one process at a time has it. */
  readonly dataDir: string;
  /** Folder of the model that answers until the first training, and that every training starts from. */
  readonly model: string;
  /** Of texts or images; by default what the model's files say. */
  readonly kind?: ModelKind | undefined;
  /** The version that predictions of the untrained model are stored under; `base-<hash of its files>` by default. */
  readonly baseVersion?: string | undefined;
  /** K, the draws per text or image; 20 by default. */
  readonly iterations?: number | undefined;
  /** How the draws' masks depend on each other, see `patchModule`: `"balanced"` by default. */
  readonly masks?: DropoutPatchOptions["masks"];
  readonly seed?: number | undefined;
  readonly predictions?: Omit<PredictionOptions, "modelVersion"> | undefined;
  /** Most tokens per text, 128 by default. */
  readonly maxSeqLen?: number | undefined;
  readonly training?: BackendTrainingOptions | undefined;
  /** How images are found and downloaded, and within which limits. */
  readonly images?: ImageTaskModelOptions | undefined;
  /** The Label Studio that is asked for earlier labels and told the scores, by its API. */
  readonly labelStudio?: BackendLabelStudioOptions | undefined;
  /**
   * Names of Label Studios: `[now, before]` for one that goes by another name now, `[name]` for one of its own that is never taken for another
   * one.
   */
  readonly hostAliases?: HostAliases | undefined;
  /** Most models in memory at once; 4 by default. */
  readonly maxModels?: number | undefined;
  /** A model that is not used for so long leaves memory; 10 minutes by default. */
  readonly modelIdleMs?: number | undefined;
  /** Between two versions that a head which is solved with each label is published as, in milliseconds; a minute by default. */
  readonly publishEveryMs?: number | undefined;
  readonly device?: DeviceOptions | undefined;
  /** Shown on the page to those who run the server: no secrets. */
  readonly settings?: readonly ShownSetting[] | undefined;
  /** To stderr by default. */
  readonly logger?: Logger | undefined;
}

/** The Label Studio whose API is used, and what for. */
export interface BackendLabelStudioOptions {
  readonly url: string;
  readonly apiKey: string;
  /** Whether predictions for the unlabelled tasks are sent after a training; `true` by default. */
  readonly pushesScores?: boolean | undefined;
  /**
   * The order of a project's label stream, set with each version's scores. By default a project that is served in the sequence of its tasks,
   * as Label Studio makes it, is set to uncertainty sampling with its first scores, and left alone from then on. `"unchanged"`: never.
   */
  readonly sampling?: ProjectSampling | "unchanged" | undefined;
  /** The address of this server as it is given to Label Studio, by which its webhook is recognised; found out by default. */
  readonly backendUrl?: string | undefined;
  /** What `createApp` has as `webhookSecret`: webhooks that are made or mended send it. */
  readonly webhookSecret?: string | undefined;
}

/**
 * Opens the state and puts together what a learning ML backend needs; `close` ends it in order. `createApp` makes it answer calls. Throws
 * `E_LOCKED` while another process has the folder, `E_CHECKPOINT` for a damaged one, `E_STORE`, `E_ARGUMENT` for options out of range, and
 * what loading the model throws.
 *
 * @example
 * ```ts no-run=server
 * import { createApp, openBackend } from "baaljs/label-studio";
 *
 * const backend = await openBackend({ dataDir: "state", model: "my-model", training: { everyAnnotations: 50 } });
 * const server = createApp(backend).listen(9090);
 * process.once("SIGTERM", async () => {
 *   backend.endStreams();
 *   server.close();
 *   await backend.close();
 * });
 * ```
 */
export async function openBackend(options: OpenBackendOptions): Promise<LearningBackend> {
  const { logger = pino(pino.destination(2)), training = {}, labelStudio: connection, hostAliases } = options;
  if (training.arguments) resolveTrainingArguments(training.arguments);
  const base = await baseModel(options);
  const labelStudio = connection && connected(connection, logger);
  // Only now: who never opens a state needs no database driver.
  const { openStore } = await import("../state/store.js");
  const store = await openStore(options.dataDir);
  try {
    // Every byte of the models that will answer: a damaged one gives way to the one before.
    for (const { id } of store.projects()) await servingVersion(store, id);
    const events = await EventJournal.open(store.folder, { position: store.journalPosition() });
    const live = await liveHeads(store, { ...options, base });
    const backend = learningBackend({
      store,
      models: projectModels(store, { ...options, base, logger, live: live.make }),
      trainings: trainingQueue(store, { ...options, base, live: live.made }),
      live: live.made(),
      learns: live.policy,
      outOfScopeChoice: options.predictions?.outOfScopeChoice,
      publishEveryMs: options.publishEveryMs,
      ...{ logger, hostAliases, labelStudio, events },
      ...{ baseModel: base.version, kind: base.kind, settings: options.settings },
      policy: training,
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

const KEPT_VERSIONS = 20;

/** The model that answers until the first training. */
interface Base {
  readonly kind: ModelKind;
  readonly folder: string;
  readonly version: string;
  readonly labels: readonly string[];
  /** Of a model of images. */
  readonly processor: ImageProcessor | undefined;
}

async function baseModel({ model: folder, ...options }: OpenBackendOptions): Promise<Base> {
  const kind = options.kind ?? (await modelKind(folder));
  const version = options.baseVersion ?? `base-${await modelVersion(folder)}`;
  const labels = labelsOfConfig(await readModelConfig(folder).catch(() => ({}))) ?? [];
  return { kind, folder, version, labels, processor: kind === "image" ? await modelImageProcessor(folder) : undefined };
}

type Assembling = OpenBackendOptions & { readonly base: Base };

/** Heads that are solved again with each label stand over the pool of models, and trainings over them. */
async function liveHeads(store: Store, { base, training = {} }: Assembling) {
  const { arguments: args, recipe, annotators } = training;
  const facts = { base, arguments: args, recipe, weightBytes: await weightBytes(base.folder) };
  let heads: LiveHeads | undefined;
  return {
    make(pool: ModelPool): LiveHeads {
      heads = new LiveHeads({
        ...{ ...facts, store, pool, annotators, clock: systemClock },
        heads: liveHost({ nice: 5 }),
        background: liveHost({ nice: 10 }),
      });
      return heads;
    },
    made: () => heads,
    policy: livePolicy(facts),
  };
}

function projectModels(
  store: Store,
  options: Assembling & { readonly logger: Logger; readonly live: (pool: ModelPool) => LiveHeads },
): ProjectModels {
  const {
    base,
    live,
    iterations = DEFAULT_ITERATIONS,
    seed = DEFAULT_SEED,
    masks = "balanced",
    maxSeqLen,
    images,
    device,
    predictions,
    maxModels,
    modelIdleMs,
    logger,
  } = options;
  return new ProjectModels({
    records: store,
    bases: [base],
    live,
    settings: { ...predictions, iterations, seed },
    images,
    pool: {
      start: hostedModels({ ...device, maxSeqLen, patch: iterations > 1 ? { masks } : false }),
      maxModels,
      idleMs: modelIdleMs,
      onEvent: (event) => logger[event.type === "crashed" || event.type === "failed" ? "warn" : "info"](event, "model"),
    },
  });
}

function trainingQueue(
  store: Store,
  { base, training = {}, images, live, ...options }: Assembling & { readonly live: () => LiveHeads | undefined },
): TrainingQueue {
  const { kind, folder } = base;
  const { iterations, masks, maxSeqLen, device, predictions } = options;
  const retrain = trainInProcess(
    {
      ...{ folder: store.folder, baseModel: folder, kind, maxSeqLen, iterations, masks, device },
      images: images && plainImages(images),
      outOfScopeChoice: predictions?.outOfScopeChoice,
      training,
    },
    async (projectId) => live()?.unlabelled(projectId),
  );
  return new TrainingQueue({
    store,
    async job(projectId, cause, context) {
      const end = await retrain(projectId, cause, context);
      if (end.status === "completed") await removeOldVersions(store, projectId, { keep: training.keepVersions ?? KEPT_VERSIONS });
      return end;
    },
  });
}

/** Without the clock, which does not go to another process. */
function plainImages({ labelStudio, ...images }: ImageTaskModelOptions): ImageTaskModelOptions {
  return { ...images, labelStudio: labelStudio && { url: labelStudio.url, apiKey: labelStudio.apiKey } };
}

function connected({ url, apiKey, ...how }: BackendLabelStudioOptions, logger: Logger): LabelStudioConnection {
  return { client: labelStudioClient({ url, apiKey, logger }), ...how };
}
