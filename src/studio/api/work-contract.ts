import type { JobKind, JobRecord } from "../store/work-tables.js";
import type { ModelConfig, TrainConfig } from "./model-config.js";

/** What the page and the server say of the model's work: jobs, map, trainings, propagation, progress (`contract.ts` has the rest). */

export interface JobView extends JobRecord {
  /** What it is doing, in words. */
  readonly message: string;
  /** Seconds left, by the rate so far. */
  readonly secondsLeft: number | undefined;
}

/** The model that ranks and suggests. */
export interface ModelStatus {
  /** Of the version that suggestions come from; `undefined` while there is none. */
  readonly version: string | undefined;
  readonly strategy: string;
  /** How the order came about, in words. */
  readonly reason: string;
  /** Answers that the ranking was made from, and those there are now. */
  readonly labelled: number;
  readonly isRanking: boolean;
  /** Of the labels out of fold, 0 to 1. */
  readonly heldOutAccuracy: number | undefined;
  /** What is wrong: ranking goes on in the order of before. */
  readonly failure: string | undefined;
}

/**
 * `GET api/map`, binary, little-endian: uint32 count N, uint32 length of a JSON text in bytes ({@link MapHeader}), the text padded to a multiple
 * of 4, then uint32 ids [N], float32 x [N], float32 y [N] (both in -1 to 1), int32 resolved label [N] (-1 none), int32 predicted label [N] (-1
 * none), float32 uncertainty [N] (0 to 1, NaN none), int32 user [N] (who has answered: a place in the header's `users`, -1 nobody, -2 several), uint8
 * state [N] (0 open, 1 answered, 2 partial, 3 excluded, 4 validation).
 */
export interface MapHeader {
  /** Names, in the order of their first answer on the map; answers that came with the data are those of `"import"`. */
  readonly users: readonly string[];
  readonly method: "pca" | "umap";
  readonly seq: number;
  readonly version: string | undefined;
}

/** 404 of `GET api/map` and of similar items while there are no features: `POST api/map` computes what is missing ({@link BegunJob}). */
export interface NoMap {
  readonly error: { readonly code: "E_NO_MAP"; readonly message: string };
  /** Items to compute, and how long that takes. */
  readonly items: number;
  readonly seconds: number | undefined;
}

/** `GET api/model`: `PUT` sets the configuration; `POST api/model/check` answers as `GET` would, and sets nothing. */
export interface ModelView {
  readonly config: ModelConfig;
  readonly parameters: number | undefined;
  /** Shapes that the head sees, in words: "384 numbers per text". */
  readonly input: string;
  /** Why it is refused, by the field's name. */
  readonly problems: readonly { readonly field: string; readonly message: string; readonly at?: number | undefined }[];
}

export interface VersionView {
  readonly name: string;
  readonly config: ModelConfig | undefined;
  readonly trainedAt: number;
  readonly labelled: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly isServing: boolean;
}

/**
 * `GET api/train`: the run that runs, or the last one; after each event `training` there is more to read. `POST api/train` with a `TrainConfig`
 * begins one ({@link BegunJob}); `POST api/versions/:name/serve` has a version rank and suggest.
 */
export interface TrainingView {
  readonly config: TrainConfig;
  /** What the next training makes. A head that is `"solved"` has no steps: of {@link TrainConfig} only what concerns predictions applies to it. */
  readonly model: ModelConfig["kind"];
  readonly job: JobView | undefined;
  readonly points: readonly TrainingPoint[];
  readonly histograms: readonly LabelHistogram[];
  readonly versions: readonly VersionView[];
  /** What is missing before it can train. */
  readonly missing: string | undefined;
  readonly log: readonly string[];
}

export interface TrainingPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly semiSupervisedLoss: number | undefined;
  readonly validationLoss: number | undefined;
  readonly validationAccuracy: number | undefined;
}

/** Densities of a label's probability in 14 bins from 0 to 1. */
export interface LabelHistogram {
  readonly label: number;
  readonly train: { readonly positive: readonly number[]; readonly negative: readonly number[] };
  readonly validation: { readonly positive: readonly number[]; readonly negative: readonly number[] };
  readonly unlabelled: readonly number[];
  /** On validation items; `undefined` where there are not both kinds. */
  readonly auc: number | undefined;
  readonly accuracy: number | undefined;
}

/** `POST api/propagate`; `GET api/propagation` has the outcome. */
export interface PropagateConfig {
  readonly neighbours: number;
  readonly temperature: number;
  readonly iterations: number;
}

export interface PropagationView {
  readonly config: PropagateConfig;
  readonly job: JobView | undefined;
  readonly histograms: readonly LabelHistogram[];
  /** Items that could be reached, and how many of these would be answered from a threshold on. */
  readonly reached: number;
  readonly accepted: readonly {
    readonly threshold: number;
    readonly items: number;
    readonly heldOutAccuracy: number | undefined;
  }[];
}

/** `POST api/propagation/use`: ranks by it, or answers what is at least so probable (one batch, which can be undone). */
export type UsePropagation =
  | { readonly action: "rank" }
  | { readonly action: "accept"; readonly threshold: number; readonly batchId: string };

/** `GET api/progress`. */
export interface ProgressView {
  readonly metric: "accuracy" | "macro F1";
  /** On validation items, by number of labels. */
  readonly curve: readonly {
    readonly labelled: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly version: string;
  }[];
  /** Error e(n) = a + b n^-c, from four points on. */
  readonly forecast:
    | {
        readonly a: number;
        readonly b: number;
        readonly c: number;
        readonly points: readonly {
          readonly labelled: number;
          readonly value: number;
          readonly low: number;
          readonly high: number;
        }[];
        readonly target: number;
        /** More labels until the target, a range; `undefined` where it is not reached. */
        readonly more: readonly [low: number, high: number] | undefined;
      }
    | undefined;
  /** What is missing, in words. */
  readonly note: string | undefined;
  readonly perHour: readonly { readonly user: string; readonly hour: number; readonly labels: number }[];
  readonly agreement: readonly {
    readonly users: readonly [string, string];
    readonly items: number;
    readonly kappa: number | undefined;
    readonly share: number;
  }[];
  readonly accepted: { readonly shown: number; readonly accepted: number };
}

/** The jobs that the page may begin or cancel (`POST api/jobs/:id/cancel`). */
export type BegunJob = { readonly job: JobView; readonly kind: JobKind };
