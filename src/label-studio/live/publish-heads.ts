import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../serving/bounded-queue.js";
import { usedVersions, writeVersion } from "../state/model-folders.js";
import type { VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import { namesSoFar, nextVersion } from "../training/version-names.js";
import type { LiveHead } from "./live-head.js";
import { encoderVersion, readLiveRecord, writeLiveVersion } from "./live-record.js";

export interface HeadPublisherOptions {
  readonly store: Store;
  /** A version is published: it serves from now on. */
  readonly onPublished: (projectId: number, version: string) => void;
  readonly onFailure: (projectId: number, error: unknown) => void;
  /** Whether scores of the version before are on their way still. */
  readonly isBusy: (projectId: number) => boolean;
  /** Whether a head of these labels may be published; a version that somebody has chosen answers until there are others. Always by default. */
  readonly mayPublish?: ((projectId: number, labelsKey: string) => Promise<boolean>) | undefined;
  /** Between two versions, in milliseconds; a minute by default. */
  readonly everyMs?: number | undefined;
  readonly clock: Clock;
}

/** So many published heads of a project stay on the disk: nothing but the name of an older one is of use. */
const KEPT_HEADS = 2;

/**
 * Gives solved heads names: at most one a minute, since every new `model_version` makes the predictions that Label Studio has stored those of
 * another model. Heads that are solved in between answer under the name that was published last.
 */
export class HeadPublisher {
  readonly #options: HeadPublisherOptions;
  /** The last version, and when it was published, by the clock. */
  readonly #published = new Map<number, { readonly version: string; readonly at: number }>();
  readonly #waiting = new Map<number, () => void>();
  readonly #publishing = new Map<number, Promise<void>>();
  #isClosed = false;

  constructor(options: HeadPublisherOptions) {
    this.#options = options;
  }

  /** A head was solved: it is published now, or when it is time. */
  solved(projectId: number, head: LiveHead): void {
    if (this.#isClosed || this.#publishing.has(projectId)) return;
    const { store, everyMs = 60_000, isBusy, onFailure } = this.#options;
    const state = headState(store, projectId, head);
    if (state === undefined) return;
    const wait = isBusy(projectId)
      ? everyMs
      : Math.max(0, this.#lastAt(projectId, state.serving) + everyMs - this.#options.clock.now());
    if (wait > 0) {
      this.#later(projectId, head, wait);
      return;
    }
    const publishing = this.#publish(projectId, head).then(
      (isDone) => {
        this.#publishing.delete(projectId);
        if (isDone) this.solved(projectId, head);
      },
      (error: unknown) => {
        this.#publishing.delete(projectId);
        onFailure(projectId, error);
        this.#later(projectId, head, everyMs);
      },
    );
    this.#publishing.set(projectId, publishing);
  }

  /** When the version that serves was published; by its record where this publisher did not. Clocks jump, so the wait is an interval at most. */
  #lastAt(projectId: number, serving: VersionRecord | undefined): number {
    const known = this.#published.get(projectId);
    if (serving === undefined) return Number.NEGATIVE_INFINITY;
    if (known?.version === serving.version) return known.at;
    const at = this.#options.clock.now() - Math.max(0, Date.now() - serving.createdAt);
    this.#published.set(projectId, { version: serving.version, at });
    return at;
  }

  #later(projectId: number, head: LiveHead, ms: number): void {
    if (this.#isClosed || this.#waiting.has(projectId)) return;
    const later = () => {
      this.#waiting.delete(projectId);
      this.solved(projectId, head);
    };
    this.#waiting.set(projectId, this.#options.clock.after(ms, later));
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await Promise.all(this.#publishing.values());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#waiting.values()) cancel();
    await this.idle();
  }

  /** Whether the head was published. */
  async #publish(projectId: number, head: LiveHead): Promise<boolean> {
    const { store, onPublished, mayPublish } = this.#options;
    const { evidence, encoder } = head.current!;
    if ((await mayPublish?.(projectId, evidence.labelsKey)) === false) return false;
    const weights = await head.weights();
    const { plan, signature, settings, hasNames, labelled } = evidence;
    const { heldOut } = head.revision ?? {};
    const about = {
      projectId,
      version: nextVersion(namesSoFar(store, projectId), [signature, Date.now()]),
      labels: plan.labels,
      trained: labelled,
      heldOut: heldOut?.items ?? 0,
      metrics: heldOut === undefined ? {} : { accuracy: heldOut.accuracy },
    };
    const record = {
      ...{ encoder, evidence: signature, control: plan.control.name, labels: [...plan.labels] },
      ...{ withNames: hasNames, pseudoWeight: settings.pseudoWeight },
      calibration: head.revision?.calibration ?? settings.calibration,
    };
    const { version } = await writeVersion(store, about, (folder) => writeLiveVersion(folder, record, weights));
    this.#published.set(projectId, { version, at: this.#options.clock.now() });
    // A training may have ended meanwhile, and its version serve, or somebody have chosen one.
    const isWanted = (await mayPublish?.(projectId, evidence.labelsKey)) !== false;
    if (isWanted && headState(store, projectId, head) !== undefined) store.serve(projectId, version);
    onPublished(projectId, version);
    await removeOldHeads(store, projectId);
    return true;
  }
}

/** What serves while the head is to be published; `undefined` where there is nothing to publish. */
function headState(store: Store, projectId: number, head: LiveHead): { readonly serving: VersionRecord | undefined } | undefined {
  if (head.current === undefined) return undefined;
  const { servingVersion } = store.projectById(projectId) ?? {};
  const serving = store.versions(projectId).find(({ version }) => version === servingVersion);
  // Another encoder is about to take over.
  if ((serving && encoderVersion(store.folder, serving)) !== head.current.encoder) return undefined;
  const published = serving && readLiveRecord(join(store.folder, serving.folder));
  return published?.evidence === head.current.evidence.signature ? undefined : { serving };
}

async function removeOldHeads(store: Store, projectId: number): Promise<void> {
  const used = usedVersions(store, projectId);
  const heads = store.versions(projectId).filter(({ folder }) => readLiveRecord(join(store.folder, folder)) !== undefined);
  for (const { version, folder } of heads.slice(0, -KEPT_HEADS).filter((head) => !used.has(head.version))) {
    // First the record: a folder without one is removed at the next start.
    store.removeVersion(projectId, version);
    await rm(join(store.folder, folder), { recursive: true, force: true });
  }
}
