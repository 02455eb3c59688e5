import type { Logger } from "pino";
import { DEFAULT_SEED } from "../core/defaults.js";
import type { Backend } from "../label-studio/backend/backend.js";
import type { ShownSetting } from "../label-studio/backend/status.js";
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
  } = options;
  onStep(`finding the model ${options.model}`);
  const { kind, folder } = await findClassifier(options.model, pretrainedOptions(options, context));
  const hash = options.modelVersion ?? (await modelVersion(folder));
  signal.throwIfAborted();
  const predictions = { score, scoreOrder, threshold, outOfScopeChoice };
  const images = kind === "image" || dataDir !== undefined ? imageSettings(options) : {};
  if (dataDir === undefined) {
    onStep("loading the model");
    const { fixedBackend } = await import("../label-studio/backend/fixed-backend.js");
    const { hostedModels } = await import("../label-studio/serving/hosted-models.js");
    const start = hostedModels({ device, threads, precision, maxSeqLen, patch: iterations > 1 ? {} : false });
    const { predictor, stop } = await start({ key: hash, folder, kind }, { signal });
    const backend = fixedBackend(predictor, { ...predictions, iterations, seed, images, modelVersion: hash });
    return { backend: { ...backend, close: stop }, kind, version: hash, labels: predictor.labels };
  }
  onStep(`opening ${dataDir}`);
  // Of what this process and its children write from here on: texts, labels and models learned from them are nobody else's.
  process.umask(0o077);
  const version = `base-${hash}`;
  const { openBackend } = await import("../label-studio/backend/open-backend.js");
  const backend = await openBackend({
    ...learningOptions(options),
    ...{ dataDir, model: folder, kind, baseVersion: version, iterations, seed, predictions, images, maxSeqLen, logger },
    device: { device, threads, precision },
    settings: context.settings,
  });
  return { backend, kind, version, labels: undefined, learns: backend.learns };
}
