import type { Change, FlagName, ItemKind, LabelTask, Via } from "../store/records.js";
import type { JobKind, JobRecord } from "../store/work-tables.js";
import type { ModelConfig, TrainConfig } from "./model-config.js";

/**
 * What the studio's page and its server say to each other: JSON, but for pictures, the map and exports. Refusals are
 * `{ error: { code, message } }`; 401 without a session, 403 for a foreign origin or a role that may not, 409 where somebody else was faster.
 */

export type Role = "annotator" | "reviewer" | "admin";

export interface UserView {
  readonly name: string;
  readonly role: Role;
}

/** How often a label was given, by items. */
export interface LabelCounts {
  readonly yes: number;
  readonly no: number;
}

export interface LabelView {
  readonly id: number;
  readonly name: string;
  /** The key that gives it: its place among 1 to 9 and 0 unless it has one of its own. */
  readonly key: string | undefined;
  /** One of the page's colours, `"1"` to `"12"`, or a CSS hexadecimal colour. */
  readonly colour: string;
  readonly description: string;
  readonly isArchived: boolean;
  readonly mergedInto: number | undefined;
  readonly splitFrom: number | undefined;
  readonly train: LabelCounts;
  readonly validation: LabelCounts;
}

export interface Counts {
  /** Not excluded. */
  readonly items: number;
  /** With an answer that counts, validation included. */
  readonly answered: number;
  /** Of several labels: some are known, some are not. */
  readonly partial: number;
  readonly excluded: number;
  readonly validation: number;
  readonly validationAnswered: number;
  /** By the user who asks. */
  readonly skipped: number;
  readonly conflicts: number;
  /** Answers of the user who asks, and of today. */
  readonly mine: number;
  readonly mineToday: number;
}

/** Settings that belong to the project, {@link ProjectPatch}. */
export interface StudioSettings {
  readonly encoder: string;
  /** Trains anew after so many labels; 0: never by itself. */
  readonly autoTrainEvery: number;
  /** Users that each item waits for. */
  readonly overlap: number;
  /** Share of items that more than one user answers, 0 to 1; the others wait for one. */
  readonly overlapShare: number;
  readonly validationShare: number;
  readonly isSuggesting: boolean;
  /** The queue shows one item of a duplicate group, and its answer is that of the others. */
  readonly withDuplicates: boolean;
  /** An idle user's items are given back after so many minutes. */
  readonly leaseMinutes: number;
  /** Actions of the page by the keys that do them, as far as they are other ones than at first. */
  readonly keys: Readonly<Record<string, string>>;
}

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

/** `GET api/state`, and the event `state` of `GET api/events`. */
export interface StudioState {
  readonly project: ProjectView;
  readonly user: UserView;
  readonly users: readonly UserView[];
  readonly labels: readonly LabelView[];
  readonly counts: Counts;
  readonly settings: StudioSettings;
  readonly model: ModelStatus;
  /** Those that run, and the last ones that ended. */
  readonly jobs: readonly JobView[];
  readonly subsets: readonly string[];
  /** Number of the last event: the `baseSeq` of what is answered now. */
  readonly seq: number;
}

export interface ProjectView {
  readonly name: string;
  readonly kind: ItemKind;
  readonly task: LabelTask;
  readonly guideline: string;
  /** False until New was answered: the page shows nothing else before. */
  readonly isBegun: boolean;
  readonly data: string;
  readonly folder: string;
}

/** The event `items` of `GET api/events`: what these items' answers are has changed. */
export interface ItemsEvent {
  readonly seq: number;
  readonly user: string;
  readonly items: readonly number[];
}

/** `GET api/new`: what was found in the data. */
export interface NewProjectPreview {
  readonly kind: ItemKind;
  /** As far as the data tell. */
  readonly task: LabelTask | undefined;
  readonly items: number;
  readonly answered: number;
  readonly labels: readonly { readonly name: string; readonly count: number }[];
  readonly sample: readonly ItemView[];
  readonly columns: readonly string[];
  /** Files and rows that could not be read, and why. */
  readonly problems: readonly { readonly source: string; readonly reason: string }[];
  readonly encoder: string;
}

