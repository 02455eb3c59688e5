import type { Change, FlagName, Via } from "../store/records.js";

/** What the page and the server say of items: which are shown, what is known of them, and what is answered (`contract.ts` has the rest). */

/** The event `items` of `GET api/events`: what these items' answers are has changed. */
export interface ItemsEvent {
  readonly seq: number;
  readonly user: string;
  readonly items: readonly number[];
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

/** `GET api/items/ids?q=&status=&excludeStatus=&subset=`: the items that a search and filters leave, in the order in which they came. */
export interface ItemIds {
  /** The first {@link MOST_AT_ONCE}. */
  readonly ids: readonly number[];
  readonly total: number;
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

/** Most items that one batch, or one selection, has. */
export const MOST_AT_ONCE = 100_000;

/** The answer to `POST api/labels`, `api/undo` and `api/redo`; these two give `items: []` where there is nothing to take back or do again. */
export interface Wrote {
  readonly seq: number;
  readonly batchId: string;
  /** Items that are other ones now. */
  readonly count: number;
  /** What they are, of the first 500: whoever shows more reads them anew. */
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
    readonly count: number;
    /** Of very many the first ones. */
    readonly items: readonly ItemView[];
    readonly entries: readonly HistoryEntry[];
  }[];
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

/** 409 of `POST api/labels`, `api/undo` and `api/redo`: somebody else was faster; what the items are now. */
export interface Conflict {
  readonly error: { readonly code: string; readonly message: string };
  readonly seq: number;
  readonly items: readonly ItemView[];
}
