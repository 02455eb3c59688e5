import type { ModelConfig, TrainConfig } from "../../api/model-config.js";
import type { PropagateConfig, TrainingPoint } from "../../api/work-contract.js";
import type { ItemKind, LabelTask } from "../../store/records.js";
import type { KnownTarget } from "../known-answers.js";

/** What is known of an item's labels, in their order. */
export type Entries = readonly (0 | 1 | null)[];

export interface TrainItem {
  readonly item: number;
  readonly target: KnownTarget;
  readonly entries: Entries;
  readonly subset: string | undefined;
}

export interface TrainRequest {
  readonly kind: ItemKind;
  readonly encoder: string;
  readonly cacheFolder: string;
  readonly maxSeqLen: number;
  readonly task: LabelTask;
  readonly labels: readonly string[];
  readonly model: ModelConfig;
  readonly train: TrainConfig;
  readonly seed: number;
  /** File of all items' vectors. */
  readonly features: string;
  readonly learnt: readonly TrainItem[];
  readonly validated: readonly TrainItem[];
  /** All items but those of the validation, by number: those that may teach without a label. */
  readonly others: readonly number[];
  /** The items' texts or paths, by number, where vectors do not suffice. */
  readonly contents: ReadonlyMap<number, string>;
  /** Where the version goes: `model/` and `probabilities.rows`. */
  readonly folder: string;
}

export interface Trained {
  readonly metrics: Readonly<Record<string, number>>;
  readonly parameters: number;
}

export interface MapRequest {
  readonly features: string;
  /** Rows of two numbers, from -1 to 1. */
  readonly file: string;
  readonly seed: number;
}

export interface PropagateRequest extends PropagateConfig {
  readonly features: string;
  readonly task: LabelTask;
  readonly labels: number;
  readonly known: readonly (readonly [item: number, entries: Entries])[];
  /** Of the validation, to be judged by. */
  readonly held: readonly (readonly [item: number, entries: Entries])[];
  /** Where the probabilities go; NaN where nothing came. */
  readonly file: string;
  readonly seed: number;
}

/** What was spread to an item whose labels it did not come from. */
export interface HeldOutRow {
  readonly item: number;
  readonly probs_C: Float32Array;
}

export interface LabelErrorsRequest {
  readonly features: string;
  readonly task: LabelTask;
  readonly labels: number;
  readonly known: readonly (readonly [item: number, entries: Entries])[];
  readonly seed: number;
}

export interface FoundError {
  readonly item: number;
  /** Index of the label that the model would give, or doubts. */
  readonly label: number;
  readonly probability: number;
  readonly doubt: number;
}

export interface WholeModelRequest {
  /** Folder of the version: a head by itself, or all of a model. */
  readonly version: string;
  readonly kind: ItemKind;
  readonly encoder: string;
  /** How the head was made, and by it where in an image network it stands; without it on the network's vectors. */
  readonly model: ModelConfig | undefined;
  readonly seed: number;
  /** Where the model goes. */
  readonly folder: string;
}

export type JobEvent =
  | { readonly type: "progress"; readonly share: number; readonly message?: string | undefined }
  | { readonly type: "point"; readonly point: TrainingPoint }
  | { readonly type: "log"; readonly line: string };

/** The calls of a process that does one job and ends. */
export type JobCalls = {
  train(request: TrainRequest): Trained;
  map(request: MapRequest): { readonly method: "pca" | "umap" };
  propagate(request: PropagateRequest): { readonly reached: number; readonly heldOut: readonly HeldOutRow[] };
  labelErrors(request: LabelErrorsRequest): readonly FoundError[];
  wholeModel(request: WholeModelRequest): null;
};