/** `POST api/project`: begins the project. */
export interface NewProject {
  readonly task: LabelTask;
  readonly labels: readonly string[];
  readonly encoder: string;
  readonly validationShare: number;
  readonly guideline: string;
}

/** `PATCH api/project`. */
export interface ProjectPatch {
  readonly guideline?: string | undefined;
  readonly settings?: Partial<StudioSettings> | undefined;
}

export type LabelStatus = "unlabeled" | "partial" | "labeled" | "any";
export type ExcludeStatus = "not excluded" | "excluded" | "validation" | "any";

/** What is to be shown. */
export interface ItemFilter {
  readonly status: LabelStatus;
  readonly excludeStatus: ExcludeStatus;
  /** `"all"`, `"unlabeled:LABEL"`, `"contains:LABEL"`, `"doesn't contain:LABEL"`, `"subset:NAME"`, `"predicted:LABEL"`, `"skipped"`, `"commented"`, `"conflict"`. */
  readonly subset: string;
}

/**
 * `POST api/next`: leases items for labelling. `sort` is a strategy's name, `"model"` (what the project's model ranks first), `"random"`, `"max entropy"`,
 * `"badge"`, `"diversity"`, or one of `highest:`, `high:`, `lowest:`, `low:`, `maxent:` with a label's name.
 */
export interface NextRequest extends ItemFilter {
  readonly count: number;
  readonly sort: string;
  /** Items that the page has already. */
  readonly have: readonly number[];
}

export interface NextItems {
  readonly items: readonly ItemView[];
  readonly sort: string;
  readonly reason: string;
  readonly seq: number;
  /** Items that the filter leaves, leased ones included. */
  readonly left: number;
}

export interface Suggestion {
  readonly label: number;
  readonly probability: number;
}

export interface ItemFlags {
  readonly exclude: boolean;
  readonly validation: boolean;
  /** Those of the user who asks. */
  readonly skip: boolean;
  readonly comment: string | undefined;
}

export interface ItemView {
  readonly id: number;
  /** The text; of an image its name. */
  readonly content: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly subset: string | undefined;
  readonly source: string;
  /** SHA-256 of what it is: pictures' addresses carry it, so that they may be kept for ever. */
  readonly contentHash: string;
  /** Of the user who asks: 1 and 0 by label. */
  readonly mine: Readonly<Record<number, 0 | 1>>;
  /** What counts. */
  readonly resolved: Readonly<Record<number, 0 | 1>> | undefined;
  readonly isConflict: boolean;
  readonly flags: ItemFlags;
  /** The most probable first; none for validation items. */
  readonly suggestions: readonly Suggestion[];
  /** Where it stands by the sort, for those who want to know: an entropy, a probability. */
  readonly score: number | undefined;
  /** Other items of its duplicate group. */
  readonly duplicates: number;
}

/** `GET api/items/:id`. */
export interface ItemDetail extends ItemView {
  readonly answers: readonly {
    readonly user: string;
    readonly values: Readonly<Record<number, 0 | 1>>;
    readonly via: Via | undefined;
  }[];
  readonly comments: readonly { readonly user: string; readonly text: string }[];
  readonly history: readonly HistoryEntry[];
}

/**
 * `GET api/items?q=&status=&excludeStatus=&subset=&sort=&cursor=&count=`; `sort` here also `"newest"`, `"oldest"`, `"content"`. `cursor` is how many
 * items come before, so that a long table may begin anywhere. `?ids=3,1,2` instead: these items, in this order (500 at most).
 */
export interface ItemPage {
  readonly items: readonly ItemView[];
  readonly total: number;
  readonly next: string | undefined;
}

/** `GET api/items/:id/similar?k=`: the nearest first, without itself. */
export interface SimilarItems {
  readonly items: readonly (ItemView & { readonly similarity: number })[];
}

