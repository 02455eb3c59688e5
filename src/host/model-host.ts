import type { PatchSettings } from "../bayesian/patch-module.js";
import { type Calibrator, calibratorFromJSON } from "../calibration/calibrator.js";
import type { StateDict } from "../core/bayesian-model.js";
import { BaalError, throwIfAborted } from "../core/errors.js";
import type { Features } from "../core/features.js";
import type { Predictions } from "../core/predictions.js";
import type { Task } from "../core/task.js";
import type { ImageProcessor } from "../data/images/image-processor.js";
import { imageProcessorFromConfig } from "../data/images/preprocessor-config.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { AnswerOf, ArgumentOf } from "../system/worker-process.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import type {
  FeaturesRequest,
  HostCalls,
  HostInputs,
  InputsRequest,
  LoadRequest,
  ModelDescription,
  TrainRequest,
  TrainSummary,
} from "./host-calls.js";
import { type HostWorker, startHostWorker } from "./host-worker.js";

/** How a {@link ModelHost} starts its process, and where the model runs. */
export interface ModelHostOptions extends Omit<FromPretrainedOptions, "signal" | "onProgress"> {
  /** Of texts or of images; by default what the folder's files say. */
  readonly kind?: ModelKind | undefined;
  /** Whether the {@link ModelHost.features} alone of a model of texts are wanted: its classes mean nothing then. Not by default. */
  readonly isEncoder?: boolean | undefined;
  /** Most tokens of a text, for predictions that do not say it; by default as many as the model takes. */
  readonly maxSeqLen?: number | undefined;
  /** The settings of `patchModule`: dropout stays on by default; `false` leaves predictions deterministic. */
  readonly patch?: PatchSettings | false | undefined;
  /** So many levels (nice values) the process stands behind this one, 0 (default) to 19. */
  readonly nice?: number | undefined;
  /** Ends the process while it loads the model; later it is `stop` that does. */
  readonly signal?: AbortSignal | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * A text or image classifier in a process of its own, so that this one's event loop stays free while the model computes, and survives
 * should it run out of memory. A child that died is started again, from the model's folder, by the next call.
 *
 * @example
 * ```ts no-run=weights
 * import { bald, ModelHost } from "baaljs";
 *
 * const host = await ModelHost.start("my-model");
 * const predictions = await host.predict(["where is my parcel"], { iterations: 20, seed: 1 });
 * console.log(host.labels, bald().score(predictions));
 * await host.stop();
 * ```
 */
export class ModelHost {
  readonly #load: LoadRequest;
  readonly #nice: number | undefined;
  #worker: HostWorker | undefined;
  #loaded: Promise<void> | undefined;
  #model: ModelDescription = {
    kind: "text",
    labels: [],
    task: "single",
    hasFeatures: false,
    thresholds: undefined,
    calibration: undefined,
    processor: undefined,
  };
  #processor: ImageProcessor | undefined;
  #calibrator: Calibrator | undefined;

  private constructor(load: LoadRequest, nice: number | undefined, worker: HostWorker | undefined) {
    this.#load = load;
    this.#nice = nice;
    this.#worker = worker;
  }

  /**
   * Starts the process, or takes one that was started ahead and has no model yet, and loads the model there. Throws what `TextClassifier.fromPretrained` and
   * `ImageClassifier.fromPretrained` throw, and `E_ABORTED`; the process has ended then.
   */
  static async start(model: string, options: ModelHostOptions = {}, ahead?: HostWorker): Promise<ModelHost> {
    const { patch = {}, kind, isEncoder, maxSeqLen, nice, signal, ...rest } = options;
    const host = new ModelHost({ model, options: rest, kind, isEncoder, maxSeqLen, patch }, nice, ahead);
    const end = () => void host.stop();
    signal?.addEventListener("abort", end, { once: true });
    try {
      throwIfAborted(signal, "The loading of the model");
      await host.#ready();
      throwIfAborted(signal, "The loading of the model");
    } catch (error) {
      await host.stop();
      throwIfAborted(signal, "The loading of the model");
      throw error;
    } finally {
      signal?.removeEventListener("abort", end);
    }
    return host;
  }

  /** Names of the classes, by class index. */
  get labels(): readonly string[] {
    return this.#model.labels;
  }

  /** What the model says of an item, as its config.json has it, or the loss that it was trained with since. */
  get task(): Task {
    return this.#model.task;
  }

