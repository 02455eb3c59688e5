import type { Logger } from "pino";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { HostWorker } from "../host/host-worker.js";
import type { Backend } from "../label-studio/backend/backend.js";
import type { ShownSetting } from "../label-studio/backend/status.js";
import type { RunningModel } from "../label-studio/serving/pooled-model.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { CommandContext } from "./base-command.js";
import { pretrainedOptions } from "./model-options.js";
import { imageSettings } from "./serve-images.js";
import type { ServeOptions } from "./serve-options.js";
import { learningOptions } from "./serve-training.js";

/** A backend that is open, and what is said of it. */
export interface Served {
  readonly backend: Backend;
  readonly kind: ModelKind;
  /** Of the model that was given. */
  readonly version: string;
  /** Of the model that was given; projects have their own. */
  readonly labels: readonly string[] | undefined;
  /** How labels are learned, in one line. */
  readonly learns?: string | undefined;
}

export interface ServeContext extends CommandContext {
  readonly logger: Logger;
  /** Shown on the server's page. */
  readonly settings: readonly ShownSetting[];
  /** Is told what comes next, in few words. */
  readonly onStep: (step: string) => void;
  /** A process that was started ahead, for the one model of a server without a data folder. */
  readonly worker: HostWorker | undefined;
}

/**
 * Finds the model, fetches what is not here, and opens the backend: one model as it is, or with a data folder a model for each project, trained
 * as labels come. Throws `E_ABORTED` once the signal has fired, and what finding, loading and opening throw.
 */
export async function startServing(options: ServeOptions, context: ServeContext): Promise<Served> {
  const { findClassifier } = await import("../models/checkpoint/find-model.js");
  const { modelVersion } = await import("../models/checkpoint/model-version.js");
  const { logger, onStep, signal } = context;
  const {
    seed = DEFAULT_SEED,
    iterations,
    score,
    scoreOrder,
    threshold,
    device,
    threads,
    precision,
    dataDir,
    maxSeqLen,
    outOfScopeChoice,
    masks,
  } = options;
  onStep(`finding the model ${options.model}`);
  const { kind, folder } = await findClassifier(options.model, pretrainedOptions(options, context));
  signal.throwIfAborted();
  const nameVersion = async () => options.modelVersion ?? modelVersion(folder);
  const predictions = { score, scoreOrder, threshold, outOfScopeChoice };
  const images = kind === "image" || dataDir !== undefined ? imageSettings(options) : {};
  if (dataDir === undefined) {
    onStep("loading the model");
    const { fixedBackend } = await import("../label-studio/backend/fixed-backend.js");
    const { hostedModels } = await import("../label-studio/serving/hosted-models.js");
    const settings = { device, threads, precision, maxSeqLen, patch: iterations > 1 ? { masks } : (false as const) };
    // The weights are read here for the version's name, and there for the model, at the same time.
    const started = hostedModels(settings, context.worker)({ key: folder, folder, kind }, { signal });
    const [{ predictor, stop }, version] = await bothOrNeither(started, nameVersion());
    const backend = fixedBackend(predictor, { ...predictions, iterations, seed, images, modelVersion: version });
    return { backend: { ...backend, close: stop }, kind, version, labels: predictor.labels };
  }
  onStep(`opening ${dataDir}`);
  // Of what this process and its children write from here on: texts, labels and models learned from them are nobody else's.
  process.umask(0o077);
  const version = `base-${await nameVersion()}`;
  signal.throwIfAborted();
  const { openBackend } = await import("../label-studio/backend/open-backend.js");
  const backend = await openBackend({
    ...learningOptions(options),
    ...{ dataDir, model: folder, kind, baseVersion: version, iterations, masks, seed, predictions, images, maxSeqLen, logger },
    device: { device, threads, precision },
    settings: context.settings,
  });
  return { backend, kind, version, labels: undefined, learns: backend.learns };
}

/** A model that runs, and the other result; where that fails the model is stopped. One that cannot be started is not waited for. */
async function bothOrNeither<T>(started: Promise<RunningModel>, other: Promise<T>): Promise<readonly [RunningModel, T]> {
  // Whether it fails is asked below, or nobody needs to know.
  other.catch(() => {});
  const model = await started;
  try {
    return [model, await other];
  } catch (error) {
    await model.stop();
    throw error;
  }
}
