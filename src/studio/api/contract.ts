import type { ItemKind, LabelTask } from "../store/records.js";
import type { ItemView } from "./item-contract.js";
import type { JobView, ModelStatus } from "./work-contract.js";

/**
 * What the studio's page and its server say to each other: JSON, but for pictures, the map and exports. Refusals are
 * `{ error: { code, message } }`; 401 without a session, 403 for a foreign origin or a role that may not, 409 where somebody else was faster.
 * Here the project, its users and labels; `item-contract.ts` has what is said of items, `work-contract.ts` the model's work.
 */

export type Role = "annotator" | "reviewer" | "admin";

export interface UserView {
  readonly name: string;
  readonly role: Role;
}

/** `GET api/users`, for admins; `POST api/users/:name/remove` answers as it does. */
export interface UsersView {
  /** Whether there is a file of users, which `POST api/users` with `{ name, role }` and `POST api/users/:name/token` change ({@link NewToken}). */
  readonly isManaged: boolean;
  readonly users: readonly UserAccount[];
}

export interface UserAccount extends UserView {
  /** Items with an answer of theirs. */
  readonly answers: number;
  /** Milliseconds since 1970; `undefined` for who was never here. */
  readonly lastSeen: number | undefined;
}

/** Somebody's token: it is told this once. */
export interface NewToken extends UsersView {
  readonly name: string;
  readonly token: string;
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

/** `POST api/import?name=more.csv`, whose body is the file: items, labels and answers that are new come in. `POST api/items/remove` with `{ items }` takes some out. */
export interface ImportView {
  readonly items: number;
  readonly added: number;
  readonly answered: number;
  /** Contents that are there more than once with different labels: none of these counts. */
  readonly conflicts: number;
  readonly problems: readonly { readonly source: string; readonly reason: string }[];
}

/** `GET api/export?format=`: a download. */
export type ExportFormat = "csv" | "patchwork" | "jsonl" | "parquet" | "label-studio" | "dataset" | "model";