  /** Whether each label is predicted by itself: the {@link task} is `"multi"`. */
  get isMultiLabel(): boolean {
    return this.task === "multi";
  }

  /** Whether the labels name numbers, which it predicts: the {@link task} is `"regression"`. */
  get isRegression(): boolean {
    return this.task === "regression";
  }

  /** From which probability on each label is chosen, as the model was loaded; `undefined` where that was not found out. */
  get thresholds(): readonly number[] | undefined {
    return this.#model.thresholds;
  }

  /** Makes the probabilities that are shown right, as the model was loaded; `undefined` where it has no calibrator. */
  get calibrator(): Calibrator | undefined {
    const { calibration } = this.#model;
    this.#calibrator ??= calibration && calibratorFromJSON(calibration);
    return this.#calibrator;
  }

  /** The kind of items that the model reads. */
  get kind(): ModelKind {
    return this.#model.kind;
  }

  /** How images become the model's pixels. Throws `E_ARGUMENT` for a model of texts. */
  get processor(): ImageProcessor {
    const { processor } = this.#model;
    if (processor === undefined) throw new BaalError("E_ARGUMENT", "This model reads texts, it has no image processor.");
    this.#processor ??= imageProcessorFromConfig(processor);
    return this.#processor;
  }

  /** Process id of the child; `undefined` while none runs. */
  get pid(): number | undefined {
    return this.#worker?.hasEnded ? undefined : this.#worker?.pid;
  }

  /**
   * Draws `[N, C, K]` (logits) for N texts or N images, in their order. Images are decoded ones, or paths and addresses, which the
   * child reads; one that cannot be used fails the call with `E_IMAGE`.
   */
  async predict(inputs: HostInputs, options: Omit<InputsRequest, "inputs"> & CallOptions = {}): Promise<Predictions> {
    const { signal, onProgress, ...rest } = options;
    return this.#call("predict", { ...rest, inputs }, { signal, onProgress });
  }

  /** Whether {@link features} can be asked for: the logits come from a linear layer. */
  get hasFeatures(): boolean {
    return this.#model.hasFeatures;
  }

  /** What the last layer reads of N texts or N images, dropout off: `[N, D]`, in their order. Throws `E_MODEL_FORMAT` where there is no such layer. */
  async features(
    inputs: HostInputs,
    options: Omit<FeaturesRequest, "inputs"> & Pick<CallOptions, "signal"> = {},
  ): Promise<Features> {
    const { signal, ...rest } = options;
    return this.#call("features", { ...rest, inputs }, { signal });
  }

  /** Names what {@link features} computes: other weights in front of the last layer, another name. */
  async featureFingerprint(): Promise<string> {
    return this.#call("featureFingerprint", null);
  }

  /** Trains the model in the child on rows of texts or images and labels; {@link save} or {@link stateDict} gets the result out. */
  async train(request: TrainRequest, options: CallOptions = {}): Promise<TrainSummary> {
    const summary = await this.#call("train", request, options);
    this.#model = { ...this.#model, task: summary.task };
    return summary;
  }

  /** A copy of the child's weights. */
  async stateDict(): Promise<StateDict> {
    return this.#call("stateDict", null);
  }

  /** Replaces the child's weights. Throws `E_CHECKPOINT`. */
  async loadStateDict(state: StateDict): Promise<void> {
    await this.#call("loadStateDict", state);
  }

  async save(folder: string): Promise<void> {
    await this.#call("save", { folder });
  }

  /** Ends the process; calls that are under way fail with `E_MODEL_HOST`. */
  async stop(): Promise<void> {
    await this.#worker?.stop();
  }

  async #call<Name extends keyof HostCalls>(
    name: Name,
    argument: ArgumentOf<HostCalls, Name>,
    { signal, onProgress }: CallOptions = {},
  ): Promise<AnswerOf<HostCalls, Name>> {
    throwIfAborted(signal, `The model's ${name}`);
    const worker = await this.#ready();
    return worker.call(name, argument, { signal, onEvent: onProgress });
  }

  /** A process that runs and has the model. */
  async #ready(): Promise<HostWorker> {
    if (this.#worker === undefined || this.#worker.hasEnded) {
      this.#worker = startHostWorker(this.#nice);
      this.#loaded = undefined;
    }
    if (this.#loaded === undefined) {
      this.#loaded = this.#worker.call("load", this.#load).then((description) => {
        this.#model = description;
      });
    }
    const worker = this.#worker;
    await this.#loaded;
    return worker;
  }
}
