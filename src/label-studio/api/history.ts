import { setTimeout as sleep } from "node:timers/promises";
import { throwIfAborted } from "../../core/errors.js";
import { isBusy } from "../../system/state-database.js";
import type { AnnotationRecord } from "../state/records.js";
import type { LabelStudioClient, PageOptions, ProjectPage } from "./label-studio-client.js";

/** The part of the store that takes annotations, by its own number of the project. */
export interface AnnotationSink {
  saveAnnotations(
    projectId: number,
    annotations: readonly AnnotationRecord[],
    options?: { readonly listedSince?: number | undefined },
  ): { readonly stored: number; readonly unchanged: number };
}

export interface HistoryProgress {
  /** Tasks looked at, of `total`. */
  readonly seen: number;
  readonly total: number;
  readonly stored: number;
  readonly unchanged: number;
}

export interface FetchHistoryOptions extends PageOptions {
  readonly onProgress?: ((progress: HistoryProgress) => void) | undefined;
  /** `false` ends it: the pages behind this one are not needed. */
  readonly onPage?: ((page: ProjectPage<AnnotationRecord>) => boolean | undefined) | undefined;
  /** The store's moment before the first request: what is listed is there, whatever was deleted before. */
  readonly listedSince?: number | undefined;
}

/** Until a further try while another process writes. */
const BUSY_MS = 20;

export interface HistoryPlaces {
  readonly client: Pick<LabelStudioClient, "exportAnnotations">;
  readonly store: AnnotationSink;
  /** Label Studio's number of the project. */
  readonly labelStudioId: number;
  /** The store's number of it. */
  readonly projectId: number;
}

/**
 * A cold start: brings all annotations that a project has in Label Studio into the store, page by page. What is known already stays as it
 * is, so it may be done at any time, and again after a failure; annotations that were deleted meanwhile are not found out. Throws
 * `LabelStudioError`, `E_ABORTED`; pages up to there are stored.
 */
export async function fetchHistory(
  { client, store, labelStudioId, projectId }: HistoryPlaces,
  { onProgress, onPage, listedSince, ...pages }: FetchHistoryOptions = {},
): Promise<HistoryProgress> {
  let progress: HistoryProgress = { seen: 0, total: 0, stored: 0, unchanged: 0 };
  for await (const page of client.exportAnnotations(labelStudioId, pages)) {
    const { items, seen, total } = page;
    const isEnough = onPage?.(page) === false;
    const nothing = { stored: 0, unchanged: 0 };
    const { stored, unchanged } =
      items.length === 0 ? nothing : await saved(() => store.saveAnnotations(projectId, items, { listedSince }), pages.signal);
    progress = { seen, total, stored: progress.stored + stored, unchanged: progress.unchanged + unchanged };
    onProgress?.(progress);
    if (isEnough) break;
  }
  return progress;
}

/** While another process writes to the database, everything else goes on. Throws what saving throws otherwise, and for a signal that fires. */
async function saved<T>(save: () => T, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    try {
      return save();
    } catch (error) {
      if (!isBusy(error)) throw error;
      throwIfAborted(signal, "The comparison with Label Studio");
      await sleep(BUSY_MS);
    }
  }
}