/** `POST api/labels`: all or nothing, on the disk when it is answered. The same `batchId` again is not written twice. */
export interface LabelBatch {
  readonly batchId: string;
  readonly baseSeq: number;
  readonly via: Via;
  readonly versionShown?: string | undefined;
  readonly ms?: number | undefined;
  /** Makes these labels the user's answer; of several labels those not named become 0. */
  readonly answers?: readonly { readonly item: number; readonly classes: readonly number[] }[] | undefined;
  /** Single facts: a label's 1, 0 or unknown, or a flag. */
  readonly changes?: readonly Change[] | undefined;
  /**
   * The items' duplicates are answered as well, as far as their user has said of them what was said of the item before: nothing, as a rule. An answer
   * of their own stays, and so do duplicates that are excluded, or of the validation where the item is not.
   */
  readonly withDuplicates?: boolean | undefined;
}

/** The answer to `POST api/labels`, `api/undo` and `api/redo`; these two give `items: []` where there is nothing to take back or do again. */
export interface Wrote {
  readonly seq: number;
  readonly batchId: string;
  readonly items: readonly ItemView[];
}

export interface HistoryEntry {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly user: string;
  readonly batchId: string;
  readonly type: "label" | "flag" | "comment" | "undo" | "redo" | "import";
  readonly item: number;
  readonly label: number | undefined;
  readonly flag: FlagName | undefined;
  readonly value: 0 | 1 | null;
}

/** `GET api/history?count=`: the user's last batches, the newest first. */
export interface History {
  readonly batches: readonly {
    readonly batchId: string;
    readonly at: number;
    readonly items: readonly ItemView[];
    readonly entries: readonly HistoryEntry[];
  }[];
}

/** `POST api/label-set`. */
export type LabelSetChange =
  | {
      readonly action: "add";
      readonly name: string;
      readonly key?: string | undefined;
      readonly colour?: string | undefined;
      readonly description?: string | undefined;
    }
  | {
      readonly action: "change";
      readonly id: number;
      readonly name?: string | undefined;
      readonly key?: string | undefined;
      readonly colour?: string | undefined;
      readonly description?: string | undefined;
    }
  | { readonly action: "archive" | "restore"; readonly id: number }
  | { readonly action: "merge"; readonly from: number; readonly into: number }
  | { readonly action: "split"; readonly id: number; readonly parts: readonly string[] };

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

export type ReviewKind = "label-errors" | "conflicts" | "duplicates" | "excluded" | "validation";

/** `GET api/review/:kind`. */
export interface Review {
  readonly kind: ReviewKind;
  readonly entries: readonly ReviewEntry[];
  /** Why there is nothing, or what is needed first. */
  readonly note: string | undefined;
}

export interface ReviewEntry {
  /** Several where they belong together. */
  readonly items: readonly ItemDetail[];
  /** What the model would say instead, with its probability out of fold. */
  readonly instead: Suggestion | undefined;
  /** The higher the more doubtful, 0 to 1. */
  readonly doubt: number;
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

/** `POST api/import?name=more.csv`, whose body is the file: items, labels and answers that are new come in. `POST api/items/remove` with `{ items }` takes some out. */
export interface ImportView {
  readonly items: number;
  readonly added: number;
  readonly answered: number;
  /** Contents that are there more than once with different labels: none of these counts. */
  readonly conflicts: number;
  readonly problems: readonly { readonly source: string; readonly reason: string }[];
}

/** 409 of `POST api/labels`, `api/undo` and `api/redo`: somebody else was faster; what the items are now. */
export interface Conflict {
  readonly error: { readonly code: string; readonly message: string };
  readonly seq: number;
  readonly items: readonly ItemView[];
}

/** `GET api/export?format=`: a download. */
export type ExportFormat = "csv" | "patchwork" | "jsonl" | "parquet" | "label-studio" | "dataset" | "model";

/** The jobs that the page may begin or cancel (`POST api/jobs/:id/cancel`). */
export type BegunJob = { readonly job: JobView; readonly kind: JobKind };
