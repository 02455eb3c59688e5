import type { HeadCalls, HeadRevision, SolvedSummary, VectorPlace } from "../../host/head-calls.js";
import type { BackendTrainingOptions } from "../training/training-options.js";
import type { SolvedPlan } from "./live-plan.js";
import type { HeadSettings } from "./pool-file.js";

/** What a head's process is to bring together, from the store itself. */
export interface GatherRequest extends Pick<BackendTrainingOptions, "annotators"> {
  /** Names the head. */
  readonly head: string;
  /** Folder of the store. */
  readonly store: string;
  readonly projectId: number;
  readonly plan: SolvedPlan;
  /** As cross-validation said last. */
  readonly settings: HeadSettings | undefined;
  /** Names of texts of tasks that were seen, labelled or not. */
  readonly seen: readonly string[];
}

/** What is known of what was gathered, however many labels there are; the labels themselves stay in the process. */
export interface Gathered {
  /** Names it in further calls, until the next one is gathered for the head. */
  readonly id: string;
  readonly plan: SolvedPlan;
  readonly settings: HeadSettings;
  /** Labelled texts, and those of each class. */
  readonly labelled: number;
  readonly perClass: readonly number[];
  /** Texts without a label that take part. */
  readonly pool: number;
  /** Whether the labels' names take part, and whether they could. */
  readonly hasNames: boolean;
  readonly hasCandidates: boolean;
  /** Those of `seen` that have a label. */
  readonly labelledSeen: readonly string[];
  /** Names the labels and their texts. */
  readonly labelsKey: string;
  /** Names labels and settings: equal signatures, equal heads, but for what more unlabelled texts change. */
  readonly signature: string;
  /** What a revision goes by: labels, classes, and roughly how many texts there are without a label. */
  readonly revisionKey: string;
}

/** A text without a vector; one that was only seen goes by its name. */
export interface Unembedded {
  readonly key: string;
  readonly text: string | undefined;
}

/** Names what was gathered, and where its vectors are. */
export interface GatheredPlace extends VectorPlace {
  readonly head: string;
  readonly id: string;
}

/**
 * The calls of a process that has the heads of a server's projects: what they are solved from it reads in the store, since hundreds of thousands of annotations
 * take seconds. Those that name what was gathered throw `E_MODEL_HOST` where that is not there any more.
 */
export interface LiveCalls extends HeadCalls {
  gather(request: GatherRequest): Gathered;
  /** The next texts that have no vector, some at a time; none when all have been named. With `withCandidates` those of names that do not take part, too. */
  unembedded(request: GatheredPlace & { readonly withCandidates: boolean }): Unembedded[];
  solveGathered(
    request: GatheredPlace & { readonly pseudoWeight: number; readonly isHurried?: boolean | undefined },
  ): SolvedSummary;
  /** With the names that could take part. */
  reviseGathered(request: GatheredPlace): HeadRevision;
}
