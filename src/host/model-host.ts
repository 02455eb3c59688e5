import { type ChildProcess, fork } from "node:child_process";
import { getPriority, setPriority } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { PatchSettings } from "../bayesian/patch-module.js";
import type { StateDict } from "../core/bayesian-model.js";
import { BaalError, throwIfAborted } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import type { ImageProcessor } from "../data/images/image-processor.js";
import { imageProcessorFromConfig } from "../data/images/preprocessor-config.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { ProgressListener } from "../training/trainer-callback.js";
import type {
  HostCalls,
  HostInputs,
  HostMethod,
  HostReply,
  InputsRequest,
  LoadedModel,
  LoadRequest,
  TrainRequest,
  TrainSummary,
} from "./protocol.js";

export interface ModelHostOptions extends Omit<FromPretrainedOptions, "signal" | "onProgress"> {
  /** Of texts or of images; by default what the folder's files say. */
  readonly kind?: ModelKind;
  /** What `patchModule` gets: dropout stays on by default; `false` leaves predictions deterministic. */
  readonly patch?: PatchSettings | false;
  /** So many levels (nice values) the process stands back behind this one, 0 (default) to 19. */
  readonly standBack?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

interface PendingCall {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ProgressListener | undefined;
}

/**
 * A text or image classifier in a process of its own, so that this one's event loop stays free while the model computes, and survives
 * should it run out of memory. A child that died is started again, from the model's folder, by the next call.
 */
export class ModelHost {
  readonly #load: LoadRequest;
  readonly #standBack: number;
  readonly #pending = new Map<number, PendingCall>();
  #child: ChildProcess | undefined;
  #loaded: Promise<LoadedModel> | undefined;
  #model: LoadedModel = { kind: "text", labels: [], isMultiLabel: false, processor: undefined };
  #processor: ImageProcessor | undefined;
  #nextId = 0;

  private constructor(load: LoadRequest, standBack: number) {
    this.#load = load;
    this.#standBack = standBack;
  }

  /** Starts the process and loads the model there. Throws what `TextClassifier.fromPretrained` and `ImageClassifier.fromPretrained` throw. */
  static async start(model: string, options: ModelHostOptions = {}): Promise<ModelHost> {
    const { patch = {}, kind, standBack = 0, ...rest } = options;
    if (!Number.isInteger(standBack) || standBack < 0 || standBack > 19)
      throw new BaalError("E_ARGUMENT", `standBack is a whole number of levels from 0 to 19; ${standBack} came.`);
    const host = new ModelHost({ model, options: rest, kind, patch }, standBack);
    try {
      await host.#ready();
    } catch (error) {
      await host.stop();
      throw error;
    }
    return host;
  }

  /** Names of the classes, by class index. */
  get labels(): readonly string[] {
    return this.#model.labels;
  }

  /** Whether each label is predicted by itself, as the model's config.json says. */
  get isMultiLabel(): boolean {
    return this.#model.isMultiLabel;
  }

  /** What the model reads. */
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
    return this.#child?.pid;
  }

  /**
   * Draws `[N, C, K]` (logits) for N texts or N images, in their order. Images are decoded ones, or paths and addresses, which the
   * child reads; one that cannot be used fails the call with `E_IMAGE`.
   */
  async predict(inputs: HostInputs, options: Omit<InputsRequest, "inputs"> & CallOptions = {}): Promise<Predictions> {
    const { signal, onProgress, ...rest } = options;
    return this.#call("predict", { ...rest, inputs }, { signal, onProgress });
  }

  /** Trains the model in the child on rows of texts or images and labels; {@link save} or {@link stateDict} gets the result out. */
  async train(request: TrainRequest, options: CallOptions = {}): Promise<TrainSummary> {
    return this.#call("train", request, options);
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
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  async #call<M extends HostMethod>(
    method: M,
    argument: Parameters<HostCalls[M]>[0],
    options: CallOptions = {},
  ): Promise<ReturnType<HostCalls[M]>> {
    throwIfAborted(options.signal, `The model's ${method}`);
    await this.#ready();
    return this.#send(method, argument, options);
  }

  /** Resolves when a child runs and has the model. */
  async #ready(): Promise<void> {
    if (!this.#child) {
      this.#child = this.#spawn();
      this.#loaded = this.#send("load", this.#load, {});
    }
    this.#model = await this.#loaded!;
  }

  #spawn(): ChildProcess {
    // As TypeScript (tests, development) the child needs the loader that this process may have got in another way.
    const extension = extname(fileURLToPath(import.meta.url));
    const child = fork(new URL(`./host-process${extension}`, import.meta.url), {
      serialization: "advanced",
      execArgv: extension === ".ts" ? ["--import", "tsx"] : [],
    });
    // Before it has a model, so that all threads that compute inherit it.
    if (child.pid !== undefined) setPriority(child.pid, Math.min(19, getPriority() + this.#standBack));
    child.on("message", (reply: HostReply) => this.#receive(reply));
    child.once("exit", (code, signal) => {
      this.#lost(signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
    });
    child.once("error", (error) => this.#lost(`failed: ${error.message}`));
    return child;
  }

  #lost(how: string): void {
    this.#child = undefined;
    const error = new BaalError("E_MODEL_HOST", `The process that runs the model ${how}; the next call starts a new one.`);
    for (const call of this.#pending.values()) call.reject(error);
    this.#pending.clear();
  }

  #send<M extends HostMethod>(
    method: M,
    argument: unknown,
    { signal, onProgress }: CallOptions,
  ): Promise<ReturnType<HostCalls[M]>> {
    const id = this.#nextId++;
    const child = this.#child!;
    return new Promise<ReturnType<HostCalls[M]>>((resolve, reject) => {
      // A child that is gone has nothing to abort.
      const abort = () => child.send({ kind: "abort", id }, () => undefined);
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", abort);
          done(value);
        };
      signal?.addEventListener("abort", abort, { once: true });
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject), onProgress });
      child.send({ kind: "call", id, method, argument }, (error) => {
        if (error)
          reject(
            new BaalError("E_MODEL_HOST", `The process that runs the model takes no messages: ${error.message}`, {
              cause: error,
            }),
          );
      });
    });
  }

  #receive(reply: HostReply): void {
    const call = this.#pending.get(reply.id);
    if (!call) return;
    if (reply.kind === "progress") {
      call.onProgress?.(reply.event);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === "result") call.resolve(reply.value as never);
    else call.reject(new BaalError(reply.code ?? "E_MODEL_HOST", reply.message, { cause: reply.stack }));
  }
}
