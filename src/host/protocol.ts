import type { PatchSettings } from "../bayesian/patch-module.js";
import type { PredictOptions, StateDict } from "../core/bayesian-model.js";
import type { ErrorCode } from "../core/errors.js";
import type { Predictions } from "../core/predictions.js";
import type { PixelImage } from "../data/images/image-input.js";
import type { Row } from "../data/rows/row.js";
import type { ModelKind } from "../models/checkpoint/model-kind.js";
import type { FromPretrainedOptions } from "../models/text/text-classifier.js";
import type { TrainerProgress } from "../training/trainer-callback.js";
import type { TrainingArguments } from "../training/training-arguments.js";

/** What cannot go to another process: listeners and signals. They stay behind and are connected by messages. */
type Local = "signal" | "onProgress";

export interface LoadRequest {
  readonly model: string;
  readonly options: Omit<FromPretrainedOptions, Local>;
  /** By default what the folder's files say. */
  readonly kind: ModelKind | undefined;
  /** What `patchModule` gets; `false` leaves predictions deterministic. */
  readonly patch: PatchSettings | false;
}

export interface LoadedModel {
  readonly kind: ModelKind;
  readonly labels: readonly string[];
  /** Whether each label is predicted by itself. */
  readonly isMultiLabel: boolean;
  /** How an image model's pixels are prepared, as a `preprocessor_config.json`. */
  readonly processor: Readonly<Record<string, unknown>> | undefined;
}

/** Texts for a text model; for an image model decoded images, or paths and addresses of images. */
export type HostInputs = readonly string[] | readonly PixelImage[];

export interface InputsRequest extends Omit<PredictOptions, Local> {
  readonly inputs: HostInputs;
  /** Of texts; the rest of a longer one is cut off. */
  readonly maxSeqLen?: number;
  /** Whole numbers that name the inputs' draws, one each: equal keys, equal draws, whatever the batch. Their positions by default. */
  readonly itemKeys?: readonly number[];
}

export interface TrainRequest {
  /** Texts, or images of any kind that can go to another process (a path, an address, bytes, pixels), with labels. */
  readonly rows: readonly Row[];
  /** Column of the text or image; `"text"` or `"image"` by default. */
  readonly inputKey?: string;
  readonly pairKey?: string;
  readonly targetKey?: string;
  readonly maxSeqLen?: number;
  readonly args?: TrainingArguments;
}

export interface TrainSummary {
  readonly globalStep: number;
  readonly trainingLoss: number;
}

/** What the child process can be asked, by name: argument and answer of each call. */
export interface HostCalls {
  load(request: LoadRequest): LoadedModel;
  predict(request: InputsRequest): Predictions;
  train(request: TrainRequest): TrainSummary;
  stateDict(request: null): StateDict;
  loadStateDict(request: StateDict): null;
  save(request: { readonly folder: string }): null;
}

export type HostMethod = keyof HostCalls;

/** To the child. Messages are structured clones, so arrays travel as bytes. */
export type HostRequest =
  | { readonly kind: "call"; readonly id: number; readonly method: HostMethod; readonly argument: unknown }
  | { readonly kind: "abort"; readonly id: number };

/** From the child. */
export type HostReply =
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "progress"; readonly id: number; readonly event: TrainerProgress }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly message: string;
      readonly code: ErrorCode | undefined;
      readonly stack: string | undefined;
    };
