/** One label per item, or any number of them. */
export type LabelTask = "single" | "multi";
export type ItemKind = "text" | "image";

/** What is labelled, and how. One store holds one project. */
export interface ProjectRecord {
  readonly kind: ItemKind;
  readonly task: LabelTask;
  /** What annotators are told. */
  readonly guideline: string;
  /** Of the programs that work with the store, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

export interface LabelRecord {
  /** Stays, whatever the label is called. */
  readonly id: number;
  readonly name: string;
  /** The key that gives it. */
  readonly key: string | undefined;
  readonly colour: string | undefined;
  readonly description: string;
  /** No longer offered; what was answered with it stays. */
  readonly isArchived: boolean;
  /** The label that its answers count for now. */
  readonly mergedInto: number | undefined;
  /** The label that was divided into this one and others. */
  readonly splitFrom: number | undefined;
}

export interface ItemRecord {
  readonly id: number;
  /** SHA-256 of the text or of the image's bytes: what an item is known by. */
  readonly contentHash: string;
  /** The text, or the image's path. */
  readonly content: string;
  /** The other columns of its row. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where it came from: a file and the row's position. */
  readonly source: string;
  readonly subset: string | undefined;
  /** Items of one group are as good as the same. */
  readonly duplicateGroup: number | undefined;
}

/** `exclude` and `validation` are facts about the item; `skip` and `comment` are each annotator's own. */
export type FlagName = "exclude" | "validation" | "skip" | "comment";

export const SHARED_FLAGS: ReadonlySet<FlagName> = new Set(["exclude", "validation"]);

/** One change of an item: of a class's value, or of a flag. */
export interface Change {
  readonly item: number;
  /** A label's number. */
  readonly class?: number | undefined;
  readonly flag?: FlagName | undefined;
  /** 1 yes, 0 no, `null` unknown: which is not no. */
  readonly value: 0 | 1 | null;
  /** Of a flag: the reason, or the comment's words. */
  readonly note?: string | undefined;
  /** The label that a model has suggested first when this was answered. */
  readonly suggested?: number | undefined;
}

/** Where in the program it was done. */
export type Via = "focus" | "grid" | "map" | "review" | "propagation" | "terminal" | "import";

/** Changes that are done, undone and done again together. */
export interface Batch {
  /** Given by the caller: the same batch sent twice is written once. */
  readonly id: string;
  readonly user: string;
  readonly changes: readonly Change[];
  /** The last event that its user had seen, {@link EventLog.seq}: what others have changed since is not overwritten. */
  readonly baseSeq: number;
  readonly via?: Via | undefined;
  /** The model's version whose suggestion was shown. */
  readonly versionShown?: string | undefined;
  /** How long it took, in milliseconds. */
  readonly ms?: number | undefined;
}

export interface EventRecord {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly user: string;
  readonly batchId: string;
  readonly type: "label" | "flag" | "comment" | "undo" | "redo" | "import";
  readonly item: number;
  readonly class: number | undefined;
  readonly flag: FlagName | undefined;
  readonly value: 0 | 1 | null;
  readonly note: string | undefined;
  readonly via: Via | undefined;
  readonly versionShown: string | undefined;
  readonly ms: number | undefined;
}

/** What has been written. */
export interface Written {
  /** Of the last event: the `baseSeq` of what follows. */
  readonly seq: number;
  readonly batchId: string;
  /** Items that are other ones than before. */
  readonly items: readonly number[];
}
