import type { Suggestion } from "../api/item-contract.js";
import type { ModelConfig, TrainConfig } from "../api/model-config.js";
import type {
  JobView,
  ModelStatus,
  ModelView,
  ProgressView,
  PropagateConfig,
  PropagationView,
  TrainingView,
} from "../api/work-contract.js";
import type { StudioStore } from "../store/open-studio-store.js";

/** The encoder of images that needs no weights: a small network whose filters are written down, not learnt, for drawings and marks. */
export const OWN_CNN = "edges";

/** What has changed, for those who are to be told: each is to be asked for anew. */
export type BrainEvent =
  /** `status`, suggestions, probabilities and orders. */
  | { readonly type: "model" }
  /** A job began, went on or ended. */
  | { readonly type: "job"; readonly job: JobView }
  /** `training`: a point, a histogram, a version. */
  | { readonly type: "training" }
  /** `propagation`. */
  | { readonly type: "propagation" }
  /** `map`. */
  | { readonly type: "map" };

export interface BrainOptions {
  readonly store: StudioStore;
  /** Folder or hub id of the encoder of texts, of images also {@link OWN_CNN}, of texts `"tfidf"`; `"none"`: nothing is embedded, items come in a random order. */
  readonly encoder: string;
  /** Where vectors are kept, so that each is computed once. */
  readonly cacheFolder: string;
  /** The project's strategy in place of what suits the number of labels. */
  readonly strategy?: string | undefined;
  /** Most tokens of a text that are looked at. */
  readonly maxSeqLen?: number | undefined;
  /** Labels after which a training begins by itself; 0 (and left out): never. Asked whenever labels change. */
  readonly autoTrainEvery?: (() => number) | undefined;
  /** Called on the event loop, never while a function of the brain runs. */
  readonly onEvent: (event: BrainEvent) => void;
}

/** Items in an order, the first first. */
export interface OrderRequest {
  /** `"model"`, `"random"`, `"badge"`, `"badge:LABEL"`, `"diversity"` or a strategy's name; sorts by probabilities alone are their reader's. */
  readonly sort: string;
  /** Items that may be picked, whatever their answers. */
  readonly among: readonly number[];
  readonly count: number;
  /** Names what is random; another one, another order. */
  readonly seed: number;
}

export interface OrderedItems {
  readonly items: readonly number[];
  /** Where each stands by the sort, an entropy or a probability, where there is such a number. */
  readonly scores: readonly (number | undefined)[];
  /** How it came about, in words. */
  readonly reason: string;
}

/** Of the version that serves, or of the head that is solved after every label. */
export interface ItemProbabilities {
  readonly version: string;
  /** Numbers of the labels, in the order of each row. */
  readonly labels: readonly number[];
  /** One number per label; `undefined` for an item that came after it. */
  of(item: number): Float32Array | undefined;
}

export interface DoubtfulLabel {
  readonly item: number;
  /** What the model would say instead, with its probability out of fold. */
  readonly instead: Suggestion;
  /** The higher the more doubtful, 0 to 1. */
  readonly doubt: number;
}

/**
 * The model work of a project, in processes of its own: no function waits for a computation but those that give promises. It reads items,
 * answers and flags in the store, and writes its jobs and versions there.
 *
 * Validation items are never trained on and never among what `"model"`, strategies, `"badge"` and `"diversity"` pick; whoever shows an item must
 * not show suggestions for them.
 */
export interface Brain {
  status(): ModelStatus;
  /** Those that run, and the last ones that ended; the newest first. */
  jobs(): readonly JobView[];
  /** Answers or flags of these items are other ones than before; without items: those of all, or the labels themselves. */
  labelsChanged(items?: readonly number[]): void;
  /** These items came, went or are other ones; without items: all. Resolves when they are known. */
  itemsChanged(items?: readonly number[]): Promise<void>;

  /** All labels with their probabilities, the most probable first; none while there is no model, and for items that came after it. */
  suggestions(item: number): readonly Suggestion[];
  probabilities(): ItemProbabilities | undefined;
  /** Throws `E_ARGUMENT` for an unknown sort or label. Where a sort is not possible yet the order is another one, and `reason` says so. */
  order(request: OrderRequest): Promise<OrderedItems>;
  /** The nearest first by the cosine, without itself. Throws `E_ARGUMENT` while items have no features. */
  similar(item: number, k: number): Promise<readonly { readonly item: number; readonly similarity: number }[]>;

  /** The bytes of `GET api/map`; `undefined` while no map was computed. */
  map(): Promise<Uint8Array | undefined>;
  beginMap(): JobView;

  model(): ModelView;
  checkModel(config: ModelConfig): ModelView;
  /** Sets what the next training makes; throws `E_ARGUMENT` with the first problem. */
  setModel(config: ModelConfig): ModelView;

  training(): TrainingView;
  /** Begins a training, which ends with a new version that serves. Throws `E_ARGUMENT` with what is missing, `E_CONFLICT` while one runs. */
  train(config: TrainConfig): JobView;
  /** Suggestions and orders come from this version from now on; `"live"`: from the head that is solved after every label. */
  serve(version: string): void;

  propagate(config: PropagateConfig): JobView;
  propagation(): PropagationView;
  /** Orders and suggestions come from what was propagated, until another version serves. */
  rankByPropagation(): void;
  /** What would be answered from a threshold on, for one batch; never items with an answer, excluded or validation items. */
  propagatedAnswers(threshold: number): readonly { readonly item: number; readonly classes: readonly number[] }[];

  /** Labels that look wrong, out of fold, the most doubtful first; `note` says why there are none. */
  labelErrors(): Promise<{ readonly found: readonly DoubtfulLabel[]; readonly note: string | undefined }>;
  /** What is learnt of validation items by number of labels, and what may be expected. */
  progress(options?: { readonly target?: number | undefined }): Pick<ProgressView, "metric" | "curve" | "forecast" | "note">;

  /** Writes the model that serves as a folder that `baal predict` reads. Throws `E_ARGUMENT` while there is none. */
  saveModel(folder: string): Promise<void>;
  /** Asks a job to end. Throws `E_ARGUMENT` for one that does not run. */
  cancel(job: number): void;
  /** Ends all processes. */
  close(): Promise<void>;
}
