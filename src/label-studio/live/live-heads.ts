import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { HeadRevision } from "../../host/head-calls.js";
import type { HeadHost } from "../../host/head-host.js";
import type { TaskModel } from "../contract/task-model.js";
import type { Clock } from "../serving/bounded-queue.js";
import type { BaseModel } from "../serving/cold-start.js";
import type { ModelPool } from "../serving/model-pool.js";
import type { ModelPlace } from "../serving/pooled-model.js";
import type { VersionRecord } from "../state/records.js";
import type { Store } from "../state/store.js";
import type { AnnotatorRule } from "../training/training-options.js";
import { type HeldVersion, readHeldVersion, writeHeldVersion } from "./held-version.js";
import { keptHead } from "./kept-head.js";
import type { LiveCalls } from "./live-calls.js";
import { LiveEncoder } from "./live-encoder.js";
import { LiveHead } from "./live-head.js";
import { type LivePlan, livePlan, type PlanFacts } from "./live-plan.js";
import { encoderVersion } from "./live-record.js";
import { PoolFile, type SeenText } from "./pool-file.js";

export interface LiveHeadsOptions extends Omit<PlanFacts, "base"> {
  readonly base: BaseModel;
  readonly store: Pick<Store, "folder" | "projectById" | "versions">;
  readonly pool: Pick<ModelPool, "withModel">;
  readonly annotators?: AnnotatorRule | undefined;
  /** Solve and predict; the ones in the background cross-validate. */
  readonly heads: Pick<HeadHost<LiveCalls>, "call" | "stop">;
  readonly background: Pick<HeadHost<LiveCalls>, "call" | "stop">;
  readonly freshMs?: number | undefined;
  readonly reviseEveryMs?: number | undefined;
  readonly clock: Clock;
}

/** Told of what happens to heads. */
export interface LiveListener {
  solved(projectId: number, head: LiveHead): void;
  revised(projectId: number, head: LiveHead, revision: HeadRevision): void;
  failed(projectId: number, error: unknown): void;
}

/** Of the head of a project, for the status page. */
export interface LiveStatus {
  readonly why: string;
  /** Labelled and unlabelled texts that the head was solved from; none before the first. */
  readonly labelled: number;
  readonly unlabelled: number;
  readonly withNames: boolean;
  readonly pseudoWeight: number;
  readonly solvedAt: number | undefined;
  /** What the last solution took. */
  readonly milliseconds: number | undefined;
  /** Of labels that were held out in turn. */
  readonly accuracy: number | undefined;
  /** Whether it has all that is stored, and cross-validation has nothing more to say of that. */
  readonly isSettled: boolean;
  /** A version that was chosen to answer in its place, as it was kept, until there are other labels. */
  readonly held: string | undefined;
}

/** The heads of a server's projects that are solved again with each label. */
export class LiveHeads {
  readonly #options: LiveHeadsOptions;
  readonly #heads = new Map<number, LiveHead>();
  readonly #encoders = new Map<string, LiveEncoder>();
  readonly #held = new Map<number, HeldVersion | undefined>();
  readonly #plans = new LRUCache<string, LivePlan>({ max: 100 });
  #listener: LiveListener | undefined;

  constructor(options: LiveHeadsOptions) {
    this.#options = options;
  }

  /** One listener; the last counts. */
  listen(listener: LiveListener): void {
    this.#listener = listener;
  }

