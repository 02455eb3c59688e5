import type { Logger } from "pino";
import type { DeviceOptions } from "../../engine/runtime/session.js";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import type { TrainingArguments } from "../../training/training-arguments.js";
import type { ProjectSampling } from "../api/label-studio-client.js";
import type { ImageTaskModelOptions } from "../contract/image-task-model.js";
import type { PredictionOptions } from "../contract/prediction.js";
import type { AnnotatorRule } from "../training/answers.js";
import type { Backend } from "./backend.js";

export interface OpenBackendOptions {
  /** Folder of the state: projects, labels, versions. Made if it is not there; one process at a time has it. */
  readonly dataDir: string;
  /** Folder of the model that answers until the first training, and that every training starts from. */
  readonly model: string;
  /** Of texts or images; by default what the model's files say. */
  readonly kind?: ModelKind;
  /** What predictions of the untrained model are stored under; `base-<hash of its files>` by default. */
  readonly baseVersion?: string;
  /** K, the draws per text or image; 20 by default. */
  readonly iterations?: number;
  readonly seed?: number;
  readonly predictions?: Omit<PredictionOptions, "modelVersion">;
  /** Most tokens per text, 128 by default. */
  readonly maxSeqLen?: number;
  readonly training?: BackendTrainingOptions;
  /** How images are found and downloaded, and within which limits. */
  readonly images?: ImageTaskModelOptions;
  /** The Label Studio that is asked for earlier labels and told the scores, by its API. */
  readonly labelStudio?: BackendLabelStudioOptions;
  /** Names that one Label Studio has had: `[now, before]`. */
  readonly hostAliases?: readonly (readonly [string, string])[];
  /** Most models in memory at once; 4 by default. */
  readonly maxModels?: number;
  /** A model that is not used for so long leaves memory; 10 minutes by default. */
  readonly modelIdleMs?: number;
  readonly device?: DeviceOptions;
  /** To stderr by default. */
  readonly logger?: Logger;
}

export interface BackendTrainingOptions {
  /** In place of those that suit the model's size. */
  readonly arguments?: Omit<TrainingArguments, "loss">;
  /** Trains after so many new annotations, too. */
  readonly everyAnnotations?: number;
  /** What counts where several people labelled a task; `"majority"` by default. */
  readonly annotators?: AnnotatorRule;
  /** Share of the labelled tasks that metrics are measured on; 0.2 by default. */
  readonly heldOutShare?: number;
  /** A new version serves only if its accuracy is no more than that lower; by default it always does. */
  readonly unlessWorseBy?: number;
  /** Newest versions of a project that stay on the disk; 20 by default. */
  readonly keepVersions?: number;
}

export interface BackendLabelStudioOptions {
  readonly url: string;
  readonly apiKey: string;
  /** Whether predictions for the unlabelled tasks are sent after a training; `true` by default. */
  readonly pushesScores?: boolean;
  /** Set in the project after a training; as it is by default. */
  readonly sampling?: ProjectSampling;
}

/**
 * Opens the state and puts the parts of a learning ML backend together; `close` ends them in order. `createBackendApp` makes it answer calls.
 * Throws `E_LOCKED` while another process has the folder, `E_CHECKPOINT` for a damaged one, `E_STORE`, `E_ARGUMENT` for options out of
 * range, and what loading the model throws.
 */
export async function openBackend(options: OpenBackendOptions): Promise<Backend> {
  // Only now: who never opens one needs no database driver.
  const { assembleBackend } = await import("./assemble-backend.js");
  return assembleBackend(options);
}