  plan(projectId: number): LivePlan {
    return this.planOf(this.#options.store.projectById(projectId)?.labelConfig ?? "");
  }

  /** How a project with that labelling configuration is learned. */
  planOf(labelConfig: string): LivePlan {
    const known = this.#plans.get(labelConfig);
    if (known) return known;
    const plan = livePlan(labelConfig, this.#options);
    this.#plans.set(labelConfig, plan);
    return plan;
  }

  isSolved(projectId: number): boolean {
    return this.plan(projectId).kind === "solved";
  }

  /** Something that the project's head is made of has changed. */
  changed(projectId: number): void {
    if (this.isSolved(projectId)) this.#of(projectId).changed();
  }

  /** Texts of tasks that have come. Never throws: what cannot be remembered is told. */
  see(projectId: number, seen: readonly SeenText[]): void {
    if (!this.isSolved(projectId)) return;
    const head = this.#of(projectId);
    head.see(seen).catch((error: unknown) => this.#listener?.failed(projectId, error));
  }

  /** Tasks that are gone. */
  forget(projectId: number, tasks: readonly number[]): void {
    if (!this.isSolved(projectId)) return;
    const head = this.#of(projectId);
    head.forget(tasks).catch((error: unknown) => this.#listener?.failed(projectId, error));
  }

  /** The model of tasks over the encoder of a version, or of the base model. Throws what `LiveHead.taskModel` throws. */
  taskModel(projectId: number, version: VersionRecord | undefined): Promise<TaskModel> {
    return this.#of(projectId).taskModel(version && encoderVersion(this.#options.store.folder, version));
  }

  /** A published head as it was. Throws `E_CHECKPOINT` for a version that is none. */
  keptHead(projectId: number, version: VersionRecord): Promise<TaskModel> {
    const { folder } = this.#options.store;
    return keptHead(join(folder, version.folder), this.#encoderOf(projectId, encoderVersion(folder, version)));
  }

  /** The version that was chosen to answer as it was kept, while it serves. */
  held(projectId: number): string | undefined {
    const { version } = this.#heldOf(projectId) ?? {};
    return version !== undefined && this.#options.store.projectById(projectId)?.servingVersion === version ? version : undefined;
  }

  /** Names the labels that the project's head was solved from; `undefined` before the first head. */
  labelsKey(projectId: number): string | undefined {
    return this.#heads.get(projectId)?.current?.evidence.labelsKey;
  }

  /** A version was chosen to answer (`rollBack`). */
  chosen(projectId: number): void {
    this.#held.delete(projectId);
  }

  /** Whether a head that was solved from these labels is to be published, or a version that was chosen answers on. */
  async mayPublish(projectId: number, labels: string): Promise<boolean> {
    if (this.held(projectId) === undefined) return true;
    const held = this.#heldOf(projectId)!;
    if (held.labels === undefined) await this.#saveHeld(projectId, { ...held, labels });
    return held.labels !== undefined && held.labels !== labels;
  }

  #heldOf(projectId: number): HeldVersion | undefined {
    if (!this.#held.has(projectId)) this.#held.set(projectId, readHeldVersion(this.#options.store.folder, projectId));
    return this.#held.get(projectId);
  }

  async #saveHeld(projectId: number, held: HeldVersion): Promise<void> {
    this.#held.set(projectId, held);
    await writeHeldVersion(this.#options.store.folder, projectId, held);
  }

  isReady(projectId: number): boolean {
    return this.#heads.get(projectId)?.current !== undefined;
  }

  /** Unlabelled texts of a project, for its fine-tuning; `undefined` for one that no head is solved for. */
  async unlabelled(projectId: number): Promise<readonly string[] | undefined> {
    return this.isSolved(projectId) ? this.#of(projectId).unlabelled() : undefined;
  }

  status(projectId: number): LiveStatus | undefined {
    const plan = this.plan(projectId);
    if (plan.kind !== "solved") return undefined;
    const head = this.#heads.get(projectId);
    const { evidence, summary, solvedAt } = head?.current ?? {};
    return {
      why: plan.why,
      labelled: evidence?.labelled ?? 0,
      unlabelled: evidence?.pool ?? 0,
      withNames: evidence?.hasNames ?? false,
      pseudoWeight: evidence === undefined || evidence.pool === 0 ? 0 : evidence.settings.pseudoWeight,
      solvedAt,
      milliseconds: summary?.milliseconds,
      accuracy: head?.revision?.heldOut?.accuracy,
      isSettled: head?.isSettled ?? false,
      held: this.held(projectId),
    };
  }

  /** Resolves when every head has all that was changed before. */
  async settled(): Promise<void> {
    await Promise.all([...this.#heads.values()].map((head) => head.settled()));
  }

  /** Ends the processes. */
  async close(): Promise<void> {
    const { heads, background } = this.#options;
    const closing = [...this.#heads.values()].map((head) => head.close());
    await Promise.all([heads.stop(), background.stop()]);
    await Promise.all(closing);
  }

  #of(projectId: number): LiveHead {
    const known = this.#heads.get(projectId);
    if (known) return known;
    const { store, annotators, heads, background, freshMs, reviseEveryMs, clock } = this.#options;
    const made: LiveHead = new LiveHead(projectId, {
      ...{ store, annotators, heads, background, freshMs, reviseEveryMs, clock },
      planOf: (labelConfig) => this.planOf(labelConfig),
      encoderOf: (id, version) => this.#encoderOf(id, version),
      openPool: (id) => PoolFile.open(join(store.folder, "live", String(id))),
      onSolved: (id) => this.#listener?.solved(id, made),
      onRevised: (id, revision) => this.#listener?.revised(id, made, revision),
      onFailure: (id, error) => this.#listener?.failed(id, error),
    });
    this.#heads.set(projectId, made);
    return made;
  }

  #encoderOf(projectId: number, version: string | undefined): LiveEncoder {
    const { pool, heads, store } = this.#options;
    const key = version === undefined ? "base" : `${projectId} ${version}`;
    const made =
      this.#encoders.get(key) ??
      new LiveEncoder({ pool, heads, folder: join(store.folder, "vectors"), places: this.#places(projectId, version) });
    this.#encoders.set(key, made);
    return made;
  }

  #places(projectId: number, version: string | undefined): readonly ModelPlace[] {
    const { base, store } = this.#options;
    if (version === undefined) {
      const plain = { key: base.version, folder: base.folder, kind: base.kind };
      // A bare encoder has no labels of its own, an ONNX export keeps its head; the features are the same.
      return [{ ...plain, key: `${base.version} as an encoder`, isEncoder: true }, plain];
    }
    const folder = store.versions(projectId).find((known) => known.version === version)?.folder ?? version;
    return [{ key: `project ${projectId} ${version}`, projectId, folder: join(store.folder, folder) }];
  }
}
